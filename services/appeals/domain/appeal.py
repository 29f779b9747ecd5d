"""Where a case stands on its way through the appeal: each stage shows what it allows."""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.appeals.domain.case_file import CaseFile, ContestedRuling, SealedItem
from services.appeals.domain.events import (
    AppealDecided,
    AppealDismissed,
    AppealLodged,
    AppealOpened,
    AppealReady,
    AppealsFact,
    FileOpened,
    FirstEvidenceNoted,
    FirstRoundFact,
    LodgingFact,
    MediatorNoted,
    ReviewerAssigned,
    ReviewFact,
    ReviewOverdueNoted,
    RulingNoted,
    SettlementNoted,
)
from shared.kernel.actors import Actor, Side
from shared.kernel.values import Moment


@dataclass(frozen=True, slots=True)
class Heard:
    """Who handled the first round, and every sealed item that may be cited."""

    handlers: frozenset[str] = frozenset()
    items: frozenset[SealedItem] = frozenset()


@dataclass(frozen=True, slots=True)
class Lodged:
    """A party has used its one appeal."""

    appeal_id: str
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFile:
    """Nobody is known to be a party yet; what other services told early is kept."""

    heard: Heard = Heard()
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What every stage of a known case shares; no stage by itself."""

    file: CaseFile
    heard: Heard

    @property
    def policy_version(self) -> str:
        return self.file.rules.policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Filed):
    """The case is in its first round: no ruling, nothing to appeal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Filed):
    """The parties agreed; a settlement cannot be appealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled(Filed):
    """What every stage with a contestable ruling shares; no stage by itself."""

    ruling: ContestedRuling
    lodged: tuple[Lodged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealable(Ruled):
    """There is a ruling and no admitted appeal against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderAppeal(Ruled):
    """An appeal is admitted and its evidence round is open."""

    evidence_due_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Ruled):
    """The appeal's evidence is sealed; a reviewer is to be assigned."""

    evidence_due_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderReview(Ruled):
    """One reviewer re-assesses the case until an instant."""

    evidence_due_at: Moment
    reviewer: Actor
    due_at: Moment
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Final(Filed):
    """The review is decided; nothing on the merits can be asked any more."""

    reviewer: Actor


Appeal: TypeAlias = NoFile | Known | Settled | Appealable | UnderAppeal | Ready | UnderReview | Final


def evolve(state: Appeal, fact: AppealsFact) -> Appeal:
    match fact:
        case FileOpened() | MediatorNoted() | FirstEvidenceNoted() | RulingNoted() | SettlementNoted():
            return _after_first_round_fact(state, fact)
        case AppealLodged() | AppealOpened() | AppealDismissed():
            return _after_lodging_fact(state, fact)
        case AppealReady() | ReviewerAssigned() | ReviewOverdueNoted() | AppealDecided():
            return _after_review_fact(state, fact)
        case _:
            assert_never(fact)


def _after_first_round_fact(state: Appeal, fact: FirstRoundFact) -> Appeal:
    match fact:
        case FileOpened():
            return _opened(state, CaseFile(parties=fact.parties, rules=fact.rules))
        case MediatorNoted():
            return _hearing(state, handlers=(fact.mediator_id,))
        case FirstEvidenceNoted():
            return _hearing(state, items=fact.items)
        case RulingNoted():
            return _ruled(_hearing(state, handlers=fact.adjudicator_ids), fact.ruling)
        case SettlementNoted():
            return _settled(state)
        case _:
            assert_never(fact)


def _after_lodging_fact(state: Appeal, fact: LodgingFact) -> Appeal:
    match fact:
        case AppealLodged():
            lodged = Lodged(fact.appeal_id, fact.side)
            return replace(state, lodged=(*state.lodged, lodged)) if isinstance(state, Ruled) else state
        case AppealOpened():
            if not isinstance(state, Appealable):
                return state
            return UnderAppeal(
                file=state.file,
                heard=state.heard,
                ruling=state.ruling,
                lodged=state.lodged,
                evidence_due_at=fact.evidence_due_at,
            )
        case AppealDismissed():
            return state
        case _:
            assert_never(fact)


def _after_review_fact(state: Appeal, fact: ReviewFact) -> Appeal:
    match fact:
        case AppealReady():
            return _ready(_hearing(state, items=fact.items))
        case ReviewerAssigned():
            return _under_review(state, fact)
        case ReviewOverdueNoted():
            return replace(state, overdue=True) if isinstance(state, UnderReview) else state
        case AppealDecided():
            return (
                Final(file=state.file, heard=state.heard, reviewer=fact.reviewer) if isinstance(state, Filed) else state
            )
        case _:
            assert_never(fact)


def _hearing(state: Appeal, handlers: tuple[str, ...] = (), items: tuple[SealedItem, ...] = ()) -> Appeal:
    return replace(state, heard=Heard(state.heard.handlers | {*handlers}, state.heard.items | {*items}))


def _opened(state: Appeal, file: CaseFile) -> Appeal:
    if not isinstance(state, NoFile):
        return state
    return Settled(file=file, heard=state.heard) if state.settled else Known(file=file, heard=state.heard)


def _ruled(state: Appeal, ruling: ContestedRuling) -> Appeal:
    return Appealable(file=state.file, heard=state.heard, ruling=ruling) if isinstance(state, Known) else state


def _settled(state: Appeal) -> Appeal:
    if isinstance(state, NoFile):
        return replace(state, settled=True)
    return Settled(file=state.file, heard=state.heard) if isinstance(state, Known) else state


def _ready(state: Appeal) -> Appeal:
    if not isinstance(state, UnderAppeal):
        return state
    return Ready(
        file=state.file,
        heard=state.heard,
        ruling=state.ruling,
        lodged=state.lodged,
        evidence_due_at=state.evidence_due_at,
    )


def _under_review(state: Appeal, fact: ReviewerAssigned) -> Appeal:
    if not isinstance(state, Ready):
        return state
    return UnderReview(
        file=state.file,
        heard=state.heard,
        ruling=state.ruling,
        lodged=state.lodged,
        evidence_due_at=state.evidence_due_at,
        reviewer=fact.reviewer,
        due_at=fact.due_at,
    )
