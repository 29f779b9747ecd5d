"""Faults on a schedule that a seed decides, and the hand that inflicts them one after the other."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.kernel.lanes import LANES
from tests.kit.cluster import Cluster, Replica, until

Leader = tuple[str, int]
"""A topic's partition, whose leader is meant whoever that is by then."""


class Fault(StrEnum):
    """What is done to a process. All kills are kill -9."""

    KILL_SERVICE = "service killed"
    KILL_LEADER = "broker leader killed"
    KILL_MONGO = "mongo killed"
    PAUSE_SERVICE = "service paused past its session"


@dataclass(frozen=True)
class Blow:
    """One fault: after so many records, to whom, and for how long."""

    after: int
    fault: Fault
    service: str = ""
    replica: int = 0
    leader: Leader = ("", 0)
    delay: float = 0.0
    """Seconds after the records went off, so that it falls into the middle of their handling."""
    lasts: float = 0.0
    """Seconds the victim stays down at least."""


def schedule(
    seed: int, records: int, counts: Mapping[Fault, int], replicas: Mapping[str, int], topics: Sequence[str]
) -> tuple[Blow, ...]:
    """Blows spread over the sending of so many records: a pure function of its arguments."""
    rng = random.Random(f"blows {seed}")
    faults = [fault for fault in Fault for _ in range(counts.get(fault, 0))]
    rng.shuffle(faults)
    services = sorted(replicas)
    blows = []
    for n, fault in enumerate(faults):
        after = int(records * (n + rng.uniform(0.3, 0.9)) / len(faults))
        service = services[(n + rng.randrange(len(services))) % len(services)]
        replica = rng.randrange(replicas[service])
        leader = (rng.choice(sorted(topics)), rng.randrange(LANES))
        delay, lasts = rng.uniform(0, 1.5), rng.uniform(*_LASTS[fault])
        blows.append(
            Blow(
                after,
                fault,
                service if fault in _AT_SERVICES else "",
                replica if fault in _AT_SERVICES else 0,
                leader if fault is Fault.KILL_LEADER else ("", 0),
                round(delay, 3),
                round(lasts, 3),
            )
        )
    return tuple(blows)


_AT_SERVICES: Final = (Fault.KILL_SERVICE, Fault.PAUSE_SERVICE)
_LASTS: Final = {
    Fault.KILL_SERVICE: (0.0, 0.0),
    Fault.KILL_LEADER: (0.0, 12.0),  # KRaft fences a silent broker after 9 s: some come back before that, some after
    Fault.KILL_MONGO: (0.0, 3.0),
    Fault.PAUSE_SERVICE: (1.0, 3.0),  # beyond the moment its lanes have gone to another
}


@dataclass
class Hand:
    """Inflicts blows. Each ends with the victim well again, so that no two servers are down at once."""

    cluster: Cluster
    services: Mapping[str, Sequence[Replica]]
    struck: Counter[Fault] = field(default_factory=Counter)

    async def strike(self, blow: Blow) -> None:
        await asyncio.sleep(blow.delay)
        match blow.fault:
            case Fault.KILL_SERVICE:
                replica = self.services[blow.service][blow.replica]
                await replica.kill()
                await replica.ready()
            case Fault.PAUSE_SERVICE:
                await self._pause(self.services[blow.service], blow)
            case Fault.KILL_MONGO:
                await self.cluster.tell("kill", "mongo")
                await asyncio.sleep(blow.lasts)
                await self.cluster.tell("start", "mongo")
                await self.cluster.mongo_up()
            case Fault.KILL_LEADER:
                broker = f"kafka-{await self.cluster.leader(*blow.leader)}"
                await self.cluster.tell("kill", broker)
                await asyncio.sleep(blow.lasts)
                await self.cluster.tell("start", broker)
                await self.cluster.replicas_in_sync()
        self.struck[blow.fault] += 1

    async def _pause(self, replicas: Sequence[Replica], blow: Blow) -> None:
        """Stop one process until its lanes have gone to the others; then it wakes up believing they are its own."""
        victim = replicas[blow.replica]
        others = [replica for replica in replicas if replica is not victim]
        victim.pause()
        last: object = "nothing"

        async def look() -> bool | None:
            nonlocal last
            last = pages = [await replica.page("/readyz") for replica in others]
            return True if sum(len(p["lanes"]) for p in pages if isinstance(p, dict)) == LANES else None

        try:
            await until(f"lanes of the paused {victim.instance} taken over", look, 60, lambda: last)
            await asyncio.sleep(blow.lasts)
        finally:
            victim.resume()
        for replica in replicas:
            await replica.ready(lanes=LANES // len(replicas))
