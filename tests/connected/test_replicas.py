"""Replicas on real Kafka: they share the lanes, hand them over in mid-work, and neither lose nor double a fact."""

import asyncio
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.evidence.app import build as evidence
from shared.adapters.ports import Ports
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled, ComplaintWithdrawn
from shared.eventing.commits import Commit
from shared.kernel.lanes import LANES, lane_of
from tests.examples import intake
from tests.kit.deciding import NOON
from tests.kit.http import WEI, headers_of
from tests.kit.replicas import Deployment, until
from tests.kit.wire import Outside
from tests.messaging.scenes import ORDER, told

pytestmark = [pytest.mark.connected, pytest.mark.timeout(240)]

FAR = NOON.replace(year=2046)
"""So late that no deadline of these cases comes due."""

FACTS = (ComplaintFiled, ComplaintAccepted, ComplaintWithdrawn)


def cases(deployment: Deployment, so_many: int) -> list[str]:
    return [f"{deployment.run}-{n}" for n in range(so_many)]


def stories(outside: Outside, names: Sequence[str]) -> Iterator[Any]:
    """Every case's three facts; on each topic all cases, one topic after the other."""
    for kind in FACTS:
        for name in names:
            yield outside.tell(told(kind, name, FAR))


def require_once_in_order(heard: Mapping[str, Sequence[Commit]], so_many: int = 3) -> None:
    """Each fact is heard once, and what was decided went by the order of their sequences."""
    for case, commits in heard.items():
        assert sorted(commit.cause.seq for commit in commits) == list(range(1, so_many + 1)), case
        versions = [(commit.first, commit.last) for commit in commits]
        assert [first for first, _ in versions] == [1, *(last + 1 for _, last in versions[:-1])], case
        decided = [fact.type for commit in commits for fact in commit.facts]
        assert decided[0] == "evidence.round_opened.v1", f"{case}: {decided}"
        assert decided[-1] == "evidence.collection_stopped.v1", f"{case}: {decided}"


