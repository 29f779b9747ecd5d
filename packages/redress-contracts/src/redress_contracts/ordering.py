"""The consumer's part of the contract: drop what was seen, hold what comes early, apply the rest in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redress_contracts.reading import Received, read_record
from redress_contracts.records import Record


@dataclass(frozen=True, slots=True)
class Gap:
    """A number that has not come, and how many facts wait behind it."""

    subject: str
    lineage: str
    missing: int
    held: int


@dataclass(slots=True)
class _Line:
    applied: int = 0
    held: dict[int, Received] = field(default_factory=dict)


@dataclass(slots=True)
class _Subject:
    lines: dict[str, _Line] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    """Of facts that take no number: those are known by their ids alone."""


class Ordering:
    """Puts facts of many cases in order, each source's facts of each case for themselves.

    It lives in memory. Where your effects outlive the process, keep `state(subject)` in the same transaction as the
    effects of what `take` answered, and `restore` it before the first fact of that subject: then a fact that is held
    while its offset is committed is not lost, and one that comes again is still known.
    """

    def __init__(self) -> None:
        self._subjects: dict[str, _Subject] = {}

    def take(self, received: Received) -> Sequence[Received]:
        """What is to be applied now, in order: nothing for what was seen or comes early, else it and what it frees."""
        subject = self._subjects.setdefault(received.subject, _Subject())
        if received.seq is None:
            if received.id in subject.ids:
                return ()
            subject.ids.add(received.id)
            return (received,)
        line = subject.lines.setdefault(received.lineage, _Line())
        if received.seq <= line.applied:
            return ()
        if received.versioned:
            line.applied = received.seq
            return (received,)
        line.held.setdefault(received.seq, received)
        return self._freed(line)

    def skip(self, subject: str, lineage: str, seq: int) -> Sequence[Received]:
        """Give up on a number that will not come; answers what was held behind it.

        Raises ValueError unless it is the next number: skipping another would hide a gap.
        """
        line = self._subjects.setdefault(subject, _Subject()).lines.setdefault(lineage, _Line())
        if seq != line.applied + 1:
            raise ValueError(f"{subject}, {lineage}: the next number is {line.applied + 1}, not {seq}")
        line.applied = seq
        line.held.pop(seq, None)
        return self._freed(line)

    def gaps(self) -> Sequence[Gap]:
        """What is waited for. A gap that lasts for more than a minute is worth an alarm."""
        return [
            Gap(subject, lineage, line.applied + 1, len(line.held))
            for subject, one in self._subjects.items()
            for lineage, line in one.lines.items()
            if line.held
        ]

    def forget(self, subject: str) -> None:
        """Drop what is known of a subject, for example of a closed case whose topics' retention is over."""
        self._subjects.pop(subject, None)

    def state(self, subject: str) -> Mapping[str, Any]:
        """All that is known of a subject, held facts too, as a JSON object."""
        one = self._subjects.get(subject, _Subject())
        lines = {
            lineage: {"applied": line.applied, "held": [held.record.line() for held in line.held.values()]}
            for lineage, line in one.lines.items()
        }
        return {"lines": lines, "ids": sorted(one.ids)}

    def restore(self, subject: str, state: Mapping[str, Any]) -> None:
        """Take over what `state` answered."""
        one = _Subject(ids=set(state["ids"]))
        for lineage, line in state["lines"].items():
            held = [read_record(Record.of_line(text)) for text in line["held"]]
            one.lines[lineage] = _Line(line["applied"], {fact.seq: fact for fact in held if fact.seq is not None})
        self._subjects[subject] = one

    @staticmethod
    def _freed(line: _Line) -> Sequence[Received]:
        freed: list[Received] = []
        while (next_one := line.held.pop(line.applied + 1, None)) is not None:
            freed.append(next_one)
            line.applied += 1
        return freed
