"""The roster as decisions read it: who is on duty now, with how many cases, and whom they handled when."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.memory_views import MemoryPointers, MemoryViewStore
from shared.adapters.rosters import Rosters
from shared.eventing.ports import Shown
from shared.eventing.projector import LivePointers
from shared.eventing.reading import Reader
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties, Role
from shared.kernel.roster import Handled, RosterEntry
from shared.kernel.values import Moment, Value

MEI = Actor(role=Role.FRONTLINE, id="mei")
BAO = Actor(role=Role.FRONTLINE, id="bao")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class CaseFile(Value):
    """What the view shows of one case."""

    adjudicator: str
    status: str
    parties: Parties
    handled_at: Moment | None = None


VIEW: View[CaseFile] = View(
    "files", 1, CaseFile, lambda shown, _: shown, keys=lambda file: {"adjudicator": file.adjudicator}
)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return written(tmp_path / "roster.yaml", MEI)


def written(file: Path, *actors: Actor, text: str | None = None) -> Path:
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text or "\n".join(f"- {{role: {actor.role}, id: {actor.id}}}" for actor in actors), "utf-8")
    # Two writes within one tick of the clock of the file system would look like one.
    os.utime(file, ns=(before + 10**9, before + 10**9))
    return file


def removed(file: Path) -> None:
    file.unlink()


async def rosters(file: Path, *files: CaseFile, **changes: Any) -> Rosters:
    store = MemoryViewStore()
    pointers = LivePointers(MemoryPointers(), store, [VIEW])
    await pointers.refresh()
    shown = [
        Shown(f"case-{n}", 1, n, file.model_dump(mode="json"), dict(VIEW.keys(file))) for n, file in enumerate(files)
    ]
    await store.write(pointers.of(VIEW).live, 0, shown)
    return Rosters(file, Reader(store, pointers), VIEW, "adjudicator", ("open",), **changes)


def case(seller: str, at: datetime | None = None, status: str = "open") -> CaseFile:
    return CaseFile(adjudicator="mei", status=status, parties=Parties(buyer_id="lin", seller_id=seller), handled_at=at)


async def test_the_load_counts_open_cases_and_parties_are_told_once(roster: Path) -> None:
    reading = await rosters(roster, case("qingyao"), case("yixing", status="closed"))

    assert await reading.entries() == (RosterEntry(actor=MEI, load=1, recent_parties=("lin", "qingyao", "yixing")),)


async def test_where_the_instants_are_known_each_party_has_its_last_one(roster: Path) -> None:
    later = NOON + timedelta(days=3)
    files = (case("qingyao", NOON), case("yixing", later), case("longquan"))
    reading = await rosters(roster, *files, handled_at=lambda file: file.handled_at)

    (entry,) = await reading.entries()

    assert entry.recent_parties == ()
    assert entry.handled == (
        Handled(party="lin", at=later),
        Handled(party="qingyao", at=NOON),
        Handled(party="yixing", at=later),
    )


async def test_an_edited_roster_counts_from_the_next_decision_on(roster: Path) -> None:
    reading = await rosters(roster)
    written(roster, MEI, BAO)

    assert [entry.actor for entry in await reading.entries()] == [MEI, BAO]


@pytest.mark.parametrize("text", ["- {role: buyer, id: lin}", "a: ["])
async def test_a_roster_that_cannot_be_read_leaves_the_last_sound_one(roster: Path, text: str) -> None:
    reading = await rosters(roster)
    written(roster, text=text)

    assert [entry.actor for entry in await reading.entries()] == [MEI]


async def test_a_roster_that_is_gone_leaves_the_last_one(roster: Path) -> None:
    reading = await rosters(roster)
    removed(roster)

    assert [entry.actor for entry in await reading.entries()] == [MEI]
