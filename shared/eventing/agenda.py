"""The agenda of a stream: what falls due and when, as a view of its facts (product.md section 7)."""

from shared.kernel.ids import derived_id
from shared.kernel.values import Moment, Value


class Due(Value):
    """One instant at which the platform acts by itself. `key` tells several of a kind apart."""

    kind: str
    key: str = ""
    at: Moment


class Agenda(Value):
    """Everything that falls due on one stream."""

    due: tuple[Due, ...] = ()

    def setting(self, due: Due) -> "Agenda":
        """With `due` in place of an earlier one of the same kind and key."""
        kept = self.clearing(due.kind, due.key).due
        return Agenda(due=(*kept, due))

    def clearing(self, kind: str, key: str | None = None) -> "Agenda":
        """Without the rows of a kind, or only the one with that key."""
        return Agenda(due=tuple(d for d in self.due if d.kind != kind or (key is not None and d.key != key)))

    @property
    def next_due(self) -> Moment | None:
        """The earliest instant, or None for an empty agenda."""
        return min((d.at for d in self.due), default=None)


def cause_of(stream: str, due: Due) -> str:
    """The command id of a deadline: firing it twice is the same request."""
    return derived_id("deadline", stream, due.kind, due.key, due.at.isoformat())
