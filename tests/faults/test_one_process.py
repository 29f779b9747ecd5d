"""One process and one fault at a chosen moment: what a storm meets only by luck."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid1

import pytest
from aiokafka import AIOKafkaProducer

from shared.adapters.inbound import KILLS
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_park import MongoPark
from shared.contracts.topology import group_of
from shared.eventing.parking import Action, Parked
from shared.kernel.lanes import lane_of
from tests.kit.cluster import Cluster, Offsets, Replica, until
from tests.kit.counter import NOON, NumberHeard
from tests.kit.counting_service import DEADLY
from tests.kit.effects import behind, require_heard_once, require_sound_lanes, require_told, traces

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

TOPICS: Mapping[str, dict[str, str]] = {
    "number.heard": {},
    "stock.recorded": {},
    "count.told": {},
    "counter.commands": {},
    "counter.replies": {},
    "counter.policies.parked": {},
}
LARGEST = 1_048_576
"""The most a broker takes in one record by default, less the few bytes of its own frame."""


@pytest.fixture
async def cluster() -> Cluster:
    found = Cluster.from_environment()
    if found is None:
        pytest.skip("needs the stack: STACK_SERVERS, TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL")
    await found.whole()
    await found.lay_topics(TOPICS)
    return found


@dataclass
class Counting:
    """The counting service as one process, and who tells it numbers."""

    cluster: Cluster
    folder: Path
    name: str = field(default_factory=lambda: f"one-{uuid1().hex[:8]}")
    since: Offsets = field(default_factory=dict)
    started: list[Replica] = field(default_factory=list)
    told: list[tuple[str, str, int]] = field(default_factory=list)

    async def prepare(self) -> None:
        self.since = await self.cluster.ends(list(TOPICS))
        heard = {
            tp: at
            for tp, at in self.since.items()
            if tp.topic in ("number.heard", "stock.recorded", "counter.commands")
        }
        await self.cluster.start_group_at(group_of("counter"), heard)
        self.database: Database = await self.cluster.database(f"faults_{self.name}")
        self.park = MongoPark(self.database)

    def replica(self, **hooks: str) -> Replica:
        made = Replica(
            self.cluster, "tests.kit.counting_service", self.name, self.database.name, self.folder, dict(hooks)
        )
        self.started.append(made)
        return made

    async def tell(self, *numbers: tuple[str, int, int | bytes]) -> None:
        """Publish numbers as (case, sequence, number), or bytes as they are."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.cluster.bootstrap, acks="all", enable_idempotence=True, max_request_size=2 * LARGEST
        )
        await producer.start()
        try:
            for case, seq, number in numbers:
                fact = NumberHeard(case_id=case, at=NOON, number=number if isinstance(number, int) else 1)
                headers = {
                    "ce_specversion": "1.0", "ce_id": f"{self.name}/{case}/{seq}", "ce_type": NumberHeard.TYPE,
                    "ce_subject": case, "ce_sequence": str(seq),
                }  # fmt: skip
                await producer.send_and_wait(
                    NumberHeard.TOPIC,
                    fact.model_dump_json().encode() if isinstance(number, int) else number,
                    key=case.encode(),
                    partition=lane_of(case),
                    headers=[(name, value.encode()) for name, value in headers.items()],
                )
                self.told.append((case, "numbers", seq))
        finally:
            await producer.stop()

    async def all_heard(self, *besides: tuple[str, str, int]) -> None:
        """Wait until everything told, besides some, is in the log, published and shown."""
        wanted = {heard for heard in self.told if heard not in besides}
        seen: object = "nothing"

        async def look() -> bool | None:
            nonlocal seen
            found = {(c.stream, c.cause.source, c.cause.seq) for c in (await traces(self.database)).every}
            late = await behind(self.database)
            seen = {"not heard": sorted(wanted - found)[:5], "behind": late[:5], "log": self.started[-1].tail(4)}
            return True if wanted <= found and not late else None

        await until("all heard, published and shown", look, 120, lambda: seen)

    async def parked(self, count: int) -> Iterable[Parked]:
        """Wait until so many records are parked."""
        seen: object = "nothing"

        async def look() -> list[Parked] | None:
            nonlocal seen
            found = list(await self.park.every())
            seen = [(p.id, p.stream, p.seq, p.reason) for p in found], self.started[-1].tail(4)
            return found if len(found) == count else None

        return await until(f"{count} parked", look, 120, lambda: seen)

    async def require_exactly_once(self, *besides: tuple[str, str, int]) -> int:
        """Everything told is in the log once, and on the topic at least once and in order; answers the repeats."""
        found = await traces(self.database)
        require_sound_lanes(found)
        require_heard_once(found, [heard for heard in self.told if heard not in besides])
        return require_told(found, await self.cluster.records(["count.told"], self.since))

    async def end(self) -> None:
        for replica in self.started:
            await replica.end()
        await self.database.client.drop_database(self.database.name)
        self.database.client.close()


@pytest.fixture
async def counting(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Counting]:
    counting = Counting(cluster, tmp_path)
    await counting.prepare()
    yield counting
    await counting.end()


def cases_of(name: str, lane: int, count: int) -> list[str]:
    """Cases that share a lane."""
    numbered = (f"{name}-{n}" for n in range(100_000))
    return [case for case, _ in zip((c for c in numbered if lane_of(c) == lane), range(count), strict=False)]


async def test_a_relay_killed_between_sending_and_noting_it_repeats_but_leaves_nothing_out(
    counting: Counting, tmp_path: Path
) -> None:
    lives = tmp_path / "lives"
    lives.write_text("once\ntwice\nthrice")
    replica = counting.replica(HOOK_DIE_BEFORE_CURSOR=str(lives))
    await replica.start()
    await counting.tell(*((f"{counting.name}-{n}", seq, 1) for seq in (1, 2, 3) for n in range(40)))

    await counting.all_heard()

    assert replica.exits == [137, 137, 137], replica.tail()
    assert await counting.require_exactly_once() > 0, "the relay died after sending, so something was sent twice"


