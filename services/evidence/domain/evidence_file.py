"""The evidence file of a case: not yet opened, collecting in a round, sealed after it, or stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.evidence.domain.events import (
    CollectionStopped,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceFact,
    EvidenceRequested,
    EvidenceSubmitted,
    Item,
    RebuttalOpened,
    RoundOpened,
    RoundRules,
    SideFinished,
)
from shared.kernel.actors import Parties, Side
from shared.kernel.items import Round
from shared.kernel.values import Moment


@dataclass(frozen=True, slots=True)
class File:
    """What outlives a round: the parties, the rules, every item and which were received."""

    parties: Parties
    rules: RoundRules
    items: tuple[Item, ...] = ()
    received: frozenset[str] = frozenset()

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.item_id == item_id), None)


@dataclass(frozen=True, slots=True)
class NoFile:
    """Nothing was opened yet."""


@dataclass(frozen=True, slots=True)
class _Opened:
    file: File

    @property
    def parties(self) -> Parties:
        return self.file.parties

    @property
    def policy_version(self) -> str:
        return self.file.rules.policy_version


@dataclass(frozen=True, slots=True)
class Collecting(_Opened):
    """A round is open. `closes_at` is the one instant at which the platform looks whether to close it."""

    round: Round
    due: Mapping[Side, Moment]
    closes_at: Moment
    requests: Mapping[str, Side] = field(default_factory=dict)
    finished: frozenset[Side] = frozenset()
    rebutted: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True)
class Sealed(_Opened):
    """The last round is closed and its manifest sealed."""

    round: Round


@dataclass(frozen=True, slots=True)
class Stopped(_Opened):
    """The complaint was withdrawn."""


EvidenceFile: TypeAlias = NoFile | Collecting | Sealed | Stopped


def current(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items that no newer version supersedes, in the order in which they are shown."""
    superseded = {item.supersedes for item in items}
    return tuple(sorted((item for item in items if item.item_id not in superseded), key=lambda item: item.place))


def evolve(state: EvidenceFile, fact: EvidenceFact) -> EvidenceFile:
    match fact:
        case RoundOpened():
            return _opened(state, fact)
        case DisclosureAcknowledged():
            if isinstance(state, NoFile):
                return state
            return replace(state, file=replace(state.file, received=state.file.received | set(fact.item_ids)))
        case CollectionStopped():
            return state if isinstance(state, NoFile) else Stopped(file=state.file)
        case EvidenceRequested() | EvidenceSubmitted() | SideFinished() | RebuttalOpened() | EvidenceClosed():
            return _collected(state, fact) if isinstance(state, Collecting) else state
        case _:
            assert_never(fact)


def _opened(state: EvidenceFile, fact: RoundOpened) -> Collecting:
    if isinstance(state, NoFile):
        file = File(parties=fact.parties, rules=fact.rules)
    else:
        file = replace(state.file, rules=fact.rules)
    return Collecting(file=file, round=fact.round, due=dict.fromkeys(Side, fact.due_at), closes_at=fact.due_at)


def _collected(
    state: Collecting,
    fact: EvidenceRequested | EvidenceSubmitted | SideFinished | RebuttalOpened | EvidenceClosed,
) -> Collecting | Sealed:
    match fact:
        case EvidenceRequested():
            # Whoever is asked again may speak again, even after saying done.
            return replace(
                state,
                requests={**state.requests, fact.request_id: fact.side},
                due={**state.due, fact.side: max(state.due[fact.side], fact.due_at)},
                closes_at=max(state.closes_at, fact.due_at),
                finished=state.finished - {fact.side},
            )
        case EvidenceSubmitted():
            return replace(state, file=replace(state.file, items=(*state.file.items, fact.item)))
        case SideFinished():
            return replace(state, finished=state.finished | {fact.side})
        case RebuttalOpened():
            return replace(
                state,
                due={**state.due, fact.side: fact.until},
                closes_at=fact.until,
                finished=state.finished - {fact.side},
                rebutted=state.rebutted | {fact.side},
            )
        case EvidenceClosed():
            return Sealed(file=state.file, round=fact.round)
        case _:
            assert_never(fact)
