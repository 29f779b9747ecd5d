"""What appeals does about what it hears of the other services."""

from collections.abc import Sequence

from services.appeals.domain.appeal_evidence import NoteAppealEvidence
from services.appeals.domain.case_file import AppealRules, CaseFile, ContestedRuling, sealed
from services.appeals.domain.first_round import NoteFirstEvidence, NoteMediator, NoteRuling, NoteSettlement, OpenFile
from services.appeals.domain.pausing import ResumeCase, SuspendCase
from shared.contracts.evidence import EvidenceClosed, EvidenceRequested, EvidenceSubmitted
from shared.contracts.intake import (
    ComplaintAccepted,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRejected,
    ComplaintResumed,
    ComplaintSuspended,
    ComplaintWithdrawn,
)
from shared.contracts.mediation import (
    EnforcementOrdered,
    MediationOpened,
    OfferMade,
    RulingFulfilled,
    RulingIssued,
    SettlementReached,
)
from shared.eventing.messages import Command, Published
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id
from shared.kernel.items import Round
from shared.kernel.policy import PolicyBook

# Sequences are dense per source, so every fact of a source is heard, wanted or not.
HEARS: tuple[type[Published], ...] = (
    ComplaintFiled,
    ComplaintAccepted,
    ComplaintRejected,
    ComplaintWithdrawn,
    ComplaintSuspended,
    ComplaintResumed,
    ComplaintClosed,
    EvidenceRequested,
    EvidenceSubmitted,
    EvidenceClosed,
    MediationOpened,
    OfferMade,
    SettlementReached,
    RulingIssued,
    RulingFulfilled,
    EnforcementOrdered,
)


def react(fact: Published, book: PolicyBook) -> Sequence[Command]:  # noqa: PLR0911 - one arm per fact that matters
    match fact:
        case ComplaintAccepted():
            return when_complaint_accepted_open_the_file(fact, book)
        case MediationOpened():
            return when_mediation_opened_note_the_mediator(fact)
        case EvidenceClosed():
            return when_evidence_closed_note_what_may_be_cited(fact)
        case RulingIssued():
            return when_ruling_issued_note_what_can_be_appealed(fact, book)
        case SettlementReached():
            return when_settlement_reached_note_that_nothing_can_be_appealed(fact)
        case ComplaintSuspended():
            return when_complaint_suspended_stop_every_clock(fact)
        case ComplaintResumed():
            return when_complaint_resumed_start_every_clock(fact)
        case _:
            return []


def when_complaint_accepted_open_the_file(fact: ComplaintAccepted, book: PolicyBook) -> Sequence[Command]:
    file = CaseFile(parties=fact.parties, rules=AppealRules.of(book.pinned(fact.policy_version)))
    return [OpenFile(id=_id(fact, OpenFile), case_id=fact.case_id, at=fact.at, by=SYSTEM, file=file)]


def when_mediation_opened_note_the_mediator(fact: MediationOpened) -> Sequence[Command]:
    mediator_id = fact.adjudicator.id
    request_id = _id(fact, NoteMediator, mediator_id)
    return [NoteMediator(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM, mediator_id=mediator_id)]


def when_evidence_closed_note_what_may_be_cited(fact: EvidenceClosed) -> Sequence[Command]:
    note = NoteFirstEvidence if fact.round is Round.FIRST else NoteAppealEvidence
    request_id = _id(fact, note, fact.manifest_digest)
    return [note(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM, items=sealed(fact.manifest))]


def when_ruling_issued_note_what_can_be_appealed(fact: RulingIssued, book: PolicyBook) -> Sequence[Command]:
    file = CaseFile(parties=fact.parties, rules=AppealRules.of(book.pinned(fact.policy_version)))
    ruling = ContestedRuling(
        ruling_id=fact.ruling_id,
        terms=fact.terms,
        obligations=fact.obligations,
        seller_liability_percent=fact.seller_liability_percent,
        price_paid=fact.price_paid,
        appeal_until=fact.appeal_until,
        freight_paid_by=fact.freight_paid_by,
    )
    return [
        NoteRuling(
            id=_id(fact, NoteRuling, fact.ruling_id),
            case_id=fact.case_id,
            at=fact.at,
            by=SYSTEM,
            file=file,
            ruling=ruling,
            adjudicator_ids=tuple(adjudicator.id for adjudicator in fact.adjudicators),
        )
    ]


def when_settlement_reached_note_that_nothing_can_be_appealed(fact: SettlementReached) -> Sequence[Command]:
    return [NoteSettlement(id=_id(fact, NoteSettlement), case_id=fact.case_id, at=fact.at, by=SYSTEM)]


def when_complaint_suspended_stop_every_clock(fact: ComplaintSuspended) -> Sequence[Command]:
    request_id = _id(fact, SuspendCase, fact.at.isoformat())
    return [SuspendCase(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM)]


def when_complaint_resumed_start_every_clock(fact: ComplaintResumed) -> Sequence[Command]:
    request_id = _id(fact, ResumeCase, fact.suspended_at.isoformat())
    return [ResumeCase(id=request_id, case_id=fact.case_id, at=fact.at, by=SYSTEM)]


def _id(fact: Published, command: type[Command], *which: str) -> str:
    return derived_id("appeals", fact.case_id, command.NAME, *which)
