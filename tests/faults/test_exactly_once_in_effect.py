"""Ten thousand cases, while everything around them is killed: every fact takes effect exactly once.

Evidence and mediation run as two processes each on three brokers. Intake is played by the test, which publishes the
facts of a seeded population, with duplicates, out of order, among records that cannot be read; evidence reacts, and
mediation hears both. The same population then runs once more without faults, and the two must end alike.
"""

import asyncio
import os
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.evidence.model import MODEL as EVIDENCE
from services.mediation.model import MODEL as MEDIATION
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_park import MongoPark
from shared.adapters.policy_files import SHIPPED, read_policies
from shared.contracts.topology import group_of, topics
from shared.eventing.model import Model
from shared.eventing.parking import Action, Parked
from shared.kernel.lanes import LANES
from tests.kit.chaos import Blow, Fault, Hand, schedule
from tests.kit.cluster import Cluster, Offsets, Replica, until
from tests.kit.effects import (
    Heard,
    Traces,
    behind,
    require_heard_once,
    require_same_documents,
    require_same_effects,
    require_sound_lanes,
    require_told,
    skips,
    traces,
)
from tests.kit.population import ADRIFT, BLOCKING, LABEL, Fate, Kind, Population, Wire, census

pytestmark = [pytest.mark.faults, pytest.mark.timeout(2400)]

SEED = int(os.environ.get("REDRESS_FAULT_SEED", "20261123"))
CASES = int(os.environ.get("REDRESS_FAULT_CASES", "10000"))
"""1,500, as in CI, were seen to take six minutes on two busy cores, and the faults alone of 10,000 fourteen."""
MODELS: Mapping[str, Model] = {"evidence": EVIDENCE, "mediation": MEDIATION}
REPLICAS = {"evidence": 2, "mediation": 2}
BLOWS = {Fault.KILL_SERVICE: 8, Fault.KILL_LEADER: 3, Fault.KILL_MONGO: 3, Fault.PAUSE_SERVICE: 2}
AT_ONCE = 500
MOST_MIB = 256
"""What one service process may take, however many cases there are (architecture.md section 9)."""
ALWAYS_PARKED = (ADRIFT | BLOCKING) - {Kind.GARBAGE_COPY, Kind.UNDEPLOYED}
"""Not a spoilt copy of what was heard before, and not what is held, which is in the log already."""


@pytest.fixture
def cluster() -> Cluster:
    found = Cluster.from_environment()
    if found is None:
        pytest.skip("needs the stack: STACK_SERVERS, TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL")
    return found


