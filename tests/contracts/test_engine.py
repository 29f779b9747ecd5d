"""What comes of commands and of facts that are heard, over a real log: the four outcomes and the five verdicts."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.memory_log import MemoryEventLog
from shared.eventing.commits import Commit
from shared.eventing.engine import VERSION_RULE, CommandIdReusedError, ContendedError, Engine
from shared.eventing.hearing import Hearing, HeldFailedError
from shared.eventing.messages import Command
from shared.eventing.outcomes import Accepted, Applied, Dropped, Failed, Held, Received, Rejected, Unchanged, Untried
from shared.eventing.ports import AppendResult, StreamClash
from shared.eventing.requests import Asked
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import lane_of, lane_start
from shared.kernel.refusals import Refused
from tests.kit.counter import (
    COUNTER,
    LIMIT,
    NOON,
    POISON,
    Counted,
    LimitReached,
    Tally,
    Total,
    count,
    heard,
    nothing_to_gather,
    parked,
    recorded,
)
from tests.kit.logs import require_sound

LANES = 1
NO_BOOK: Any = None


class Service:
    """One process of the counter over a log that others may share."""

    def __init__(self, log: MemoryEventLog) -> None:
        self.log = log
        self.tally = Tally()
        self.bench = Workbench(COUNTER, log, lanes=LANES)
        self.engine = Engine(self.bench, nothing_to_gather, self.tally)
        self.hearing = Hearing(self.bench, NO_BOOK, self.tally)

    async def hear(self, *received: Received) -> list[type]:
        return [type(verdict) for verdict in await self.hearing.hear(0, received)]

    async def total(self, case: str = "case-1") -> int:
        state: Total = (await self.engine.load(case)).state
        return state.total

    async def stored(self) -> Sequence[Commit]:
        commits = await self.log.read(0, lane_start(0), 1000)
        require_sound(0, commits)
        return commits


@pytest.fixture
def log() -> MemoryEventLog:
    return MemoryEventLog(lanes=LANES)


@pytest.fixture
def service(log: MemoryEventLog) -> Service:
    return Service(log)


@pytest.fixture
def other(log: MemoryEventLog) -> Service:
    return Service(log)


# The four outcomes of a command.


def at_version(wanted: int) -> Any:
    return lambda version: None if version == wanted else Refused(VERSION_RULE, detail=f"at {version}")


async def test_a_command_for_another_version_is_refused_and_nothing_is_stored(service: Service) -> None:
    await service.engine.carry_out(count(1, "one"), only_if=at_version(0))

    for dry_run in (False, True):
        outcome = await service.engine.carry_out(count(1, "two"), only_if=at_version(0), dry_run=dry_run)
        assert outcome == Rejected(1, Refused(VERSION_RULE, detail="at 1"))
    assert await service.total() == 1


async def test_a_version_that_is_old_here_only_is_read_from_the_log(service: Service, other: Service) -> None:
    """INVARIANT: whether the version matches is said of the log, never of what a process has cached."""
    await service.engine.carry_out(count(1, "one"))
    await other.engine.carry_out(count(1, "two"))

    assert isinstance(await service.engine.carry_out(count(1, "three"), only_if=at_version(2)), Accepted)
    assert isinstance(await other.engine.carry_out(count(1, "four"), only_if=at_version(2)), Rejected)


async def test_of_two_for_one_version_one_happens(service: Service, other: Service) -> None:
    """INVARIANT: the version that was looked at is the one that is appended to; the loser of a race is refused."""
    outcomes = await asyncio.gather(
        service.engine.carry_out(count(1, "one"), only_if=at_version(0)),
        other.engine.carry_out(count(1, "two"), only_if=at_version(0)),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "Rejected"]
    assert await service.total() == 1
    assert sum(s.tally.counts["decisions", "count", "raced", ""] for s in (service, other)) == 1


async def test_a_repeated_command_is_answered_as_the_first_time_whatever_its_version_was(service: Service) -> None:
    first = await service.engine.carry_out(count(1, "one"), only_if=at_version(0))
    await service.engine.carry_out(count(1, "two"))

    assert isinstance(first, Accepted)
    again = await service.engine.carry_out(count(1, "one"), only_if=at_version(0))
    assert again == Accepted(1, first.facts, repeated=True)


async def test_a_command_happens(service: Service) -> None:
    outcome = await service.engine.carry_out(count(LIMIT, "one"))

    assert outcome == Accepted(2, [Counted(by_how_much=LIMIT), LimitReached()])
    (commit,) = await service.stored()
    assert (commit.first, commit.last, commit.cause.id) == (1, 2, "one")
    assert [(o.topic, o.seq) for o in commit.out] == [("count.told", 1)]


async def test_a_command_is_refused_and_nothing_is_stored(service: Service) -> None:
    outcome = await service.engine.carry_out(count(LIMIT + 1, "one"))

    assert isinstance(outcome, Rejected)
    assert outcome.refused.rule == "a counter does not pass its limit"
    assert not await service.stored()


async def test_a_command_that_changes_nothing_stores_nothing(service: Service) -> None:
    await service.engine.carry_out(count(1, "one"))

    assert await service.engine.carry_out(count(0, "two")) == Unchanged(1)
    assert len(await service.stored()) == 1


async def test_a_repeated_command_is_answered_as_the_first_time(service: Service, other: Service) -> None:
    first = await service.engine.carry_out(count(60, "one"))
    await service.engine.carry_out(count(5, "two"))

    for engine in (service.engine, other.engine):
        again = await engine.carry_out(count(60, "one"))
        assert isinstance(first, Accepted)
        assert again == Accepted(1, first.facts, repeated=True)
    assert await service.total() == 65


async def test_of_two_that_race_the_loser_decides_again(service: Service, other: Service) -> None:
    """INVARIANT: a decision that lost its version is made again on the state it lost to.

    Renumbering it instead would let both counts pass a limit that has room for one.
    """
    outcomes = await asyncio.gather(
        service.engine.carry_out(count(60, "one")), other.engine.carry_out(count(60, "two"))
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "Rejected"]
    assert await service.total() == 60
    assert sum(s.tally.counts["decisions", "count", "raced", ""] for s in (service, other)) == 1


async def test_the_loser_of_a_race_that_leaves_room_happens_too(service: Service, other: Service) -> None:
    outcomes = await asyncio.gather(
        *(s.engine.carry_out(count(1, f"{name}-{n}")) for name, s in (("a", service), ("b", other)) for n in range(8))
    )

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert await other.total() == 16
    assert len(await service.stored()) == 16


async def test_the_same_command_sent_to_two_processes_happens_once(service: Service, other: Service) -> None:
    outcomes = await asyncio.gather(service.engine.carry_out(count(5, "one")), other.engine.carry_out(count(5, "one")))

    assert all(isinstance(outcome, Accepted) and outcome.version == 1 for outcome in outcomes)
    assert await service.total() == 5


async def test_a_stream_that_is_never_won_is_given_up() -> None:
    class Contended(MemoryEventLog):
        async def append(self, lane: int, commits: Sequence[Commit]) -> Sequence[AppendResult]:
            return [StreamClash() for _ in commits]

    with pytest.raises(ContendedError, match="case-1 is contended"):
        await Service(Contended(lanes=LANES)).engine.carry_out(count(1, "one"))


async def test_a_refusal_is_never_given_on_a_stale_stream(service: Service, other: Service) -> None:
    """INVARIANT: a refusal speaks of the stream as the log has it, not as this process remembers it.

    Nothing is appended for a refusal, so no version check would ever tell that the memory was old.
    """
    await service.engine.carry_out(count(90, "one"))
    await other.engine.carry_out(count(-80, "two"))

    assert isinstance(await service.engine.carry_out(count(50, "three")), Accepted)


async def test_that_nothing_changes_is_never_said_of_a_stale_stream(service: Service, other: Service) -> None:
    await service.engine.carry_out(count(1, "one"))
    await other.engine.carry_out(count(1, "two"))

    assert await service.engine.carry_out(count(0, "three")) == Unchanged(2)


async def test_a_dry_run_says_what_would_follow_and_stores_nothing(service: Service) -> None:
    assert await service.engine.carry_out(count(7, "one"), dry_run=True) == Accepted(1, [Counted(by_how_much=7)])
    assert not await service.stored()


async def test_a_dry_run_is_never_made_on_a_stale_stream(service: Service, other: Service) -> None:
    """A dry run appends nothing either: what it accepts must be true of the log."""
    await service.engine.carry_out(count(10, "one"))
    await other.engine.carry_out(count(80, "two"))

    assert isinstance(await service.engine.carry_out(count(50, "three"), dry_run=True), Rejected)


async def test_given_fields_are_gathered_from_the_state(log: MemoryEventLog) -> None:
    async def twice_the_total(asked: Asked, state: Total) -> Command:
        return count(2 * state.total, asked.id)

    service = Service(log)
    await service.engine.carry_out(count(7, "one"))
    doubling = Engine(Workbench(COUNTER, log, lanes=LANES), twice_the_total, Tally())

    await doubling.carry_out(count(1, "two"))

    assert await service.total() == 21


async def test_an_id_that_named_a_request_on_another_stream_is_refused_with_the_cure(service: Service) -> None:
    await service.engine.carry_out(count(5, "one", case="case-1"))

    with pytest.raises(CommandIdReusedError, match="choose another"):
        await service.engine.carry_out(count(7, "one", case="case-2"))


# The verdicts on facts that are heard.


async def test_facts_in_order_are_applied(service: Service) -> None:
    assert await service.hear(heard(1, 10), heard(2, 20)) == [Applied, Applied]
    assert await service.total() == 30
    assert [(c.cause.source, c.cause.seq) for c in await service.stored()] == [("numbers", 1), ("numbers", 2)]


async def test_what_was_heard_before_is_dropped(service: Service, other: Service) -> None:
    """INVARIANT: hearing a fact any number of times, by any process, is hearing it once."""
    await service.hear(heard(1, 10), heard(2, 20))

    assert await service.hear(heard(2, 20), heard(1, 10)) == [Dropped, Dropped]
    assert await other.hear(heard(1, 10), heard(2, 20), heard(2, 20)) == [Dropped] * 3
    assert await service.hear(heard(3, 1), heard(3, 1)) == [Applied, Dropped]
    assert await service.total() == 31


async def test_an_early_fact_is_held_until_the_gap_fills_and_then_applied_in_order(
    service: Service, other: Service
) -> None:
    """INVARIANT: facts of one source are applied in its order, and what is held survives the process that held it."""
    assert await service.hear(heard(3, 30), heard(2, 20)) == [Held, Held]
    assert await service.total() == 0

    assert await other.hear(heard(1, 10), heard(4, 40)) == [Applied, Applied]

    assert await other.total() == 100
    facts = [
        Counted.model_validate_json(f.data).by_how_much
        for c in await other.stored()
        for f in c.facts
        if "counted" in f.type
    ]
    assert facts == [10, 20, 30, 40]


async def test_a_held_fact_is_dropped_when_it_comes_again(service: Service) -> None:
    await service.hear(heard(2, 20))

    assert await service.hear(heard(2, 20), heard(1, 10), heard(2, 20)) == [Dropped, Applied, Dropped]
    assert await service.total() == 30


async def test_sources_are_counted_apart(service: Service) -> None:
    assert await service.hear(heard(1, 1), recorded(7, 2), heard(2, 3)) == [Applied] * 3
    assert await service.total() == 6


async def test_facts_with_their_own_version_need_no_sequence_and_old_ones_are_dropped(service: Service) -> None:
    assert await service.hear(recorded(3, 1), recorded(9, 2), recorded(5, 4), recorded(9, 2)) == [
        Applied,
        Applied,
        Dropped,
        Dropped,
    ]
    assert await service.total() == 3


async def test_a_fact_that_fails_leaves_its_followers_untried_and_other_streams_alone(service: Service) -> None:
    """INVARIANT: one case's poison stops that case only, and nothing of it that follows is judged or stored."""
    verdicts = await service.hearing.hear(
        0, [heard(1, 1), heard(1, 1, "case-2"), heard(2, POISON), heard(3, 3), heard(2, 2, "case-2")]
    )

    assert [type(v) for v in verdicts] == [Applied, Applied, Failed, Untried, Applied]
    assert isinstance(verdicts[2], Failed)
    assert isinstance(verdicts[2].error, ZeroDivisionError)
    assert (await service.total(), await service.total("case-2")) == (1, 3)
    assert await service.hear(heard(2, 2)) == [Applied]
    assert await service.total() == 3


