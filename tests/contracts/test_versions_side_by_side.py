"""Two builds on one log: what the newer one wrote the older one waits for, and never starts on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest

from shared.adapters.failures import Misconfigured
from shared.adapters.keeping import Keeping
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.memory_views import MemoryCursors, MemoryPointers, MemoryViewStore
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.vocabulary import require_readable
from shared.eventing.commits import Commit, Record
from shared.eventing.feeds import Shelf
from shared.eventing.messages import Fact
from shared.eventing.model import Model
from shared.eventing.ports import NewerFactError
from shared.eventing.projector import LivePointers, Projector
from shared.eventing.reading import Reader
from shared.eventing.streams import Codec
from shared.eventing.views import View
from shared.kernel.lanes import lane_of, lane_start
from tests.kit.counter import COUNTER, Counted, Total
from tests.kit.logs import Hand
from tests.kit.stores import Fresh

LANES = 3


class Wider(Fact):
    """`Counted` as a later build has it."""

    TYPE: ClassVar[str] = Counted.TYPE

    by_how_much: int
    note: str = ""
    why: str | None = None


class Halved(Fact):
    TYPE: ClassVar[str] = "counter.halved.v1"

    by: int = 2


def later(*facts: type[Fact]) -> Model:
    kept = [fact for fact in COUNTER.facts if fact.TYPE not in {new.TYPE for new in facts}]
    return replace(COUNTER, facts=(*kept, *facts))


COUNTED = Record(Counted.TYPE, "f0", '{"by_how_much":1,"note":""}')
TOTAL: View[Total] = View(name="totals", version=1, document=Total, evolve=lambda total, _: total or Total())


def holding(record: Record, case: str = "case-1", lane: int = 0) -> Commit:
    made = Hand(case, lane).commit(f"cause of {record.id} of {case}")
    return made._replace(facts=(record,), digest="").sealed()


@pytest.mark.parametrize(
    ("build", "record", "said"),
    [
        (later(Halved), Record(Halved.TYPE, "f1", '{"by":2}'), "counter.halved.v1, written by a newer"),
        (
            later(Wider),
            Record(Counted.TYPE, "f1", '{"by_how_much":1,"note":"","why":null}'),
            "counter.counted.v1 with field why, written",
        ),
    ],
    ids=["a fact", "a field"],
)
async def test_an_older_build_starts_again_until_the_newer_one_wrote_what_it_cannot_read(
    fresh_database: Fresh, build: Model, record: Record, said: str
) -> None:
    database = await fresh_database()
    await require_readable(database, COUNTER)
    await require_readable(database, build)
    await require_readable(database, COUNTER)
    log = MongoEventLog(database, lanes=LANES)
    await log.lay_out()
    await log.append(0, [holding(COUNTED)])
    await require_readable(database, COUNTER)

    await log.append(0, [holding(record, "case-2")])

    with pytest.raises(Misconfigured, match=said):
        await require_readable(database, COUNTER)
    await require_readable(database, build)


@pytest.mark.parametrize(
    "record", [Record(Halved.TYPE, "f1", "{}"), Record(Counted.TYPE, "f1", '{"by_how_much":1,"note":"","why":"x"}')]
)
def test_what_a_newer_build_wrote_is_waited_for_and_not_quoted(record: Record) -> None:
    """INVARIANT: an older replica neither decides without a fact it cannot read nor parks what hears on it."""
    with pytest.raises(NewerFactError, match=f"^{record.type} f1 was written by a newer version of this service$"):
        Codec(COUNTER).fold("case-1", [holding(record)])


@dataclass
class Side:
    """One replica's views of a log in memory, and what feeds them."""

    owned: frozenset[int]
    log: MemoryEventLog = field(default_factory=lambda: MemoryEventLog(lanes=LANES))
    store: MemoryViewStore = field(default_factory=MemoryViewStore)
    cursors: MemoryCursors = field(default_factory=MemoryCursors)

    async def start(self) -> None:
        self.pointers = LivePointers(MemoryPointers(), self.store, [TOTAL])
        await self.pointers.refresh()
        self.keeping = Keeping(
            self.pointers,
            log=self.log,
            cursors=self.cursors,
            lanes=LANES,
            owned=lambda: self.owned,
            projector=self.projector,
        )

    def projector(self, lane: int, shelf: Shelf) -> Projector:
        return Projector(
            lane, [TOTAL], codec=Codec(COUNTER), log=self.log, store=self.store, cursors=self.cursors,
            pointers=self.pointers, shelf=shelf, notify=lambda *_: None,
        )  # fmt: skip


