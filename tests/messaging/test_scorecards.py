"""The figures over HTTP: from what intake decided and heard to a card, in the period that was asked for."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.clock import VirtualClock
from shared.contracts.appeals import AppealDecided, AppealOpened
from shared.contracts.mediation import RulingIssued
from shared.kernel.reasons import AppealOutcome
from tests.examples import intake as the
from tests.kit.deciding import NOON
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import INTAKE, LIN, ORDER, a_ruling_noted, told

SELLER = "qingyao-ceramics"
OTHER = the.PARTIES.model_copy(update={"seller_id": "zisha-house"})


@pytest.fixture
async def run() -> AsyncIterator[Running]:
    """One case, filed and ruled in November 2026, on one of two sellers' orders."""
    notes = Notes()
    async with running(INTAKE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as one:
        elsewhere = the.an_order().model_copy(update={"order_id": "order-zisha", "parties": OTHER})
        await one.hear(ORDER.model_copy(update={"order": elsewhere}))
        await a_ruling_noted(one)
        yield one


async def figures(run: Running, path: str, **asked: str | int) -> Mapping[str, Any]:
    await run.caught_up()
    answer = await run.http.client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


async def test_a_sellers_card_counts_its_orders_and_its_cases(run: Running) -> None:
    card = await figures(run, f"/scorecards/sellers/{SELLER}")

    assert (card["orders"], card["filed"], card["taken_up"], card["lost"]) == (1, 1, 1, 1)
    assert card["interventions_per_1000_orders"] == 1000.0


async def test_an_overturned_ruling_no_longer_counts_as_lost(run: Running) -> None:
    """INVARIANT: product.md 6.5, from the appeal's decision to the card.

    It breaks when intake does not hear the decision, or the card goes on by the first ruling.
    """
    decided = told(
        AppealDecided,
        at=NOON + timedelta(days=9),
        outcome=AppealOutcome.OVERTURN,
        terms=None,
        counts_against_seller=False,
    )
    await run.hear(told(AppealOpened), decided)

    card = await figures(run, f"/scorecards/sellers/{SELLER}")
    assert (card["lost"], card["overturned"], card["reviews"]["overturned"]) == (0, 1, 1)


async def test_a_period_counts_the_cases_that_were_filed_in_it(run: Running) -> None:
    path = "/scorecards/categories/product_quality"

    assert (await figures(run, path, **{"from": "2026-11", "until": "2026-11"}))["filed"] == 1
    assert (await figures(run, path, **{"from": "2026-12"}))["filed"] == 0
    assert (await figures(run, path, until="2026-10"))["filed"] == 0


async def test_sellers_come_in_pages_by_id(run: Running) -> None:
    first = await figures(run, "/scorecards/sellers", limit=1)
    second = await figures(run, "/scorecards/sellers", limit=1, cursor=first["next_cursor"])

    assert [card["seller_id"] for card in (*first["items"], *second["items"])] == [SELLER, "zisha-house"]
    assert second["next_cursor"] is None


async def test_a_cursor_of_another_period_is_refused(run: Running) -> None:
    cursor = (await figures(run, "/scorecards/sellers", limit=1))["next_cursor"]
    asked = {"from": "2026-11", "cursor": cursor}

    told_so = problem_of(await run.http.client.get("/scorecards/sellers", params=asked), 422)
    assert told_so["rule"] == "cursor_must_fit_the_query"


@pytest.mark.parametrize("asked", [{"from": "2026-13"}, {"until": "november"}, {"form": "2026-11"}])
async def test_a_month_that_is_none_or_misspelt_is_refused(run: Running, asked: dict[str, str]) -> None:
    """INVARIANT: a period that is misspelt never counts everything."""
    for path in (f"/scorecards/sellers/{SELLER}", "/scorecards/sellers", "/cycle-times/product_quality"):
        problem_of(await run.http.client.get(path, params=asked), 422)


async def test_an_adjudicators_card_tells_what_was_ruled(run: Running) -> None:
    who = told(RulingIssued).adjudicators[0].id
    card = await figures(run, f"/scorecards/adjudicators/{who}")

    assert (sum(card["ruled"].values()), card["consistency"]) == (1, {"compared": 0, "alike": None})
    assert card["reversal_rate"] == 0.0


async def test_a_buyers_card_tells_no_pattern_in_one_case(run: Running) -> None:
    card = await figures(run, f"/scorecards/buyers/{LIN.id}")

    assert (card["filed"], card["most_within_days"], card["flags"]) == (1, 1, [])


async def test_cycle_times_tell_each_step_by_month(run: Running) -> None:
    times = await figures(run, "/cycle-times/product_quality")

    assert [month["month"] for month in times["months"]] == ["2026-11"]
    assert {step["step"]: step["cases"] for step in times["steps"]}["screening"] == 1