async def test_a_refused_reaction_is_heard_all_the_same(service: Service) -> None:
    assert await service.hear(heard(1, LIMIT + 1), heard(2, 1)) == [Applied, Applied]
    assert await service.total() == 1
    assert service.tally.counts["decisions", "count", "refused", "a counter does not pass its limit"] == 1


async def test_facts_that_lose_a_race_are_decided_again(service: Service, other: Service) -> None:
    await service.hear(heard(1, 40))
    await other.engine.carry_out(count(50, "one"))

    assert await service.hear(heard(2, 20), heard(3, 5)) == [Applied, Applied]

    assert await service.total() == 95


async def test_two_consumers_that_hear_the_same_facts_at_once_store_them_once(service: Service, other: Service) -> None:
    facts = [heard(seq, 1, f"case-{case}") for seq in range(1, 6) for case in range(4)]

    verdicts = await asyncio.gather(service.hear(*facts), other.hear(*facts))

    assert all(verdict in (Applied, Dropped) for answered in verdicts for verdict in answered)
    assert [await service.total(f"case-{case}") for case in range(4)] == [5] * 4
    assert len(await service.stored()) == 20


async def test_a_skipped_fact_uses_up_its_sequence_and_releases_what_was_held(service: Service) -> None:
    await service.hear(heard(1, 1), heard(3, 3))

    await service.hearing.skip(0, parked(heard(2, POISON)), NOON + timedelta(hours=1))

    assert await service.total() == 4
    assert await service.hear(heard(2, 2), heard(4, 4)) == [Dropped, Applied]


