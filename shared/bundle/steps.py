"""What happened on a case, in order, from the chains that are at hand."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from shared.bundle.chains import Link, Note
from shared.contracts.topology import SERVICES
from shared.eventing.streams import Skipped


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


def decided(case_id: str, chains: Mapping[str, Sequence[Link]]) -> CaseHistory:
    """Every fact that a service decided; of a service without a chain here, what it told the others."""
    steps = [Step(service, note, link.by) for service, links in chains.items() for link in links for note in link.facts]
    return CaseHistory(case_id, _in_order([*steps, *_heard(chains)]))


def published(case_id: str, chains: Mapping[str, Sequence[Link]]) -> CaseHistory:
    """Every fact that was told."""
    steps = [Step(service, note, link.by) for service, links in chains.items() for link in links for note in link.told]
    return CaseHistory(case_id, _in_order([*steps, *_heard(chains)]))


def _heard(chains: Mapping[str, Sequence[Link]]) -> list[Step]:
    found: dict[tuple[str, int], Step] = {}
    for links in chains.values():
        for link in links:
            if link.heard is not None and link.source not in chains and link.heard.type != Skipped.TYPE:
                note = link.heard._replace(seq=link.seq)
                found.setdefault((link.source, link.seq), Step(link.source, note, ("", "")))
    return list(found.values())


def _in_order(steps: list[Step]) -> tuple[Step, ...]:
    # The sort is stable, so what one service decided at one instant stays in its order.
    rank = {service: n for n, service in enumerate(SERVICES)}
    return tuple(sorted(steps, key=lambda step: (step.at, rank.get(step.source, len(rank)))))
