"""The agenda of a stream: what falls due and when, as a view of its facts (product.md section 7)."""

from collections.abc import Sequence
from typing import Final

from shared.kernel.ids import derived_id
from shared.kernel.values import Moment, Value

REMINDER: Final = "reminder"
"""The kind of row that reminds of another one."""


class Due(Value):
    """One instant at which the platform acts by itself. `key` tells several of a kind apart."""

    kind: str
    key: str = ""
    at: Moment


class Agenda(Value):
    """Everything that falls due on one stream; nothing does while it is paused."""

    due: tuple[Due, ...] = ()
    paused_at: Moment | None = None
    wakes: Due | None = None
    """The one row that falls due even while the others stand still: the end of the pause."""

    def setting(self, due: Due, remind_at: Sequence[Moment] = ()) -> "Agenda":
        """With `due` in place of an earlier one of the same kind and key, and reminders at these instants."""
        reminding = self.reminding(due.kind, due.key, remind_at)
        return reminding.model_copy(update={"due": (*reminding.due, due)})

    def reminding(self, kind: str, key: str, remind_at: Sequence[Moment]) -> "Agenda":
        """With reminders of a clock that has no row of its own, in place of what stood under that kind and key."""
        kept = self.clearing(kind, key).due
        name = _name(kind, key)
        reminders = [Due(kind=REMINDER, key=f"{name}/{n}", at=at) for n, at in enumerate(remind_at, start=1)]
        return self.model_copy(update={"due": (*kept, *reminders)})

    def clearing(self, kind: str, key: str | None = None) -> "Agenda":
        """Without the rows of a kind, or only the one with that key; its reminders go with it."""
        return self.model_copy(update={"due": tuple(row for row in self.due if not _is(row, kind, key))})

    def reminded(self, clock: tuple[str, str], at: Moment) -> "Agenda":
        """Without the reminders of this clock that are past: one notice says it for all of them."""
        kept = (row for row in self.due if not (row.kind == REMINDER and clock_of(row) == clock and row.at <= at))
        return self.model_copy(update={"due": tuple(kept)})

    def pausing(self, at: Moment, wakes: Due | None = None) -> "Agenda":
        """With every row standing still but the one that ends the pause."""
        return self if self.paused_at else self.model_copy(update={"paused_at": at, "wakes": wakes})

    def resuming(self, at: Moment) -> "Agenda":
        """Running again, each row later by the time of the pause."""
        if self.paused_at is None:
            return self
        pause = at - self.paused_at
        moved = tuple(row.model_copy(update={"at": row.at + pause}) for row in self.due)
        return Agenda(due=moved)

    @property
    def next_due(self) -> Moment | None:
        """The earliest instant at which a row falls due, or None when none will."""
        return min((row.at for row in self.running), default=None)

    @property
    def running(self) -> tuple[Due, ...]:
        """The rows that do not stand still."""
        if self.paused_at:
            return (self.wakes,) if self.wakes else ()
        return self.due


def clock_of(reminder: Due) -> tuple[str, str]:
    """The kind and key of the clock that a reminder is about."""
    kind, _, key = reminder.key.rpartition("/")[0].partition(":")
    return kind, key


def _name(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def _is(row: Due, kind: str, key: str | None) -> bool:
    if row.kind == REMINDER and kind != REMINDER:
        of_kind, of_key = clock_of(row)
        return of_kind == kind and key in (None, of_key)
    return row.kind == kind and key in (None, row.key)


def cause_of(stream: str, due: Due) -> str:
    """The command id of a deadline: firing it twice is the same request."""
    return derived_id("deadline", stream, due.kind, due.key, due.at.isoformat())
