"""Figures of a played population, counted by intake and again from what was published; and the commands that ask."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid1
from xml.etree import ElementTree as ET

import pytest

from redress.commands import insight as commands
from redress.simulator.cases import SimulatedCase
from redress.simulator.world import World
from services.evidence.views import equal_treatment as in_evidence
from services.evidence.views import time_given
from services.intake.entrypoints.scorecards import Figures
from services.intake.views.case_outcome import VIEW, CaseOutcome
from services.intake.views.scorecards import Period
from services.mediation.views import equal_treatment as in_mediation
from services.mediation.views import mediation_file
from shared.adapters.mongo_client import open_database
from shared.adapters.mongo_views import MongoViewStore
from shared.adapters.policy_files import read_policies
from shared.contracts.appeals import AppealDecided
from shared.contracts.evidence import EvidenceRequested, EvidenceSubmitted
from shared.contracts.intake import ComplaintAccepted, ComplaintClosed, ComplaintFiled
from shared.contracts.mediation import OfferMade, RulingIssued, SettlementReached
from shared.eventing.ports import Shown
from shared.eventing.reading import Reader
from shared.kernel.actors import Side
from shared.kernel.treatment import EqualTreatment
from tests.examples.intake import PARTIES
from tests.kit.deciding import NOON

EVER = Period()
CASES = 40


@pytest.fixture(scope="module")
async def world() -> World:
    played = World(11, "insight", CASES, read_policies())
    await played.play()
    return played


@pytest.fixture
def figures(world: World) -> Figures:
    service = world.system.services["intake"].service
    return Figures(Reader(service.ports.store, service.pointers), world.system.book)


def result_of(case: SimulatedCase) -> str | None:
    """How a case came out for its seller, read off what was published; None of one that was never filed."""
    filed, closed, decided = (case.last(kind) for kind in (ComplaintFiled, ComplaintClosed, AppealDecided))
    if filed is None:
        return None
    if closed and closed.outcome == "withdrawn":
        return "withdrawn"
    if ruling := case.last(RulingIssued):
        return _ruled(ruling, decided)
    if case.last(SettlementReached):
        return "settled"
    return "open" if case.last(ComplaintAccepted) else "rejected"


def _ruled(ruling: RulingIssued, decided: AppealDecided | None) -> str:
    against = ruling.terms is not None and ruling.seller_liability_percent > 0
    if decided is None:
        return "lost" if against else "won"
    if decided.outcome == "overturn" and against:
        return "overturned"
    return "lost" if decided.counts_against_seller else "won"


def counted(cases: list[SimulatedCase]) -> dict[str, int]:
    results = Counter(result_of(case) for case in cases)
    del results[None]
    return dict(sorted((result, count) for result, count in results.items() if result and count))


RESULTS = ("open", "rejected", "withdrawn", "settled", "won", "lost", "overturned")


async def test_every_sellers_card_is_what_its_published_facts_say(world: World, figures: Figures) -> None:
    """INVARIANT: duplicates, other orders and a whole life later, a case counts once and as it ended."""
    sellers = await figures.sellers(None, CASES)
    assert sellers == sorted({case.seller.id for case in world.cases.values()})

    for seller in sellers:
        cases = [case for case in world.cases.values() if case.seller.id == seller]
        card = await figures.seller(seller, EVER)
        found = {name: count for name in sorted(RESULTS) if (count := getattr(card, name))}
        assert found == counted(cases), seller
        assert (card.orders, card.taken_up) == (len(cases), sum(bool(one.last(ComplaintAccepted)) for one in cases))
    assert len(counted(list(world.cases.values()))) >= 4


async def test_categories_hold_the_same_cases_as_sellers(world: World, figures: Figures) -> None:
    filed = Counter(case.last(ComplaintFiled).category for case in world.cases.values() if case.last(ComplaintFiled))

    assert {category: (await figures.category(category, EVER)).filed for category in filed} == filed


async def test_rulings_are_told_of_everybody_who_made_them(world: World, figures: Figures) -> None:
    ruled = Counter(
        who
        for case in world.cases.values()
        if (r := case.last(RulingIssued))
        for who in {one.id for one in r.adjudicators}
    )

    assert ruled
    for who, count in ruled.items():
        card = await figures.adjudicator(who, EVER)
        assert sum(card.ruled.values()) >= count
        assert card.consistency.compared <= sum(card.ruled.values())


async def test_each_step_that_ended_is_timed(world: World, figures: Figures) -> None:
    settled = [case for case in world.cases.values() if case.last(ComplaintAccepted)]
    category = Counter(case.category for case in settled).most_common(1)[0][0]
    steps = {step.step: step for step in (await figures.cycle_times(category, EVER)).steps}

    assert steps["screening"].cases == sum(
        bool(c.last(ComplaintFiled)) for c in world.cases.values() if c.category == category
    )
    assert steps["whole"].cases == sum(
        bool(c.last(ComplaintClosed) and c.last(ComplaintFiled)) for c in world.cases.values() if c.category == category
    )


@pytest.fixture
def deployed(mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment whose intake shows one case that was filed and taken up."""
    name = f"insight_{uuid1().hex}"
    monkeypatch.setenv("REDRESS_MONGO__URL", mongo_url)
    monkeypatch.setenv("REDRESS_MONGO__DATABASE", name)
    later = NOON + timedelta(hours=30)
    case = CaseOutcome(
        parties=PARTIES, began_at=NOON, category="logistics", sub_reason="delayed", filed_at=NOON, screened_at=later,
        taken_up_at=later,
    )  # fmt: skip

    async def show() -> None:
        database = await open_database(mongo_url, name)
        store = MongoViewStore(database)
        shown = Shown("case-1", 2, 2, case.model_dump(mode="json"), VIEW.keys(case))
        await store.prepare("case_outcome_v1_1", VIEW.indexed)
        await store.write("case_outcome_v1_1", 0, [shown])
        database.client.close()

    asyncio.run(show())


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("ask", "field", "value"),
    [
        (lambda: commands.seller(PARTIES.seller_id), "taken_up", 1),
        (lambda: commands.seller(PARTIES.seller_id, since="2026-12"), "taken_up", 0),
        (lambda: commands.category("logistics", until="2026-11"), "filed", 1),
        (lambda: commands.adjudicator("zhao"), "handled", 0),
        (lambda: commands.buyer(PARTIES.buyer_id), "filed", 1),
    ],
)
def test_the_commands_print_what_the_configured_store_shows(
    ask: Callable[[], None], field: str, value: int, capsys: pytest.CaptureFixture[str]
) -> None:
    ask()

    assert json.loads(capsys.readouterr().out)[field] == value


