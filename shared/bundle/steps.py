"""What happened on a case, fact by fact."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from shared.bundle.chains import Note


class Step:
    """One fact: who told or decided it, when, and what it says. `by` is empty where only the telling is known."""

    def __init__(self, source: str, note: Note, by: tuple[str, str]) -> None:
        self.source = source
        self.type = note.type
        self.id = note.id
        self.seq = note.seq
        self.by = by
        self._text = note.data
        self._at = note.at

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The fields of the fact."""
        read: Mapping[str, Any] = json.loads(self._text)
        return read

    @property
    def at(self) -> str:
        """The instant, UTC; a fact that took a sequence names its own."""
        moment = str(self.data["at"]) if self.seq else self._at
        return moment.replace("+00:00", "Z")


class CaseHistory(NamedTuple):
    """A case and its facts, the oldest first."""

    case_id: str
    steps: tuple[Step, ...]