async def test_what_could_never_be_published_is_parked_before_it_can_block_the_relay(counting: Counting) -> None:
    """INVARIANT: every commit fits in one record, so no page of the relay holds what a broker refuses.

    Broken by a limit on commits above the broker's, or by storing first and measuring later.
    """
    large, after, spoilt = cases_of(counting.name, 5, 3)
    padded = NumberHeard(case_id=large, at=NOON, number=1).model_dump_json()[:-1] + f',"more":"{"x" * 950_000}"}}'
    replica = counting.replica()
    await replica.start()
    await counting.tell(
        (large, 1, padded.encode()), (spoilt, 1, b"\x80" * (LARGEST - 400)), (after, 1, 1), (large, 2, 1)
    )

    parked = {(p.stream, p.seq): p for p in await counting.parked(3)}
    besides = [(case, "numbers", seq) for case, seq in parked]
    await counting.all_heard(*besides)

    assert set(parked) == {(large, 1), (large, 2), (spoilt, 1)}
    assert "CommitTooLargeError" in parked[large, 1].reason
    assert len(parked[spoilt, 1].value or b"") == LARGEST - 400, "the park keeps it byte for byte"
    assert replica.exits == []
    await counting.require_exactly_once(*besides)


async def test_poison_that_kills_the_process_is_found_out_and_parked(counting: Counting) -> None:
    """INVARIANT: a record cannot take a service down for ever, wherever in its batch it stands.

    Broken by counting tries in memory, or by forgetting which record was in hand when others come before it.
    """
    before, deadly, after = cases_of(counting.name, 7, 3)
    replica = counting.replica()
    await counting.tell(
        *((before, seq, 1) for seq in range(1, 6)),
        (deadly, 1, DEADLY),
        (deadly, 2, 1),
        *((after, n, 1) for n in (1, 2)),
    )
    await replica.start()

    parked = {(p.stream, p.seq): p for p in await counting.parked(2)}
    besides = [(deadly, "numbers", 1), (deadly, "numbers", 2)]
    await counting.all_heard(*besides)

    assert set(parked) == {(deadly, 1), (deadly, 2)}
    assert "died" in parked[deadly, 1].reason
    assert parked[deadly, 1].attempts == KILLS + 1
    assert len(replica.exits) == 2 * KILLS, replica.exits
    await counting.park.ask(parked[deadly, 1].id, Action.DROP)
    await counting.parked(0)
    await counting.all_heard()
    await counting.require_exactly_once()


async def test_an_outage_of_mongo_pauses_lanes_and_ends_by_itself(cluster: Cluster, counting: Counting) -> None:
    replica = counting.replica()
    await replica.start()
    await counting.tell(*((f"{counting.name}-{n}", 1, 1) for n in range(30)))
    await counting.all_heard()

    await cluster.tell("kill", "mongo")
    try:
        await counting.tell(*((f"{counting.name}-{n}", 2, 1) for n in range(30)))

        async def paused() -> bool | None:
            return True if "lane paused until" in replica.log.read_text() else None

        await until("a lane paused", paused, 90, replica.tail)
    finally:
        await cluster.tell("start", "mongo")
    await cluster.mongo_up()
    await counting.all_heard()

    assert replica.exits == [], replica.tail()
    await counting.require_exactly_once()


async def test_sigterm_during_a_slow_batch_drains_it_and_exits_with_0(counting: Counting) -> None:
    await counting.tell(*((case, 1, 1) for case in cases_of(counting.name, 3, 10)))
    replica = counting.replica(HOOK_SLOW_APPEND="4")
    await replica.start()

    async def appending() -> bool | None:
        return True if "appending" in replica.log.read_text() else None

    await until("a batch in hand", appending, 60, replica.tail)
    code = await replica.stop()

    assert code == 0, replica.tail()
    found = await traces(counting.database)
    assert require_heard_once(found, counting.told) == 10, "the batch in hand is finished, not thrown away"
    committed = await counting.cluster.committed(group_of("counter"))
    lag = {tp: end - committed[tp] for tp, end in (await counting.cluster.ends(["number.heard"])).items()}
    assert not any(lag.values()), f"its offsets are committed: {lag}"


@pytest.mark.parametrize(("what", "says"), [("kafka", "Kafka has not answered"), ("mongo", "MongoDB has not answered")])
async def test_a_process_whose_server_stands_still_is_not_ready_until_it_answers(
    counting: Counting, what: str, says: str
) -> None:
    """INVARIANT: /readyz tells of a server that is frozen though every connection to it stands, and of its return.

    Nothing fails at once here: a check that waits for an error stays green.
    """
    cluster = counting.cluster
    frozen = [f"kafka-{n + 1}" for n in range(len(cluster.bootstrap.split(",")))] if what == "kafka" else ["mongo"]
    replica = counting.replica()
    await replica.start()
    await replica.ready()
    for server in frozen:
        await cluster.tell("pause", server)
    last: object = "nothing"

    async def says_so() -> bool | None:
        nonlocal last
        last = await replica.page("/readyz")
        troubles = last["troubles"] if isinstance(last, dict) else []
        return any(trouble.startswith(says) for trouble in troubles) or None

    try:
        await until(f"/readyz: {says}", says_so, 60, lambda: last)
    finally:
        for server in frozen:
            await cluster.tell("resume", server)
    await replica.ready()

    await counting.tell((f"{counting.name}-still", 1, 5))
    await counting.all_heard()
    assert replica.exits == []