@pytest.fixture
def policies(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with the shipped policy, and one with a later policy beside it."""
    first, both = tmp_path / "first", tmp_path / "both"
    shutil.copytree(SHIPPED, first)
    shutil.copytree(SHIPPED, both)
    (shipped,) = SHIPPED.glob("*.yaml")
    later = shipped.read_text().replace('name: "2026-11"', 'name: "2027-05"').replace("2026-01-01T", "2027-05-01T")
    later = "".join(line for line in later.splitlines(keepends=True) if not line.startswith("formerly:"))
    (both / "2027-05.yaml").write_text(later)
    return first, both


@dataclass
class Run:
    """One pass of a population through the services."""

    cluster: Cluster
    label: str
    folder: Path
    since: Offsets = field(default_factory=dict)
    services: dict[str, list[Replica]] = field(default_factory=dict)
    databases: dict[str, Database] = field(default_factory=dict)
    sent: Counter[Kind] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    peak_mib: float = 0
    _sending: AIOKafkaProducer | None = None

    async def prepare(self) -> None:
        """Fresh databases, and groups that begin at the topics' present ends."""
        self.folder.mkdir()
        self.since = await self.cluster.ends(list(topics()))
        for service, model in MODELS.items():
            await self.cluster.drop(f"faults_{self.label}_{service}")
            self.databases[service] = await self.cluster.database(f"faults_{self.label}_{service}")
            heard = {message.TOPIC for message in model.hears} | {f"{service}.commands"}
            mine = {tp: at for tp, at in self.since.items() if tp.topic in heard}
            await self.cluster.start_group_at(group_of(service), mine)

    async def start(self, policies: Path) -> None:
        for service, count in REPLICAS.items():
            self.services[service] = [
                Replica(
                    self.cluster, f"services.{service}", f"{self.label}-{service}-{n}",
                    f"faults_{self.label}_{service}", self.folder, {"REDRESS_POLICIES": str(policies)},
                )
                for n in range(count)
            ]  # fmt: skip
        await asyncio.gather(*(replica.start() for replica in self.replicas))
        for replica in self.replicas:
            await replica.ready(lanes=LANES // REPLICAS[replica.module.rpartition(".")[2]])

    async def stop(self) -> None:
        """SIGTERM to all; each must drain and answer 0, and none may have grown too large."""
        self.peak_mib = max(self.peak_mib, *(replica.peak_mib() for replica in self.replicas))
        assert self.peak_mib <= MOST_MIB, f"a process took {self.peak_mib:.0f} MiB"
        codes = await asyncio.gather(*(replica.stop() for replica in self.replicas))
        assert not any(codes), dict(zip((r.instance for r in self.replicas), codes, strict=True))
        for replica in self.replicas:
            self.exits.update(replica.exits)

    async def end(self) -> None:
        for replica in self.replicas:
            await replica.end()
        if self._sending is not None:
            await self._sending.stop()
        for database in self.databases.values():
            database.client.close()

    @property
    def replicas(self) -> list[Replica]:
        return [replica for replicas in self.services.values() for replica in replicas]

    async def send(self, wires: Sequence[Wire], blows: Sequence[Blow] = (), hand: Hand | None = None) -> None:
        """Send in order; a blow falls when its record is sent, and the next one waits until it is over."""
        marks = [blow.after for blow in blows]
        blow: asyncio.Task[None] | None = None
        place = 0
        while place < len(wires):
            if marks and place >= marks[0] and hand is not None:
                if blow is not None:
                    await blow
                blow = asyncio.create_task(hand.strike(blows[len(blows) - len(marks)]))
                marks.pop(0)
            upto = min(place + AT_ONCE, marks[0] if marks and marks[0] > place else len(wires))
            await self._send_page(wires[place:upto])
            place = upto
        if blow is not None:
            await blow

    async def _send_page(self, wires: Sequence[Wire]) -> None:
        """Send until all of it is acknowledged; what is sent twice meanwhile is a duplicate like any other."""

        async def look() -> bool | None:
            try:
                if self._sending is None:
                    made = AIOKafkaProducer(
                        bootstrap_servers=self.cluster.bootstrap, acks="all", enable_idempotence=True, linger_ms=2
                    )
                    await made.start()
                    self._sending = made
                async with asyncio.timeout(30):
                    sent = [
                        await self._sending.send(
                            wire.topic, wire.value, key=wire.case.encode(), partition=wire.lane, headers=[*wire.headers]
                        )
                        for wire in wires
                    ]
                    await asyncio.gather(*sent)
            except (KafkaError, OSError, TimeoutError):
                if self._sending is not None:
                    self._sending, failed = None, self._sending
                    asyncio.get_running_loop().create_task(_stop(failed))
                return None
            return True

        await until("records sent", look, 120, lambda: "errors")
        self.sent.update(census(wires))

    async def settled(self, patience: float = 300) -> None:
        """Wait until every record is taken, everything decided is published, and every view shows it."""
        late: object = "nothing"

        async def look() -> bool | None:
            nonlocal late
            late = await self._unfinished()
            return None if late else True

        await until(f"{self.label}: all taken, published and shown", look, patience, lambda: late, every=1)

    async def _unfinished(self) -> Mapping[str, object]:
        """What is still to be done, service by service in the order of the chain."""
        for service, model in MODELS.items():
            heard = sorted({message.TOPIC for message in model.hears})
            try:
                ends, committed = await self.cluster.ends(heard), await self.cluster.committed(group_of(service))
                lag = {tp: end - committed.get(tp, 0) for tp, end in ends.items() if end > committed.get(tp, 0)}
                late = await behind(self.databases[service])
                asked = [p.id for p in await MongoPark(self.databases[service]).asked()]
            except (KafkaError, OSError, TimeoutError) as error:
                return {service: repr(error)}
            if lag or late or asked:
                worst = {f"{tp.topic}/{tp.partition}": n for tp, n in sorted(lag.items(), key=lambda i: -i[1])[:4]}
                return {service: {"lag": sum(lag.values()), "such as": worst, "behind": late[:4], "asked": asked[:4]}}
        return {}

    async def parked(self, service: str) -> Sequence[Parked]:
        return await MongoPark(self.databases[service]).every(1_000_000)

    async def operate(self, population: Population) -> Counter[Action]:
        """Ask of each parked record what its case's operator decides."""
        fates = {case.name: case.fate for case in population.cases}
        asked: Counter[Action] = Counter()
        for service in MODELS:
            park = MongoPark(self.databases[service])
            for parked in await self.parked(service):
                action = decision(kind_of(parked.headers), fates[parked.stream])
                if action is not None and await park.ask(parked.id, action):
                    asked[action] += 1
        return asked

    async def park_empty(self, patience: float = 120) -> None:
        left: object = "nothing"

        async def look() -> bool | None:
            nonlocal left
            found = [p for service in MODELS for p in await self.parked(service)]
            left = f"{len(found)} parked, such as " + "; ".join(
                f"{p.id} {p.stream} {p.seq} {p.reason}" for p in found[:4]
            )
            return None if found else True

        await until(f"{self.label}: park empty", look, patience, lambda: left)


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(5):
            await producer.stop()
    except (KafkaError, OSError, TimeoutError):
        return


def decision(kind: Kind, fate: Fate) -> Action | None:
    """What the operator does about a parked record; followers need no asking."""
    if kind in ADRIFT or (kind in BLOCKING and fate is Fate.DROPPED):
        return Action.DROP
    return Action.REPLAY if fate is Fate.REPLAYED else None


def kind_of(headers: Iterable[tuple[str, bytes | None]]) -> Kind:
    label = dict(headers).get(LABEL)
    return Kind(label.decode()) if label else Kind.SOUND


@asynccontextmanager
async def running(cluster: Cluster, label: str, folder: Path) -> AsyncIterator[Run]:
    run = Run(cluster, label, folder)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(run.end)
        await run.prepare()
        yield run


@dataclass
class Ending:
    """What a run left behind."""

    services: Mapping[str, Traces] = field(default_factory=dict)
    seconds: float = 0
    told: Sequence[Any] = ()
    """Records on evidence's own topics."""
    arrived: Sequence[Any] = ()
    """Records on the topics that intake publishes on."""
    announced: Sequence[Any] = ()
    """Records on the parked topics."""
    parked: Mapping[str, Sequence[Parked]] = field(default_factory=dict)
    """What was in the park before anyone did anything about it."""
    operated: Counter[Action] = field(default_factory=Counter)


async def calm(cluster: Cluster, population: Population, policies: Path, folder: Path) -> Ending:
    """The run without faults. The poison that is dropped is in it: dropping is a decision, not a fault."""
    async with running(cluster, "calm", folder) as run:
        await run.start(policies)
        begun = time.monotonic()
        await run.send(population.calm())
        await run.settled()
        await run.operate(population)
        await run.park_empty()
        await run.settled()
        ending = Ending(seconds=time.monotonic() - begun)
        await run.stop()
        ending.services = {service: await traces(run.databases[service]) for service in MODELS}
        return ending


async def storm(run: Run, hand: Hand, population: Population, blows: Sequence[Blow], both: Path) -> Ending:
    """The run with faults; then the cures arrive, the services are upgraded, and an operator sees to the park."""
    begun = time.monotonic()
    await run.send(population.stormy(), blows, hand)
    await run.settled()
    parked = {service: await run.parked(service) for service in MODELS}
    for service in MODELS:
        require_parked(population, parked[service], heard_by(await traces(run.databases[service])))
    await run.send(population.cures())
    await run.settled()
    await run.stop()
    await run.start(both)
    operated = await run.operate(population)
    await run.park_empty()
    await run.settled()
    seconds = time.monotonic() - begun
    await run.stop()
    return Ending(
        services={service: await traces(run.databases[service]) for service in MODELS},
        seconds=seconds,
        told=await run.cluster.records([m.TOPIC for m in EVIDENCE.tells], run.since),
        arrived=await run.cluster.records([m.TOPIC for m in EVIDENCE.hears], run.since),
        announced=await run.cluster.records([f"{group_of(service)}.parked" for service in MODELS], run.since),
        parked=parked,
        operated=operated,
    )


def require_parked(population: Population, parked: Sequence[Parked], heard: set[Heard]) -> None:
    """Poison is parked, all of it, and with it what follows it in its case and nothing else."""
    poisoned = {case.name: case for case in population.cases if case.fate is not Fate.NONE}

    def belongs(one: Parked) -> bool:
        if kind_of(one.headers) in ADRIFT:
            return True
        case = poisoned.get(one.stream)
        if case is None or one.source != "intake":
            return False
        # What came early is held; if it then fails, it is parked together with the fact that released it.
        return one.seq >= (1 if case.fate is Fate.REPLAYED else case.poison)

    wrong = [f"{p.id} {p.stream} {p.seq} {p.reason}" for p in parked if not belongs(p)]
    assert not wrong, f"parked without need: {len(wrong)}, such as {wrong[:3]}"
    there = {(p.stream, p.seq) for p in parked}
    missing = [
        (case.name, seq)
        for case in population.cases
        for seq in range(1, len(case.facts) + 1)
        if (case.name, seq) not in there and (case.name, "intake", seq) not in heard
    ]
    assert not missing, f"neither heard nor parked: {len(missing)}, such as {missing[:3]}"
    unparked = [case.name for case in poisoned.values() if (case.name, case.poison) not in there]
    assert not unparked, f"poison that is not in the park: {unparked[:3]}"


def require_announced(ending: Ending) -> None:
    """Every parking of poison was told on the group's parked topic."""
    poison = {f"{r.topic}/{r.partition}/{r.offset}" for r in ending.arrived if kind_of(r.headers) in ALWAYS_PARKED}
    for service in MODELS:
        topic = f"{group_of(service)}.parked"
        said = {dict(r.headers)["parked-id"].decode() for r in ending.announced if r.topic == topic}
        assert poison <= said, f"{service} parked without a word: {sorted(poison - said)[:5]}"


def require_exactly_once(population: Population, found: Ending, still: Ending) -> str:
    """Every promise, checked on what is durable; answers the numbers."""
    intake = [(case.name, "intake", seq) for case in population.cases for seq in range(1, len(case.facts) + 1)]
    evidence = [(c.stream, "evidence", out.seq) for c in found.services["evidence"].every for out in c.out if out.seq]
    commits = sum(require_sound_lanes(found.services[service]) for service in MODELS)
    heard = require_heard_once(found.services["evidence"], intake)
    heard += require_heard_once(found.services["mediation"], [*intake, *evidence])
    twice = require_told(found.services["evidence"], found.told)
    facts = sum(require_same_effects(found.services[s], still.services[s]) for s in MODELS)
    documents = sum(require_same_documents(found.services[s], still.services[s]) for s in MODELS)
    drops = sum(case.fate is Fate.DROPPED for case in population.cases)
    assert [skips(found.services[s]) for s in MODELS] == [drops, drops]
    require_announced(found)
    return (
        f"{heard} facts heard once each, {facts} decided alike, {documents} documents alike, {commits} commits, "
        f"{len(found.told)} relayed of which {twice} repeats"
    )


def heard_by(found: Traces) -> set[Heard]:
    return {(c.stream, c.cause.source, c.cause.seq) for c in found.every}


def plan_of(population: Population) -> tuple[Sequence[Blow], str]:
    """The blows, and a hash over them and everything that is sent."""
    wires = population.stormy()
    blows = schedule(
        population.seed, len(wires), BLOWS, REPLICAS, sorted({wire.topic for wire in wires} | {"evidence.requested"})
    )
    return blows, sha256(f"{population.digest()} {blows}".encode()).hexdigest()[:16]


async def test_every_fact_takes_effect_exactly_once(
    cluster: Cluster, policies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """INVARIANT: whatever is killed, paused, repeated or out of order, the end is the end of a run without faults.

    Broken by anything that is done outside of the one commit per cause: a second truth of what was heard, an offset
    committed early, a cursor moved before the broker acknowledged, a decision that reads a clock.
    """
    first, both = policies
    deployed, later = (p.version for p in sorted(read_policies(both).versions, key=lambda p: p.version))
    population = Population(SEED, CASES, deployed, later)
    blows, plan = plan_of(population)
    assert plan_of(Population(SEED, CASES, deployed, later)) == (blows, plan), "the seed does not decide everything"
    with capsys.disabled():
        print(f"\nseed {SEED}: {CASES} cases, {len(population.stormy())} records, plan {plan}", flush=True)  # noqa: T201

    await cluster.whole()
    await cluster.lay_topics(topics())
    async with running(cluster, "storm", tmp_path / "storm") as run:
        await run.start(first)
        hand = Hand(cluster, run.services)
        found = await storm(run, hand, population, blows, both)
    still = await calm(cluster, population, both, tmp_path / "calm")
    numbers = require_exactly_once(population, found, still)

    with capsys.disabled():
        print(  # noqa: T201
            f"seed {SEED}, plan {plan}: {CASES} cases, {numbers}\n"
            f"  {_counted(hand.struck)}; processes that ended by themselves: {dict(run.exits)}\n"
            f"  sent: {_counted(run.sent)}\n"
            f"  parked: {_counted({service: len(parked) for service, parked in found.parked.items()})}; "
            f"announced {len(found.announced)}; operator: {_counted(found.operated)}\n"
            f"  {found.seconds:.0f} s with faults, {still.seconds:.0f} s without; "
            f"no process took more than {run.peak_mib:.0f} MiB",
            flush=True,
        )


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{n} x {what}" for what, n in sorted(counts.items()))