async def test_two_replicas_share_the_lanes_and_hear_every_case_in_order(
    deployment: Deployment, tmp_path: Path
) -> None:
    """INVARIANT: each lane has one owner, the same on every topic, so a case is heard in order by one process.

    One replica restarts under its name: its lanes are there again and the other's were never touched.
    Then it is taken away for good: what it owned goes to the one that stays.
    """
    patient = {"REDRESS_KAFKA__SESSION_TIMEOUT_MS": "20000"}  # longer than a restart takes on a busy machine
    one = await deployment.start("services.evidence", "one", tmp_path, **patient)
    await one.ready(LANES)
    two = await deployment.start("services.evidence", "two", tmp_path, **patient)
    mine, theirs = await one.ready(LANES // 2), await two.ready(LANES // 2)
    assert sorted([*mine, *theirs]) == list(range(LANES))

    outside = Outside()
    first = cases(deployment, 60)
    await deployment.publish(stories(outside, first))
    require_once_in_order(await deployment.all_heard(first, 3))

    changes = len([line for line in one.words() if "lanes owned" in line])
    assert await two.stop() == 0, two.last_words()
    two = await deployment.start("services.evidence", "two", tmp_path, **patient)
    assert await two.ready(LANES // 2) == theirs
    assert await one.lanes() == mine
    assert len([line for line in one.words() if "lanes owned" in line]) == changes, "no rebalance touched the other"

    await two.stop(signal.SIGKILL)
    more = [f"{name}-late" for name in first]
    await deployment.publish(stories(outside, more))
    assert len(await one.ready(LANES)) == LANES
    require_once_in_order(await deployment.all_heard(more, 3))
    assert await one.stop() == 0, one.last_words()


class _Slow:
    """A log whose appends take their time, and which says how many are under way."""

    def __init__(self, log: Any, seconds: float) -> None:
        self._log = log
        self._seconds = seconds
        self.busy = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, lane: int, commits: Sequence[Commit]) -> Any:
        self.busy += 1
        try:
            await asyncio.sleep(self._seconds)
            return await self._log.append(lane, commits)
        finally:
            self.busy -= 1


async def test_scaling_out_and_in_with_work_in_hand_loses_and_doubles_nothing(deployment: Deployment) -> None:
    """INVARIANT: a batch in hand is finished and committed before its lanes go to another replica."""
    slow: list[_Slow] = []

    def slowed(ports: Ports) -> Ports:
        slow.append(_Slow(ports.log, 0.7))
        return replace(ports, log=slow[-1])

    async def busy() -> bool | None:
        return True if slow[0].busy else None

    async def owns(service: Any, so_many: int) -> bool | None:
        assert len(service.lanes) == so_many, f"owns {sorted(service.lanes)}"
        return True

    outside = Outside()
    names = cases(deployment, 40)
    records = list(stories(outside, names))
    async with deployment.inside(evidence, "evidence", "slow-one", slowed) as (_, one):
        await until("the first owns all lanes", lambda: owns(one, LANES))
        await deployment.publish(records[:40])
        await until("work is in hand", busy)
        async with deployment.inside(evidence, "evidence", "slow-two", slowed) as (_, two):
            await deployment.publish(records[40:80])
            await until("the second owns its half", lambda: owns(two, LANES // 2))
            await deployment.publish(records[80:])
        await until("the first owns all lanes again", lambda: owns(one, LANES))
        require_once_in_order(await deployment.all_heard(names, 3, patience=90))
        assert not one.supervisor.failed.done()


async def test_what_was_stored_before_a_kill_and_not_committed_is_heard_once(
    deployment: Deployment, tmp_path: Path
) -> None:
    """INVARIANT: a process that dies between append and offset commit costs a redelivery, never a second commit."""
    outside, names = Outside(), cases(deployment, 10)
    doomed = await deployment.start("tests.kit.dies_before_commit", "one", tmp_path)
    await doomed.ready(LANES)
    records = list(stories(outside, names))
    await deployment.publish(records[:10])
    async with asyncio.timeout(30):
        assert await doomed.process.wait() == 137, doomed.last_words()
    stored = sum(len(commits) for commits in (await deployment.heard(names)).values())
    assert stored > 0, "it died before it stored anything"

    again = await deployment.start("services.evidence", "one", tmp_path)
    await again.ready(LANES)
    await deployment.publish(records[10:])

    require_once_in_order(await deployment.all_heard(names, 3))
    async with httpx.AsyncClient() as client:
        metrics = (await client.get(f"{again.operations}/metrics")).text
    dropped = [line for line in metrics.splitlines() if "facts_heard" in line and 'verdict="dropped"' in line]
    assert any(float(line.split()[-1]) >= 1 for line in dropped), f"nothing was delivered again: {dropped}"


async def test_orders_of_a_producer_with_another_partitioner_are_found(deployment: Deployment, tmp_path: Path) -> None:
    """INVARIANT: a fact from outside is kept in the lane of its key, whatever partition it came by.

    Two replicas are at work, so most orders come to a process that does not own their lane.
    """
    one = await deployment.start("services.intake", "one", tmp_path)
    await one.ready(LANES)
    two = await deployment.start("services.intake", "two", tmp_path)
    await asyncio.gather(one.ready(LANES // 2), two.ready(LANES // 2))
    orders = [f"order-{deployment.run}-{n}" for n in range(24)]
    facts = [ORDER.model_copy(update={"order": intake.an_order(order_id=order)}) for order in orders]
    outside = Outside()

    await deployment.publish(
        [outside.tell(fact) for fact in facts], partition=lambda record: (lane_of(record.key.decode()) + 5) % LANES
    )

    async with httpx.AsyncClient() as client:
        for order in orders:

            async def shown(order: str = order) -> bool | None:
                answer = await client.get(f"{one.url}/orders/{order}", headers=headers_of(WEI))
                assert answer.status_code == 200, answer.text
                return True

            await until(f"{order} is shown", shown)
    for order, commits in (await deployment.heard(orders)).items():
        assert [commit.lane for commit in commits] == [lane_of(order)]
