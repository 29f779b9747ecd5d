"""What happened on a case, in order, from the chains that are at hand.

The order is that of causes: a service's facts as its chain has them, and what was heard before what followed from it.
Where that leaves a choice, the earlier instant comes first, and of one instant the service that a case passes first.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from shared.bundle.chains import Link, Note
from shared.contracts.topology import SERVICES
from shared.eventing.commits import CauseKind
from shared.eventing.streams import Skipped
from shared.kernel.ids import derived_id

_MOST_FOLLOWING: Final = 64
"""How many facts of one commit are looked through for those that another service's fact led to."""
_RANK: Final = {service: n for n, service in enumerate(SERVICES)}


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
        """The instant, UTC, always in the same spelling; a fact that took a sequence names its own."""
        return _instant(str(self.data["at"]) if self.seq else self._at)


class CaseHistory(NamedTuple):
    """A case and its facts, causes before what followed."""

    case_id: str
    steps: tuple[Step, ...]

    @property
    def as_of(self) -> str:
        """The latest instant of any fact; clocks of services differ, so it need not be the last fact's."""
        return max((step.at for step in self.steps), default="")


def decided(case_id: str, chains: Mapping[str, Sequence[Link]]) -> CaseHistory:
    """Every fact that a service decided; of a service without a chain here, what it told the others."""
    known = {**chains, **_overheard(chains)}
    return CaseHistory(
        case_id, tuple(Step(source, note, link.by) for source, link in in_turn(known) for note in link.facts)
    )


def published(case_id: str, chains: Mapping[str, Sequence[Link]]) -> CaseHistory:
    """Every fact that was told."""
    known = {**chains, **_overheard(chains)}
    return CaseHistory(
        case_id, tuple(Step(source, note, link.by) for source, link in in_turn(known) for note in link.told)
    )


def in_turn(chains: Mapping[str, Sequence[Link]]) -> Iterator[tuple[str, Link]]:
    """The commits of all chains as they followed from each other, whatever the clocks of the services say.

    Chains that each wait for the other cannot have come about; there the earlier instant goes first.
    """
    to_come = {(source, seq) for source, links in chains.items() for link in links for seq in link.told_seqs}
    waiting = {source: list(reversed(links)) for source, links in chains.items() if links}
    while waiting:
        # What was told by a commit that is not at hand is not waited for.
        ready = [source for source, links in waiting.items() if (links[-1].source, links[-1].seq) not in to_come]
        source = min(ready or waiting, key=lambda one: (waiting[one][-1].at, _RANK.get(one, len(_RANK)), one))
        link = waiting[source].pop()
        if not waiting[source]:
            del waiting[source]
        to_come.difference_update((source, seq) for seq in link.told_seqs)
        yield source, link


def _overheard(chains: Mapping[str, Sequence[Link]]) -> Mapping[str, Sequence[Link]]:
    """The chains that are not at hand, as far as those that are have heard of them: a commit for each fact."""
    heard: dict[tuple[str, int], Note] = {}
    for link in (one for links in chains.values() for one in links):
        if link.heard is not None and link.source not in chains and link.heard.type != Skipped.TYPE:
            heard.setdefault((link.source, link.seq), link.heard._replace(seq=link.seq))
    steps = [Step(source, note, ("", "")) for (source, _), note in heard.items()]
    told = [Step(source, note, link.by) for source, links in chains.items() for link in links for note in link.told]
    causes = _causes(steps, [*steps, *told])
    found: defaultdict[str, list[Link]] = defaultdict(list)
    for step, ((source, seq), note) in sorted(zip(steps, heard.items(), strict=True), key=lambda one: one[1][0]):
        of, n = causes.get(step.id, ("", 0))
        kind = CauseKind.FACT if of else CauseKind.COMMAND
        found[source].append(
            Link("", "", seq, seq, kind, of, n, ("", ""), _spelt(step.at), (note,), None, (note,), (seq,))
        )
    return found


def _causes(steps: Sequence[Step], told: Sequence[Step]) -> Mapping[str, tuple[str, int]]:
    """What each fact followed from, source and sequence, by its id.

    A service's answer to what it hears has that fact's instant, and an id made of that fact's (Workbench.commit).
    """
    together: defaultdict[str, list[Step]] = defaultdict(list)
    for one in told:
        if one.seq:
            together[one.at].append(one)
    return {
        step.id: (cause.source, cause.seq)
        for step in steps
        for cause in together[step.at]
        if cause.source != step.source and step.id in {derived_id(cause.id, index) for index in range(_MOST_FOLLOWING)}
    }


def _instant(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _spelt(instant: str) -> str:
    """As the body of a commit spells it."""
    return instant.replace("Z", "+00:00")