@pytest.mark.usefixtures("deployed")
def test_cycle_times_are_printed_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    commands.cycle_times("logistics")

    steps = {step["step"]: step["median_hours"] for step in json.loads(capsys.readouterr().out)["steps"]}
    assert (steps["screening"], steps["evidence"]) == (30, None)


@pytest.mark.usefixtures("deployed")
def test_cycle_times_are_drawn_where_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.cycle_times("logistics", until="2026-11", chart=tmp_path / "steps.svg")

    chart = ET.parse(tmp_path / "steps.svg")  # noqa: S314  # drawn here
    texts = [one.text for one in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert "Hours that each step took: logistics, the first month to 2026-11" in texts
    assert texts[texts.index("screening") + 1] == "30 h, 30 h; n = 1"
    assert texts[texts.index("appeal") + 1] == "no case"
    assert capsys.readouterr().out.strip() == str(tmp_path / "steps.svg")


def test_a_month_that_is_none_is_named() -> None:
    with pytest.raises(LookupError, match="2026-13 is no month"):
        commands.seller("qingyao-ceramics", since="2026-13")


async def test_each_case_is_compared_as_its_published_facts_say(world: World) -> None:
    """INVARIANT: whatever the simulated people did, both services count for a side what was told of that side."""
    asked = Counter[str]()
    for case in world.cases.values():
        parts = await treatment_of(world, case)
        requests = Counter(fact.side for fact in case.told(EvidenceRequested))
        items = Counter(fact.submitter for fact in case.told(EvidenceSubmitted))
        offers = Counter(case.order.parties.side_of(fact.made_by) for fact in case.told(OfferMade))
        for side in Side:
            assert amount(parts, "requests", side) == requests[side], case.id
            assert amount(parts, "items", side) == amount(parts, "shown_items", side.other) == items[side], case.id
            assert amount(parts, "offers_made", side) == offers[side], case.id
        asked += requests
    assert asked[Side.BUYER] > CASES / 2
    assert asked[Side.SELLER] > CASES / 2


async def treatment_of(world: World, case: SimulatedCase) -> list[EqualTreatment]:
    found: list[EqualTreatment] = []
    for name, view, part_of in (
        ("evidence", time_given.VIEW, in_evidence.part_of),
        ("mediation", mediation_file.VIEW, in_mediation.part_of),
    ):
        service = world.system.services[name].service
        seen: Any = await Reader(service.ports.store, service.pointers).one(view, case.id)
        if seen is not None:
            found.append(part_of(case.id, seen.document))
    return found


def amount(parts: list[EqualTreatment], name: str, side: Side) -> int:
    """A measure of one side over all chapters."""
    measures = [one for part in parts for chapter in part.chapters for one in chapter.measures]
    return sum(getattr(one, side) for one in measures if one.name == name)
