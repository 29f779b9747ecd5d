"""Two builds on one log: what the newer one wrote the older one waits for, and never starts on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from shared.adapters.failures import Misconfigured
from shared.adapters.keeping import Keeping
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.memory_views import MemoryCursors, MemoryPointers, MemoryViewStore
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.telemetry import Metrics
from shared.adapters.vocabulary import require_readable
from shared.eventing.commits import Commit, Record
from shared.eventing.feeds import Shelf
from shared.eventing.messages import Fact
from shared.eventing.model import Model
from shared.eventing.ports import NewerFactError
from shared.eventing.projector import LivePointers, Projector
from shared.eventing.streams import Codec
from shared.eventing.views import View
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


async def test_views_of_lanes_that_nobody_feeds_are_fed_by_who_sees_it() -> None:
    """INVARIANT: a replica is ready only when its views show every lane, whoever owns it."""
    log, store, cursors = MemoryEventLog(lanes=LANES), MemoryViewStore(), MemoryCursors()
    pointers = LivePointers(MemoryPointers(), store, [TOTAL])
    await pointers.refresh()
    for lane in range(LANES):
        await log.append(lane, [holding(COUNTED, f"case-{lane}", lane)])

    def projector(lane: int, shelf: Shelf) -> Projector:
        return Projector(
            lane, [TOTAL], codec=Codec(COUNTER), log=log, store=store, cursors=cursors, pointers=pointers,
            telemetry=Metrics("counter"), shelf=shelf, notify=lambda *_: None,
        )  # fmt: skip

    owned = frozenset({0})
    keeping = Keeping(pointers, log=log, cursors=cursors, lanes=LANES, owned=lambda: owned, projector=projector)

    async def shown() -> Sequence[str]:
        return sorted(await store.fetch(pointers.of(TOTAL).live, [f"case-{lane}" for lane in range(LANES)]))

    assert (await keeping.look(), keeping.caught_up) == ([], False), "what has just been told may be fed in a moment"
    await projector(2, Shelf()).step()
    assert (await keeping.look(), keeping.caught_up) == ([1], False)
    await keeping.feed(1)
    assert await shown() == ["case-1", "case-2"]
    assert (await keeping.look(), keeping.caught_up) == ([], False)
    await projector(0, Shelf()).step()
    assert (await keeping.look(), keeping.caught_up) == ([], True)
    await keeping.feed(0)
    assert await shown() == ["case-0", "case-1", "case-2"]