async def test_views_of_lanes_that_nobody_feeds_are_fed_by_who_sees_it() -> None:
    """INVARIANT: a replica is ready only when its views show every lane, whoever owns it."""
    side = Side(owned=frozenset({0}))
    await side.start()
    for lane in range(LANES):
        await side.log.append(lane, [holding(COUNTED, f"case-{lane}", lane)])

    async def shown() -> Sequence[str]:
        return sorted(await side.store.fetch(side.pointers.of(TOTAL).live, [f"case-{lane}" for lane in range(LANES)]))

    assert (await side.keeping.look(), side.keeping.caught_up) == ([], False), (
        "what has just been told may be fed in a moment"
    )
    await side.projector(2, Shelf()).step()
    assert (await side.keeping.look(), side.keeping.caught_up) == ([1], False)
    await side.keeping.feed(1)
    assert await shown() == ["case-1", "case-2"]
    assert (await side.keeping.look(), side.keeping.caught_up) == ([], False)
    await side.projector(0, Shelf()).step()
    assert (await side.keeping.look(), side.keeping.caught_up) == ([], True)
    await side.keeping.feed(0)
    assert await shown() == ["case-0", "case-1", "case-2"]


class Growing(MemoryEventLog):
    """A log that gets another commit whenever somebody reads of it."""

    reads = 0

    async def read(self, lane: int, after: int, limit: int) -> Sequence[Commit]:
        self.reads += 1
        assert self.reads < 50, "it runs after the end of the log"
        page = await super().read(lane, after, limit)
        await self.append(lane, [holding(COUNTED, f"case-{self.reads}", lane)])
        return page


async def test_a_lane_of_others_is_fed_to_what_stood_in_it_and_no_further() -> None:
    """INVARIANT: a replica that starts while there is load gets ready, and comes to every lane.

    Broken while it fed a lane to its end, which moved on: a new replica was not ready for minutes.
    """
    side = Side(owned=frozenset(), log=Growing(lanes=LANES))
    await side.start()
    await side.log.append(1, [holding(COUNTED, "case-0", 1)])

    await side.keeping.feed(1)

    assert await side.cursors.get(side.pointers.of(TOTAL).live, 1) == lane_start(1) + 1, "its cursor is stored"


async def test_a_query_shows_what_another_version_was_told_a_moment_ago() -> None:
    """INVARIANT: a case that one replica has shown is not unknown to the next, though the two know different views.

    Broken while a view that nobody feeds was fed only when it was seen to stand still.
    """
    side = Side(owned=frozenset())
    await side.start()
    reader = Reader(side.store, side.pointers, catch_up=side.keeping.catch_up)
    case = next(name for name in (f"case-{n}" for n in range(99)) if lane_of(name, LANES) == 1)
    assert await reader.one(TOTAL, case) is None

    await side.log.append(1, [holding(COUNTED, case, 1)])

    seen = await asyncio.gather(*(reader.one(TOTAL, case) for _ in range(5)))
    assert [one.stream for one in seen if one] == [case] * 5


async def test_a_query_does_not_feed_a_lane_of_its_own() -> None:
    """Its projector does, and two writers would only be in each other's way."""
    side = Side(owned=frozenset({1}))
    await side.start()
    case = next(name for name in (f"case-{n}" for n in range(99)) if lane_of(name, LANES) == 1)
    await side.log.append(1, [holding(COUNTED, case, 1)])

    assert await Reader(side.store, side.pointers, catch_up=side.keeping.catch_up).one(TOTAL, case) is None