async def test_a_fact_is_skipped_once(service: Service, other: Service) -> None:
    await service.hear(heard(1, 1))
    for process in (service, other):
        await process.hearing.skip(0, parked(heard(2, POISON)), NOON)

    assert len(await service.stored()) == 2


async def test_a_held_fact_that_fails_is_named_and_dropping_it_lets_the_other_through(service: Service) -> None:
    await service.hear(heard(2, POISON))
    (failed,) = await service.hearing.hear(0, [heard(1, 10)])
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HeldFailedError)
    assert failed.error.seq == 2

    await service.hearing.skip(0, parked(heard(2, POISON)), NOON)

    assert await service.hear(heard(1, 10), heard(3, 5)) == [Applied, Applied]
    assert await service.total() == 15


async def test_a_skipped_version_is_not_held(service: Service) -> None:
    await service.hear(recorded(3, 1))
    await service.hearing.skip(0, parked(recorded(5, POISON)), NOON)

    assert not (await service.engine.load("case-1")).inbox("platform").held


async def test_a_fact_under_an_id_that_another_stream_used_fails_and_stops_nothing_else(service: Service) -> None:
    """INVARIANT: an id that a producer uses twice parks one fact; deciding again would never end, and stop the lane."""
    verdicts = await service.hear(heard(1, 1, "case-1", "same"), heard(1, 2, "case-2", "same"), heard(1, 3, "case-3"))

    assert verdicts == [Applied, Failed, Applied]
    assert [await service.total(f"case-{case}") for case in (1, 2, 3)] == [1, 0, 3]


def test_one_lane_holds_every_case_of_these_tests() -> None:
    assert {lane_of(f"case-{n}", LANES) for n in range(5)} == {0}
