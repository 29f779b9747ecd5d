"""What came early is shown in its turn: views follow the order of the source, whatever the order of arrival."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evidence.model import MODEL as EVIDENCE
from services.evidence.views import people
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.memory_views import MemoryCursors, MemoryViewStore
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.wire import envelope_of, received_of
from shared.bundle.chains import as_link
from shared.contracts.intake import ComplaintFiled, ComplaintWithdrawn
from shared.eventing.doors import Doors
from shared.eventing.feeds import Feed, Shelf
from shared.eventing.hearing import Hearing
from shared.eventing.messages import Published
from shared.eventing.model import Entry
from shared.eventing.outcomes import Received
from shared.eventing.ports import EventLog
from shared.eventing.streams import Codec, Skipped
from shared.eventing.views import View
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import lane_start
from shared.kernel.values import Value
from tests.examples.intake import BOOK, CASE
from tests.kit.counter import COUNTER, NOON, POISON, Counted, NumberHeard, Tally, heard, parked
from tests.kit.golden import golden
from tests.kit.stores import Fresh
from tests.kit.wire import Outside

NO_BOOK: Any = None
CODEC = Codec(COUNTER)


class Line(Value):
    """What a case was told and counted, in the order a view sees it."""

    said: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()


def evolve(line: Line | None, entry: Entry) -> Line:
    match entry.message:
        case NumberHeard(number=number):
            word = f"heard {number}"
        case Counted(by_how_much=by_how_much):
            word = f"counted {by_how_much}"
        case Skipped():
            word = "skipped"
        case message:
            word = message.TYPE
    line = line or Line()
    return Line(said=(*line.said, word), versions=(*line.versions, entry.version))


LINE: View[Line] = View("line", 1, Line, evolve)


class Service:
    """The counter over a log, and its view fed page by page."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.store = MemoryViewStore()
        self.cursors = MemoryCursors()
        bench = Workbench(COUNTER, log, lanes=1)
        self.hearing = Hearing(bench, NO_BOOK, Tally())

    async def hear(self, *received: Received) -> None:
        await self.hearing.hear(0, received)

    async def feed(self, page: int = 500) -> None:
        """As a process that has just started would."""
        feed = Feed(
            LINE, "line", 0, codec=CODEC, log=self.log, store=self.store, cursors=self.cursors, shelf=Shelf()
        )  # fmt: skip
        while await feed.step(page):
            pass

    async def shown(self, case: str = "case-1") -> tuple[int, Line]:
        found = (await self.store.fetch("line", [case]))[case]
        return found.version, Line.model_validate(found.body)


@pytest.fixture(params=["memory", "mongo"])
async def service(request: pytest.FixtureRequest, fresh_database: Fresh) -> AsyncIterator[Service]:
    if request.param == "memory":
        yield Service(MemoryEventLog(lanes=1))
        return
    log = MongoEventLog(await fresh_database(), lanes=1)
    await log.start()
    yield Service(log)
    await log.stop()


async def test_an_early_fact_is_shown_with_what_follows_from_it_once_its_turn_has_come(service: Service) -> None:
    await service.hear(heard(1, 1), heard(4, 4), heard(3, 3))
    await service.feed()
    assert await service.shown() == (4, Line(said=("heard 1", "counted 1"), versions=(1, 2)))

    await service.hear(heard(2, 2), heard(5, 5))
    await service.feed()

    version, line = await service.shown()
    assert line.said == (
        "heard 1", "counted 1", "heard 2", "counted 2", "heard 3", "counted 3",
        "heard 4", "counted 4", "heard 5", "counted 5",
    )  # fmt: skip
    assert sorted(line.versions) == list(range(1, version + 1)), "each entry of the stream once, under its own version"


async def test_the_log_says_which_facts_came_early_and_which_commit_gave_them_their_turn(service: Service) -> None:
    await service.hear(heard(3, 3), heard(2, 2), heard(1, 1), heard(4, 4))

    commits = await service.log.read(0, lane_start(0), 10)
    assert [(c.cause.seq, c.cause.through, c.cause.waits, list(c.cause.releases)) for c in commits] == [
        (3, 0, True, []),
        (2, 0, True, []),
        (1, 3, False, [2, 3]),
        (4, None, False, []),
    ]
    for commit in commits:
        assert as_link(commit).seq == commit.cause.seq, "a bundle's reader knows it"
    with pytest.raises(LookupError, match="2"):
        CODEC.entries(commits[2])


async def test_what_an_operator_drops_is_shown_as_dropped_in_its_turn(service: Service) -> None:
    await service.hear(heard(2, POISON), heard(1, 1))
    await service.hearing.skip(0, parked(heard(2, POISON)), NOON + timedelta(hours=1))
    await service.hear(heard(1, 1), heard(3, 3))
    await service.feed(page=1)

    _, line = await service.shown()
    assert line.said == ("heard 1", "counted 1", "skipped", "heard 3", "counted 3")


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(1, 8)), pages=st.lists(st.integers(1, 5), min_size=1, max_size=7))
async def test_in_whatever_order_facts_come_a_view_ends_alike(order: Sequence[int], pages: Sequence[int]) -> None:
    """INVARIANT: of one source a view sees every fact once, in the source's order, each with what was decided on it."""
    service = Service(MemoryEventLog(lanes=1))
    for n, seq in enumerate(order):
        await service.hear(heard(seq, seq))
        await service.feed(pages[n % len(pages)])

    version, line = await service.shown()
    assert line.said == tuple(word for seq in range(1, 8) for word in (f"heard {seq}", f"counted {seq}"))
    assert sorted(line.versions) == list(range(1, version + 1))


async def test_at_the_door_a_case_that_was_withdrawn_stays_so_though_its_filing_came_later() -> None:
    """INVARIANT: whose a case is follows the order of its facts: nobody gets at it because a topic was slower."""
    log, outside = MemoryEventLog(lanes=1), Outside(1)
    filed, withdrawn = (
        received_of(envelope_of(outside.tell(golden_fact(kind))), {kind.TYPE: kind})
        for kind in (ComplaintFiled, ComplaintWithdrawn)
    )
    doors = Doors(people.VIEW, log, Codec(EVIDENCE), lanes=1)
    hearing = Hearing(Workbench(EVIDENCE, log, lanes=1), BOOK, Tally())

    await hearing.hear(0, [withdrawn])
    assert await doors.people(CASE) is None
    await hearing.hear(0, [filed])

    for asked in (doors, Doors(people.VIEW, log, Codec(EVIDENCE), lanes=1)):
        seen = await asked.people(CASE)
        assert seen is not None
        assert seen.over
        assert seen.parties is not None


def golden_fact(kind: type[Published]) -> Published:
    return kind.model_validate_json(golden()[kind.TYPE].value).model_copy(update={"case_id": CASE})
