"""What every event log promises, asked of each one alike."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta, timezone
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.adapters.failures import Misconfigured
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.mongo_client import Database, open_database
from shared.adapters.mongo_documents import to_document
from shared.adapters.mongo_log import MongoEventLog
from shared.eventing.commits import Cause, CauseKind, Commit, digest_of
from shared.eventing.ports import (
    AlreadyDone,
    Appended,
    CommitTooLargeError,
    EventLog,
    StoreUnavailableError,
    StreamClash,
)
from shared.eventing.streams import Stream
from shared.eventing.workbench import Workbench
from shared.kernel.actors import SYSTEM
from shared.kernel.lanes import lane_start, number_of, position
from tests.kit.counter import COUNTER, NOON, Counted
from tests.kit.logs import Hand, require_sound

LANES = 4
LANE = 2
START = lane_start(LANE)

Open = Callable[[], Awaitable[MongoEventLog]]


@pytest.fixture
async def open_log(database: Database) -> AsyncIterator[Open]:
    """Opens any number of logs over one store, as several processes would."""
    opened: list[MongoEventLog] = []

    async def one_more() -> MongoEventLog:
        log = MongoEventLog(database, lanes=LANES)
        await log.start()
        opened.append(log)
        return log

    yield one_more
    for log in opened:
        await log.stop()


@pytest.fixture(params=["memory", "mongo"])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[EventLog]:
    if request.param == "memory":
        yield MemoryEventLog(lanes=LANES)
        return
    opened = MongoEventLog(await _database(request), lanes=LANES)
    await opened.start()
    yield opened
    await opened.stop()
    await opened._database.client.drop_database(opened._database.name)
    opened._database.client.close()


async def _database(request: pytest.FixtureRequest) -> Database:
    return await open_database(request.getfixturevalue("mongo_url"), f"event_log_{id(request):x}")


def hand(stream: str = "case-1", lane: int = LANE) -> Hand:
    return Hand(stream, lane)


async def everything(log: EventLog, lane: int = LANE) -> list[Commit]:
    """The lane to its end: a page may be short, only an empty one is the last."""
    commits: list[Commit] = []
    while page := await log.read(lane, commits[-1].position if commits else lane_start(lane), 1000):
        commits += page
    return commits


async def positions(log: EventLog, lane: int = LANE) -> list[int]:
    return [number_of(commit.position) for commit in await everything(log, lane)]


async def test_positions_are_dense_from_one(log: EventLog) -> None:
    one, two = hand("case-1"), hand("case-2")

    first = await log.append(LANE, [one.commit("a"), two.commit("b")])
    second = await log.append(LANE, [one.commit("c")])

    assert [*first, *second] == [Appended(position(LANE, n)) for n in (1, 2, 3)]
    assert require_sound(LANE, await everything(log)) == 3


async def test_each_lane_counts_for_itself(log: EventLog) -> None:
    await log.append(LANE, [hand().commit("a")])

    assert await log.append(3, [hand("case-2", 3).commit("a")]) == [Appended(position(3, 1))]
    assert [c.stream for c in await log.read(LANE, START, 10)] == ["case-1"]
    assert [c.stream for c in await log.read(3, lane_start(3), 10)] == ["case-2"]


async def test_a_reader_with_no_cursor_reads_only_its_lane(log: EventLog) -> None:
    await log.append(0, [hand("case-0", 0).commit("a")])
    await log.append(LANE, [hand().commit("b")])

    assert [c.cause.id for c in await log.read(LANE, 0, 10)] == ["b"]


async def test_what_is_stored_is_what_was_appended(log: EventLog) -> None:
    commit = hand().commit("a", facts=3, trace="00-trace")

    await log.append(LANE, [commit])

    (stored,) = await log.read(LANE, START, 10)
    assert stored == commit.at_position(position(LANE, 1))
    assert list((await log.load(LANE, ["case-1"]))["case-1"]) == [stored]
    assert digest_of(stored) == stored.digest


async def test_a_stream_loads_in_version_order_and_an_unknown_one_has_nothing(log: EventLog) -> None:
    one, two = hand("case-1"), hand("case-2")
    await log.append(LANE, [one.commit("a", facts=2), two.commit("b"), one.commit("c"), one.commit("d", facts=3)])

    loaded = await log.load(LANE, ["case-2", "case-1", "case-3"])

    assert [(c.first, c.last) for c in loaded["case-1"]] == [(1, 2), (3, 3), (4, 6)]
    assert [c.cause.id for c in loaded["case-2"]] == ["b"]
    assert not loaded.get("case-3")
    assert not await log.load(LANE, [])


async def test_a_stream_loads_from_a_version_on(log: EventLog) -> None:
    one, two = hand("case-1"), hand("case-2")
    await log.append(LANE, [one.commit("a", facts=2), two.commit("b"), one.commit("c"), one.commit("d", facts=3)])

    loaded = await log.load(LANE, ["case-1", "case-2"], after=2)

    assert [(c.first, c.last) for c in loaded["case-1"]] == [(3, 3), (4, 6)]
    assert set(loaded) == {"case-1"}
    assert not await log.load(LANE, ["case-1"], after=6)


async def test_a_taken_version_clashes_and_takes_no_position(log: EventLog) -> None:
    await log.append(LANE, [hand().commit("winner")])

    results = await log.append(LANE, [hand().commit("loser"), hand("case-2").commit("other")])

    assert results == [StreamClash(), Appended(position(LANE, 2))]
    assert await positions(log) == [1, 2]


async def test_what_was_decided_on_top_of_a_clash_clashes_too(log: EventLog) -> None:
    """INVARIANT: no commit is stored on top of one that was not.

    The second of these commits asks for a version that is free; storing it would break the digest chain.
    """
    await log.append(LANE, [hand().commit("winner", facts=1)])
    loser, other = hand(), hand("case-2")

    results = await log.append(
        LANE, [loser.commit("x"), other.commit("y"), loser.commit("z"), other.commit("w"), loser.commit("v")]
    )

    assert results == [
        StreamClash(),
        Appended(position(LANE, 2)),
        StreamClash(),
        Appended(position(LANE, 3)),
        StreamClash(),
    ]
    require_sound(LANE, await everything(log))


async def test_the_same_commit_again_is_answered_with_its_position(log: EventLog) -> None:
    """INVARIANT: an append whose answer was lost can be repeated as it is, with what was decided on top of it.

    Answering AlreadyDone would make what follows in the call clash, and a batch would never get past its retry.
    """
    one = hand()
    chain = [one.commit("a"), one.commit("b")]
    await log.append(LANE, chain[:1])

    assert await log.append(LANE, chain) == [Appended(position(LANE, 1)), Appended(position(LANE, 2))]
    assert await log.append(LANE, chain) == [Appended(position(LANE, 1)), Appended(position(LANE, 2))]
    assert await positions(log) == [1, 2]


async def test_a_commit_twice_in_one_call_is_stored_once(log: EventLog) -> None:
    commit = hand().commit("a")

    assert await log.append(LANE, [commit, commit]) == [Appended(position(LANE, 1))] * 2
    assert await positions(log) == [1]


async def test_a_cause_is_carried_out_once_whatever_is_decided_the_second_time(log: EventLog) -> None:
    """INVARIANT: a second commit with a stored cause is never stored, and is answered with the first.

    Without the unique index on the cause, a redelivered command or fact would be carried out twice.
    """
    one = hand()
    done = one.commit("a")
    await log.append(LANE, [done])

    results = await log.append(LANE, [one.commit("a", facts=2), one.commit("b")])

    assert results == [AlreadyDone(done.at_position(position(LANE, 1))), StreamClash()]
    assert await positions(log) == [1]


async def test_a_cause_that_is_done_wins_over_a_version_that_is_taken(log: EventLog) -> None:
    done = hand().commit("a")
    await log.append(LANE, [done])

    assert await log.append(LANE, [hand().commit("a", facts=2)]) == [AlreadyDone(done.at_position(position(LANE, 1)))]


async def test_nothing_to_append_is_answered_with_nothing(log: EventLog) -> None:
    assert list(await log.append(LANE, [])) == []
    assert await log.head(LANE) == START


async def test_interleaved_streams_keep_their_own_versions_and_chains(log: EventLog) -> None:
    hands = [hand(f"case-{n}") for n in range(5)]
    for turn in range(6):
        await log.append(LANE, [h.commit(f"{h.stream}-{turn}", facts=1 + turn % 3) for h in hands])

    commits = await log.read(LANE, START, 100)

    assert require_sound(LANE, commits) == 30
    for h in hands:
        assert [c.digest for c in (await log.load(LANE, [h.stream]))[h.stream]] == [c.digest for c in h.made]


async def test_tasks_that_append_at_once_share_the_lane_without_a_gap(log: EventLog) -> None:
    hands = [hand(f"case-{n}") for n in range(20)]
    commits = [[h.commit(f"{h.stream}-{n}") for n in range(5)] for h in hands]

    results = await asyncio.gather(*(log.append(LANE, chain) for chain in commits))

    assert sorted(r.position for answered in results for r in answered if isinstance(r, Appended)) == [
        position(LANE, n) for n in range(1, 101)
    ]
    assert require_sound(LANE, await everything(log)) == 100


@pytest.mark.parametrize(("after", "limit", "read"), [(0, 3, [1, 2, 3]), (3, 3, [4, 5, 6]), (9, 5, [10]), (10, 5, [])])
async def test_a_page_starts_after_the_cursor_and_ends_at_the_limit(
    log: EventLog, after: int, limit: int, read: Sequence[int]
) -> None:
    one = hand()
    await log.append(LANE, [one.commit(f"c-{n}") for n in range(10)])

    assert [number_of(c.position) for c in await log.read(LANE, position(LANE, after), limit)] == read


async def test_head_is_the_last_position_and_the_start_of_an_empty_lane(log: EventLog) -> None:
    assert await log.head(LANE) == START
    await log.append(LANE, [hand().commit("a"), hand("case-2").commit("b")])
    await log.append(3, [hand("case-3", 3).commit("c")])

    assert await log.head(LANE) == position(LANE, 2)
    assert await log.head(1) == lane_start(1)


async def test_a_commit_is_found_by_its_cause_in_its_lane_only(log: EventLog) -> None:
    commit = hand().commit("a")
    await log.append(LANE, [commit])

    assert await log.find_cause(LANE, "a") == commit.at_position(position(LANE, 1))
    assert await log.find_cause(LANE, "b") is None
    assert await log.find_cause(1, "a") is None


async def test_waiting_ends_as_soon_as_something_follows(log: EventLog) -> None:
    waiting = asyncio.create_task(log.wait(LANE, START, timeout=30))
    await log.append(LANE, [hand().commit("a")])
    async with asyncio.timeout(5):
        await waiting

    async with asyncio.timeout(5):
        await log.wait(LANE, START, timeout=30)


async def test_waiting_ends_at_its_timeout(log: EventLog) -> None:
    async with asyncio.timeout(5):
        await log.wait(LANE, START, timeout=0.01)

    assert await log.head(LANE) == START


# Several processes over one store: MongoDB only.


async def test_two_logs_renumber_around_each_other(open_log: Open) -> None:
    """INVARIANT: any number of processes append to one lane, and its positions stay dense.

    A writer that trusted its own last position would burn the numbers it lost.
    """
    logs = [await open_log() for _ in range(3)]
    hands = [[hand(f"case-{n}-{m}") for m in range(4)] for n in range(3)]

    async def write(log: EventLog, mine: Sequence[Hand]) -> None:
        for turn in range(10):
            results = await log.append(LANE, [h.commit(f"{h.stream}-{turn}") for h in mine])
            assert all(isinstance(result, Appended) for result in results)

    await asyncio.gather(*(write(log, mine) for log, mine in zip(logs, hands, strict=True)))

    for log in logs:
        assert require_sound(LANE, await everything(log)) == 120


async def test_two_logs_that_decide_on_one_version_agree_on_the_winner(open_log: Open) -> None:
    one, two = await open_log(), await open_log()

    results = [
        result
        for answered in await asyncio.gather(
            one.append(LANE, [hand().commit("one")]), two.append(LANE, [hand().commit("two")])
        )
        for result in answered
    ]

    assert sorted(type(result).__name__ for result in results) == ["Appended", "StreamClash"]
    winner = "one" if isinstance(results[0], Appended) else "two"
    assert [c.cause.id for c in (await two.load(LANE, ["case-1"]))["case-1"]] == [winner]


async def test_a_reader_follows_what_its_own_process_and_others_append(open_log: Open) -> None:
    mine, other = await open_log(), await open_log()
    own, foreign = hand("own"), hand("foreign")
    cursor, seen = START, list[Commit]()
    for turn in range(30):
        await (
            mine.append(LANE, [own.commit(f"own-{turn}")])
            if turn % 3
            else other.append(LANE, [foreign.commit(f"f-{turn}")])
        )
        for commit in await mine.read(LANE, cursor, 2):
            cursor = commit.position
            seen.append(commit)
    while page := await mine.read(LANE, cursor, 2):
        cursor = page[-1].position
        seen += page

    assert require_sound(LANE, seen) == 30


async def test_a_long_page_is_read_whole_and_a_reader_waits_before_a_hole(open_log: Open) -> None:
    """INVARIANT: what a look finds behind a hole is left for the next one, which finds the hole filled."""
    mine, other = await open_log(), await open_log()
    one = hand()
    made = [one.commit(f"c-{n}").at_position(position(LANE, n + 1)) for n in range(100)]
    for present, read in ((made[:40] + made[41:], 40), ([made[40]], 100)):
        await other.insert([to_document(commit) for commit in present])

        assert [number_of(c.position) for c in await mine.read(LANE, START, 1000)] == list(range(1, read + 1))


async def test_a_log_that_fell_far_behind_others_finds_the_head_again(open_log: Open) -> None:
    mine, other = await open_log(), await open_log()
    await mine.append(LANE, [hand("mine").commit("mine")])
    others = hand("others")
    await other.append(LANE, [others.commit(f"o-{n}") for n in range(100)])

    assert number_of(await mine.head(LANE)) == 101
    assert await mine.append(LANE, [hand("later").commit("later")]) == [Appended(position(LANE, 102))]


async def test_a_start_with_another_lane_count_is_refused(open_log: Open, database: Database) -> None:
    await open_log()

    with pytest.raises(Misconfigured, match=f"REDRESS_LANES is 7.*laid out with {LANES}"):
        await MongoEventLog(database, lanes=7).start()


async def test_processes_may_start_at_once(database: Database) -> None:
    logs = [MongoEventLog(database, lanes=LANES) for _ in range(8)]
    await asyncio.gather(*(log.start() for log in logs))
    await asyncio.gather(*(log.stop() for log in logs))

    assert sorted(await database["log"].index_information()) == ["_id_", "cause", "stream"]


async def test_a_store_that_is_gone_is_named_by_the_port_s_own_error() -> None:
    """INVARIANT: no caller of the port has to know the driver's errors.

    A driver error that passes through ends the task that asked, where a store that comes back would have served it.
    """
    client: Any = AsyncIOMotorClient("mongodb://127.0.0.1:9/?directConnection=true", serverSelectionTimeoutMS=50)
    log = MongoEventLog(client.get_database("gone"), lanes=LANES, patience=0.1)
    for asking in (
        log.head(LANE),
        log.read(LANE, START, 1),
        log.load(LANE, ["case-1"]),
        log.find_cause(LANE, "a"),
        log.append(LANE, [hand().commit("a")]),
    ):
        with pytest.raises(StoreUnavailableError):
            await asking
    client.close()


async def test_a_commit_that_cannot_be_encoded_fails_alone(open_log: Open) -> None:
    log = await open_log()
    beyond = Cause("a", CauseKind.FACT, "test", 2**63)
    unfit = hand().commit("a")._replace(cause=beyond).sealed()

    _, other = await asyncio.gather(
        log.append(LANE, [unfit]), log.append(LANE, [hand("case-2").commit("b")]), return_exceptions=True
    )

    assert other == [Appended(position(LANE, 1))]


# What a commit is, before any store has it.


def written(note: str) -> Commit:
    bench = Workbench(COUNTER, MemoryEventLog(lanes=LANES), lanes=LANES)
    cause = Cause("a", CauseKind.COMMAND, "test")
    return bench.commit(Stream("case-1", None), LANE, cause, SYSTEM, NOON, [Counted(by_how_much=1, note=note)])


@pytest.mark.parametrize(("letter", "most"), [("a", 890_000), ("诉", 296_000)], ids=["one byte", "three bytes"])
def test_a_commit_is_as_large_as_its_bytes(letter: str, most: int) -> None:
    """INVARIANT: whatever can be stored can be published, in any language.

    Counting characters lets through a Chinese text of three times the bytes, which then blocks the relay of its lane.
    """
    assert written(letter * most).digest

    with pytest.raises(CommitTooLargeError, match="Send less text"):
        written(letter * (most + 10_000))


def test_a_digest_does_not_depend_on_the_time_zone_a_moment_is_told_in() -> None:
    commit = hand().commit("a")
    elsewhere = commit._replace(at=commit.at.astimezone(timezone(timedelta(hours=8))))

    assert digest_of(elsewhere) == commit.digest
