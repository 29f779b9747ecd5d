"""Scorecards of populations made by hand."""

import pytest

from services.intake.views.scorecards import (
    AdjudicatorCard,
    Consistency,
    Period,
    Reviews,
    StepTime,
    adjudicator_card,
    buyer_card,
    card,
    consistency,
    cycle_times,
)
from shared.eventing.ports import Tallied
from shared.kernel.policy import BuyerPatterns
from shared.kernel.reasons import RulingKind

EVER = Period()
BROKEN = "product_quality/broken/problem+purchase"
LATE = "logistics/delayed/purchase"


def counted(*rows: tuple[object, ...]) -> list[Tallied]:
    """Each row: the values of the keys, and how many cases have them."""
    return [Tallied(tuple(values), count) for *values, count in rows if isinstance(count, int)]


def test_a_card_counts_each_way_a_case_can_end() -> None:
    tallied = counted(
        ("negotiated", False, None, None, 4),
        ("negotiating", False, None, None, 1),
        ("open", True, None, None, 2),
        ("rejected", False, None, 0, 3),
        ("withdrawn", True, None, 2, 1),
        ("settled", True, None, 5, 5),
        ("won", True, "uphold", 20, 1),
        ("lost", True, None, 12, 2),
        ("lost", True, "amend", 30, 1),
        ("overturned", True, "overturn", 31, 1),
    )

    assert card(tallied, 2000, EVER) == {
        "period": EVER,
        "orders": 2000,
        "filed": 16,
        "taken_up": 13,
        "interventions_per_1000_orders": 6.5,
        "negotiated": 4,
        "open": 2,
        "rejected": 3,
        "withdrawn": 1,
        "settled": 5,
        "won": 1,
        "lost": 3,
        "overturned": 1,
        "median_days": 5,
        "reviews": Reviews(upheld=1, amended=1, overturned=1),
    }


def test_a_seller_without_orders_or_cases_has_no_rate_and_no_median() -> None:
    empty = card([], 0, EVER)

    assert (empty["filed"], empty["interventions_per_1000_orders"], empty["median_days"]) == (0, None, None)


@pytest.mark.parametrize(
    ("own", "everyone", "expected"),
    [
        ([(BROKEN, "grant", 1)], {BROKEN: {"grant": 1}}, (0, None)),
        ([(BROKEN, "grant", 2)], {BROKEN: {"grant": 2}}, (2, 1.0)),
        ([(BROKEN, "grant", 1)], {BROKEN: {"grant": 3, "dismiss": 2}}, (1, 0.5)),
        ([(BROKEN, "dismiss", 1)], {BROKEN: {"grant": 9, "dismiss": 1}}, (1, 0.0)),
        (
            [(BROKEN, "grant", 3), (BROKEN, "dismiss", 1), (LATE, "grant", 1)],
            {BROKEN: {"grant": 3, "dismiss": 1}, LATE: {"grant": 1}},
            (4, 0.5),
        ),
    ],
)
def test_consistency_is_the_mean_share_of_others_on_the_same_facts_that_came_out_the_same(
    own: list[tuple[str, str, int]], everyone: dict[str, dict[str, int]], expected: tuple[int, float | None]
) -> None:
    """The last population: three grants agree with two of three others each, the dismissal with none."""
    kinds = {basis: {RulingKind(kind): n for kind, n in found.items()} for basis, found in everyone.items()}

    assert consistency(counted(*own), kinds) == Consistency(compared=expected[0], alike=expected[1])


@pytest.mark.parametrize(("left", "compared"), [({}, 0), ({"dismiss": 2}, 1)])
def test_a_ruling_that_is_gone_when_the_others_are_counted_agrees_with_none(
    left: dict[str, int], compared: int
) -> None:
    kinds = {BROKEN: {RulingKind(kind): count for kind, count in left.items()}}

    assert consistency(counted((BROKEN, "grant", 1)), kinds) == Consistency(
        compared=compared, alike=0.0 if compared else None
    )


def test_an_adjudicators_card_tells_rulings_reviews_and_reversals() -> None:
    handled = counted(
        (None, None, "settled", False, None, 4, 3),
        (None, None, "open", False, None, None, 1),
        (BROKEN, "grant", "lost", False, None, 10, 2),
        (BROKEN, "grant", "overturned", True, "overturn", 30, 1),
        (BROKEN, "dismiss", "won", True, None, None, 1),
    )
    everyone = {BROKEN: {RulingKind.GRANT: 3, RulingKind.DISMISS: 1}}

    assert adjudicator_card("zhao", EVER, handled, everyone, counted(("uphold", 2), (None, 1))) == AdjudicatorCard(
        adjudicator_id="zhao",
        period=EVER,
        handled=8,
        settled=3,
        ruled={RulingKind.DISMISS: 1, RulingKind.GRANT: 3},
        appealed=2,
        reviews=Reviews(overturned=1),
        reversal_rate=0.25,
        median_days=4,
        consistency=Consistency(compared=4, alike=0.5),
        reviewed=Reviews(upheld=2),
    )


def test_a_buyers_card_counts_filed_cases_and_tells_patterns() -> None:
    tallied = counted(
        ("negotiated", None, 9),
        ("withdrawn", "2026-11-01", 1),
        ("withdrawn", "2026-11-05", 1),
        ("rejected", "2026-11-05", 1),
        ("lost", "2026-03-05", 1),
    )
    told = BuyerPatterns(days=30, cases=3, withdrawn=2, rejected=2)

    found = buyer_card("lin", tallied, told)

    assert (found.filed, found.withdrawn, found.rejected, found.most_within_days) == (4, 2, 1, 3)
    assert [flag.pattern for flag in found.flags] == ["many_cases", "many_withdrawn"]
    assert buyer_card("lin", tallied, None).flags == ()


def test_cycle_times_are_told_over_all_and_by_month() -> None:
    times = cycle_times(
        "logistics",
        EVER,
        {
            "evidence": counted(("2026-10", 72, 3), ("2026-11", 24, 2), ("2026-11", None, 5)),
            "appeal": counted(("2026-10", None, 3), ("2026-11", 100, 1)),
        },
    )

    assert times.steps == (
        StepTime(step="evidence", cases=5, median_hours=72, p90_hours=72),
        StepTime(step="appeal", cases=1, median_hours=100, p90_hours=100),
    )
    assert [(month.month, [step.median_hours for step in month.steps]) for month in times.months] == [
        ("2026-10", [72, None]),
        ("2026-11", [24, 100]),
    ]
