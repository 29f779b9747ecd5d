"""Scorecards: how the cases of a seller, category, adjudicator or buyer came out. docs/insight.md defines them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.intake.domain.patterns import Flag, flags, most_at_once
from shared.eventing.ports import Tallied
from shared.kernel.figures import median, per_thousand, quantile, share
from shared.kernel.policy import BuyerPatterns
from shared.kernel.reasons import AppealOutcome, RulingKind
from shared.kernel.values import Value

MONTH: Final = r"^\d{4}-(0[1-9]|1[0-2])$"
"""How a month is written."""


class Period(Value):
    """Months of filing, both counted; an end that is None is open."""

    first: str | None = None
    last: str | None = None


class Reviews(Value):
    """What became of the rulings that were appealed and reviewed."""

    upheld: int = 0
    amended: int = 0
    overturned: int = 0


class Card(Value):
    """How cases came out; `lost` and `overturned` are as the seller sees them."""

    period: Period
    orders: int
    filed: int
    taken_up: int
    interventions_per_1000_orders: float | None
    negotiated: int
    open: int
    rejected: int
    withdrawn: int
    settled: int
    won: int
    lost: int
    overturned: int
    median_days: int | None
    reviews: Reviews


class SellerCard(Card):
    """A seller's scorecard."""

    seller_id: str


class CategoryCard(Card):
    """A category's scorecard; its orders are all orders of the period."""

    category: str


class Consistency(Value):
    """How often other rulings on the same facts came out the same; `compared` rulings had any to compare with."""

    compared: int
    alike: float | None


class AdjudicatorCard(Value):
    """An adjudicator's scorecard: the first round above, the reviews of others' rulings in `reviewed`."""

    adjudicator_id: str
    period: Period
    handled: int
    settled: int
    ruled: Mapping[RulingKind, int]
    appealed: int
    reviews: Reviews
    reversal_rate: float | None
    median_days: int | None
    consistency: Consistency
    reviewed: Reviews


class BuyerCard(Value):
    """A buyer's cases and the patterns in them, for staff; advisory only."""

    buyer_id: str
    filed: int
    withdrawn: int
    rejected: int
    most_within_days: int
    flags: tuple[Flag, ...]


class StepTime(Value):
    """How long one step took, in whole hours: the median, and what nine in ten did not exceed."""

    step: str
    cases: int
    median_hours: int | None
    p90_hours: int | None


class MonthTimes(Value):
    """The steps of the cases that were filed in one month."""

    month: str
    steps: tuple[StepTime, ...]


class CycleTimes(Value):
    """How long the steps took: over the period, and month by month."""

    category: str
    period: Period
    steps: tuple[StepTime, ...]
    months: tuple[MonthTimes, ...]


OUTCOMES: Final = ("result", "taken_up", "review", "days")
RULINGS: Final = ("basis", "kind", "result", "appealed", "review", "days")


def card(tallied: Sequence[Tallied], orders: int, period: Period) -> Mapping[str, object]:
    """The fields of a card from cases counted by `OUTCOMES`."""
    results = _counted(tallied, 0)
    taken_up = _counted(tallied, 1)[True]
    unfiled = results["negotiating"] + results["negotiated"]
    kept = ("negotiated", "open", "rejected", "withdrawn", "settled", "won", "lost", "overturned")
    return {
        "period": period,
        "orders": orders,
        "filed": results.total() - unfiled,
        "taken_up": taken_up,
        "interventions_per_1000_orders": per_thousand(taken_up, orders),
        "median_days": median(_counted(tallied, 3)),
        "reviews": reviews(_counted(tallied, 2)),
        **{name: results[name] for name in kept},
    }


def reviews(counted: Mapping[AppealOutcome, int]) -> Reviews:
    return Reviews(
        upheld=counted.get(AppealOutcome.UPHOLD, 0),
        amended=counted.get(AppealOutcome.AMEND, 0),
        overturned=counted.get(AppealOutcome.OVERTURN, 0),
    )


def adjudicator_card(
    adjudicator_id: str,
    period: Period,
    handled: Sequence[Tallied],
    everyone: Mapping[str, Mapping[RulingKind, int]],
    reviewed: Sequence[Tallied],
) -> AdjudicatorCard:
    """From the adjudicator's cases counted by `RULINGS`, everybody's rulings by basis, and reviews by outcome."""
    kinds = Counter({RulingKind(kind): count for kind, count in _counted(handled, 1).items()})
    ruled = [one for one in handled if one.values[1] is not None]
    outcomes = reviews(_counted(handled, 4))
    return AdjudicatorCard(
        adjudicator_id=adjudicator_id,
        period=period,
        handled=sum(one.count for one in handled),
        settled=_counted(handled, 2)["settled"],
        ruled=dict(sorted(kinds.items())),
        appealed=_counted(ruled, 3)[True],
        reviews=outcomes,
        reversal_rate=share(outcomes.overturned, kinds.total()),
        median_days=median(_counted(handled, 5)),
        consistency=consistency(ruled, everyone),
        reviewed=reviews(_counted(reviewed, 0)),
    )


def consistency(ruled: Iterable[Tallied], everyone: Mapping[str, Mapping[RulingKind, int]]) -> Consistency:
    """Each ruling against all others on the same basis: the mean share of those that came out the same.

    The two are counted one after the other, so `everyone` may have changed meanwhile.
    """
    compared, alike = 0, 0.0
    for one in ruled:
        basis, kind, *_ = one.values
        same = max(0, everyone[basis].get(kind, 0) - 1)
        others = sum(everyone[basis].values()) - 1
        if others > 0:
            compared += one.count
            alike += one.count * same / others
    return Consistency(compared=compared, alike=share(alike, compared))


def buyer_card(buyer_id: str, tallied: Sequence[Tallied], told: BuyerPatterns | None) -> BuyerCard:
    """From the buyer's cases counted by result and by the day of filing."""
    filed = [one for one in tallied if one.values[1] is not None]
    results = _counted(filed, 0)
    days = {date.fromisoformat(day): count for day, count in _counted(filed, 1).items()}
    withdrawn, rejected = results["withdrawn"], results["rejected"]
    return BuyerCard(
        buyer_id=buyer_id,
        filed=results.total(),
        withdrawn=withdrawn,
        rejected=rejected,
        most_within_days=most_at_once(days, told.days) if told else 0,
        flags=tuple(flags(days, withdrawn, rejected, told)),
    )


def cycle_times(category: str, period: Period, by_step: Mapping[str, Sequence[Tallied]]) -> CycleTimes:
    """From the cases of a category, counted for each step by month and whole hours."""
    months = sorted({one.values[0] for tallied in by_step.values() for one in tallied})
    return CycleTimes(
        category=category,
        period=period,
        steps=tuple(_step(step, _counted(tallied, 1)) for step, tallied in by_step.items()),
        months=tuple(
            MonthTimes(
                month=month,
                steps=tuple(
                    _step(step, _counted((one for one in tallied if one.values[0] == month), 1))
                    for step, tallied in by_step.items()
                ),
            )
            for month in months
        ),
    )


def _step(step: str, hours: Counter[int]) -> StepTime:
    return StepTime(step=step, cases=hours.total(), median_hours=median(hours), p90_hours=quantile(hours, 90))


def _counted(tallied: Iterable[Tallied], place: int) -> Counter[Any]:
    """How many documents have each value in one place; those that have none there are left out."""
    counts: Counter[Any] = Counter()
    for one in tallied:
        if one.values[place] is not None:
            counts[one.values[place]] += one.count
    return counts
