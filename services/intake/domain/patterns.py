"""A buyer's cases can show a pattern worth a second look: it is told to staff, and decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from shared.kernel.policy import BuyerPatterns
from shared.kernel.values import Value


class Flag(Value):
    """A pattern that was seen: how often, from how often on it is told, and what it says in plain English."""

    pattern: str
    seen: int
    told_from: int
    says: str


def most_at_once(filed: Mapping[date, int], days: int) -> int:
    """The most cases that were filed within so many days on end."""
    return max((_within(filed, first, days) for first in filed), default=0)


def flags(filed: Mapping[date, int], withdrawn: int, rejected: int, told: BuyerPatterns | None) -> Iterable[Flag]:
    """What the policy wants to be told; nothing where it says nothing about patterns."""
    if told is None:
        return
    most = most_at_once(filed, told.days)
    if most >= told.cases:
        says = f"{most} cases were filed within {told.days} days"
        yield Flag(pattern="many_cases", seen=most, told_from=told.cases, says=says)
    if withdrawn >= told.withdrawn:
        says = f"{withdrawn} cases were withdrawn by the buyer"
        yield Flag(pattern="many_withdrawn", seen=withdrawn, told_from=told.withdrawn, says=says)
    if rejected >= told.rejected:
        says = f"{rejected} cases were rejected by screening"
        yield Flag(pattern="many_rejected", seen=rejected, told_from=told.rejected, says=says)


def _within(filed: Mapping[date, int], first: date, days: int) -> int:
    return sum(count for on, count in filed.items() if first <= on < first + timedelta(days=days))
