"""Clocks: who owes what by when on a case, and what follows when it passes (product.md section 7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.kernel.actors import Role, Side
from shared.kernel.values import Moment, Value


class Clock(Value):
    """One obligation with its exact due instant. `key` tells several of a kind apart."""

    kind: str
    key: str = ""
    owner: Side | Role
    due_at: Moment
    consequence: str
    """What happens when it passes, as a sentence."""


def reminders(start: datetime, due: datetime, percents: Sequence[int]) -> tuple[Moment, ...]:
    """The instants at which these percents of the time have passed."""
    return tuple(start + (due - start) * percent / 100 for percent in percents)


def shifted(moment: datetime | None, by: timedelta) -> datetime | None:
    """The instant later by the time a case was suspended; None stays None."""
    return moment and moment + by
