"""How each fact moves a case on its way through the appeal."""

from dataclasses import replace
from typing import Any, Literal, TypeVar, assert_never

from services.appeals.domain.case_file import CaseFile, ContestedRuling, SealedItem
from services.appeals.domain.events import (
    AppealDecided,
    AppealDismissed,
    AppealEvidenceAdded,
    AppealLodged,
    AppealOpened,
    AppealReady,
    AppealsFact,
    AppealWithdrawn,
    AssignmentOverdueNoted,
    CaseResumed,
    CaseSuspended,
    EvidenceFact,
    FileOpened,
    FirstEvidenceNoted,
    FirstRoundFact,
    LodgingFact,
    MediatorNoted,
    ReminderSent,
    ReviewerAssigned,
    ReviewFact,
    ReviewOverdueNoted,
    RulingNoted,
    SettlementNoted,
)
from services.appeals.domain.pausing import moved
from services.appeals.domain.standing import (
    Appeal,
    Appealable,
    Filed,
    Final,
    Heard,
    Known,
    Lodged,
    NoFile,
    Ready,
    Ruled,
    Running,
    Settled,
    Suspended,
    UnderAppeal,
    UnderReview,
)

R = TypeVar("R", bound=Ruled)


def evolve(state: Appeal, fact: AppealsFact) -> Appeal:
    match fact:
        case CaseSuspended():
            return state if isinstance(state, Suspended) else Suspended(state, fact.suspended_at)
        case CaseResumed():
            pause = fact.resumed_at - fact.suspended_at
            return moved(state.case, pause) if isinstance(state, Suspended) else state
        case _:
            if isinstance(state, Suspended):
                return replace(state, case=_after(state.case, fact))
            return _after(state, fact)


def _after(state: Running, fact: FirstRoundFact | LodgingFact | EvidenceFact | ReviewFact) -> Running:
    match fact:
        case FileOpened() | MediatorNoted() | FirstEvidenceNoted() | RulingNoted() | SettlementNoted():
            return _after_first_round_fact(state, fact)
        case AppealLodged() | AppealOpened() | AppealDismissed() | AppealWithdrawn():
            return _after_lodging_fact(state, fact) if isinstance(state, Ruled) else state
        case AppealReady():
            return _ready(_hearing(state, items=fact.items), fact)
        case AppealEvidenceAdded():
            return _hearing(state, items=fact.items)
        case AssignmentOverdueNoted() | ReviewerAssigned() | ReviewOverdueNoted() | AppealDecided() | ReminderSent():
            return _after_review_fact(state, fact)
        case _:
            assert_never(fact)


def _after_first_round_fact(state: Running, fact: FirstRoundFact) -> Running:
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


def _after_lodging_fact(
    state: Appealable | UnderAppeal | Ready | UnderReview, fact: LodgingFact
) -> Appealable | UnderAppeal | Ready | UnderReview:
    match fact:
        case AppealLodged():
            return replace(state, lodged=(*state.lodged, Lodged(fact.appeal_id, fact.side)))
        case AppealOpened():
            return _admitted(_became(state, fact.appeal_id, "admitted"), fact)
        case AppealDismissed():
            return _became(state, fact.appeal_id, "dismissed")
        case AppealWithdrawn():
            left = _became(state, fact.appeal_id, "withdrawn")
            return Appealable(**_shared(left)) if fact.ruling_stands else left
        case _:
            assert_never(fact)


def _after_review_fact(state: Running, fact: ReviewFact) -> Running:
    match fact:
        case AssignmentOverdueNoted():
            return replace(state, assign_by=fact.next_at) if isinstance(state, Ready) else state
        case ReviewerAssigned():
            return _under_review(state, fact)
        case ReviewOverdueNoted():
            if not isinstance(state, UnderReview):
                return state
            return replace(state, look_at=fact.next_at, silent=state.silent | {fact.reviewer.id})
        case AppealDecided():
            return (
                Final(file=state.file, heard=state.heard, reviewer=fact.reviewer) if isinstance(state, Filed) else state
            )
        case ReminderSent():
            return state
        case _:
            assert_never(fact)


def _hearing(state: Running, handlers: tuple[str, ...] = (), items: tuple[SealedItem, ...] = ()) -> Running:
    return replace(state, heard=Heard(state.heard.handlers | {*handlers}, state.heard.items | {*items}))


def _opened(state: Running, file: CaseFile) -> Running:
    if not isinstance(state, NoFile):
        return state
    return Settled(file=file, heard=state.heard) if state.settled else Known(file=file, heard=state.heard)


def _ruled(state: Running, ruling: ContestedRuling) -> Running:
    return Appealable(file=state.file, heard=state.heard, ruling=ruling) if isinstance(state, Known) else state


def _settled(state: Running) -> Running:
    if isinstance(state, NoFile):
        return replace(state, settled=True)
    return Settled(file=state.file, heard=state.heard) if isinstance(state, Known) else state


def _became(state: R, appeal_id: str, became: Literal["admitted", "dismissed", "withdrawn"]) -> R:
    lodged = (replace(one, became=became) if one.appeal_id == appeal_id else one for one in state.lodged)
    return replace(state, lodged=tuple(lodged))


def _admitted(
    state: Appealable | UnderAppeal | Ready | UnderReview, fact: AppealOpened
) -> Appealable | UnderAppeal | Ready | UnderReview:
    if fact.opened_at is None and not isinstance(state, Appealable):
        # Stored before a later appeal opened the round again: it joined the review as that stood.
        return state
    return UnderAppeal(
        **_shared(state),
        evidence_due_at=fact.evidence_due_at,
        opened_at=fact.opened_at,
        reviewer=None if isinstance(state, Appealable) else state.reviewer,
    )


def _ready(state: Running, fact: AppealReady) -> Running:
    if not isinstance(state, UnderAppeal):
        return state
    return Ready(
        **_shared(state),
        evidence_due_at=state.evidence_due_at,
        assign_by=fact.assign_by,
        reviewer=state.reviewer,
    )


def _under_review(state: Running, fact: ReviewerAssigned) -> Running:
    if not isinstance(state, Ready | UnderReview):
        return state
    return UnderReview(
        **_shared(state),
        evidence_due_at=state.evidence_due_at,
        reviewer=fact.reviewer,
        due_at=fact.due_at,
        look_at=fact.due_at,
    )


def _shared(state: Ruled) -> dict[str, Any]:
    """What a case with a contestable ruling takes along, whatever happens to the appeals."""
    return {
        "file": state.file,
        "heard": state.heard,
        "ruling": state.ruling,
        "lodged": state.lodged,
        "silent": state.silent,
    }
