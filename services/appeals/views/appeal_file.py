"""Where does the appeal of this case stand: the ruling, the appeals against it, the review and its decision."""

from datetime import datetime
from typing import assert_never

from services.appeals.domain.events import (
    AppealDecided,
    AppealDismissed,
    AppealLodged,
    AppealOpened,
    AppealReady,
    AppealWithdrawn,
    AssignmentOverdueNoted,
    CaseResumed,
    CaseSuspended,
    FileOpened,
    LodgingFact,
    PauseFact,
    ReminderSent,
    ReviewerAssigned,
    ReviewFact,
    ReviewOverdueNoted,
    RulingNoted,
    SettlementNoted,
)
from services.appeals.views.shown import (
    Admission,
    AppealFile,
    AppealShown,
    DecisionShown,
    LateReview,
    ReminderShown,
    RulingShown,
    Status,
)
from shared.contracts.mediation import RulingIssued
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Side, hidden_from
from shared.kernel.masking import masking


def evolve(document: AppealFile | None, entry: Entry) -> AppealFile | None:
    changed = _changed(document or AppealFile(), entry)
    return document if changed is None else changed.waiting()


def as_seen_by(file: AppealFile, by: Actor | None) -> AppealFile:
    """A party reads the other's appeal masked; staff read what was written."""
    hidden = hidden_from(by, file.parties) if file.parties else frozenset(Side)
    seen = (
        masking(one, "reason", "new_evidence", "late_evidence", "withdrawn_because") if one.side in hidden else one
        for one in file.appeals
    )
    return file.having(appeals=tuple(seen)) if hidden else file


def _changed(file: AppealFile, entry: Entry) -> AppealFile | None:  # noqa: PLR0911 - one arm per kind of fact
    match entry.message:
        case RulingIssued() as ruling:
            return file.having(ruling=_ruling(ruling))
        case FileOpened() | RulingNoted() | SettlementNoted() as fact:
            return _first_round(file, fact)
        case AppealLodged() | AppealOpened() | AppealDismissed() | AppealWithdrawn() as fact:
            return _lodging(file, fact, entry.at)
        case AppealReady(assign_by=assign_by):
            return file.having(status=Status.AWAITING_REVIEWER, assign_by=assign_by)
        case (
            AssignmentOverdueNoted() | ReviewerAssigned() | ReviewOverdueNoted() | AppealDecided() | ReminderSent()
        ) as fact:
            return _review(file, fact, entry.at)
        case CaseSuspended() | CaseResumed() as fact:
            return _pause(file, fact)
        case _:
            return None


def _first_round(file: AppealFile, fact: FileOpened | RulingNoted | SettlementNoted) -> AppealFile:
    match fact:
        case FileOpened():
            return file.having(parties=fact.parties, policy_version=fact.rules.policy_version)
        case RulingNoted():
            return file.having(status=Status.APPEALABLE)
        case SettlementNoted():
            return file.having(status=Status.SETTLED)
        case _:
            assert_never(fact)


def _lodging(file: AppealFile, fact: LodgingFact, at: datetime) -> AppealFile:
    match fact:
        case AppealLodged():
            return file.having(appeals=(*file.appeals, _appeal(fact, at)))
        case AppealOpened():
            return _round_open(file.with_appeal(fact.appeal_id, admission=Admission.ADMITTED), fact)
        case AppealDismissed():
            return file.with_appeal(
                fact.appeal_id, admission=Admission.DISMISSED, failures=fact.failures, again_until=fact.again_until
            )
        case AppealWithdrawn():
            left = file.with_appeal(fact.appeal_id, admission=Admission.WITHDRAWN, withdrawn_because=fact.reason)
            if not fact.ruling_stands:
                return left
            at_rest = left.having(status=Status.APPEALABLE, evidence_due_at=None, reviewer=None, overdue=False)
            return at_rest.having(assign_by=None, review_due_at=None)
        case _:
            assert_never(fact)


def _round_open(file: AppealFile, fact: AppealOpened) -> AppealFile:
    if fact.opened_at is None and file.status is not Status.APPEALABLE:
        # Stored before a later appeal opened the round again: it joined the review as that stood.
        return file
    waiting = file.having(assign_by=None, review_due_at=None, overdue=False)
    return waiting.having(status=Status.EVIDENCE_OPEN, evidence_due_at=fact.evidence_due_at)


def _review(file: AppealFile, fact: ReviewFact, at: datetime) -> AppealFile:
    match fact:
        case AssignmentOverdueNoted():
            return file.having(assign_by=fact.next_at)
        case ReviewerAssigned():
            assigned = file.having(status=Status.UNDER_REVIEW, reviewer=fact.reviewer, review_due_at=fact.due_at)
            return assigned.having(assign_by=None, overdue=False)
        case ReviewOverdueNoted():
            late = LateReview(reviewer=fact.reviewer, due_at=fact.due_at, reassigned=fact.reassigned)
            return file.having(overdue=True, late_reviews=(*file.late_reviews, late))
        case AppealDecided():
            return file.having(status=Status.FINAL, decision=_decision(fact, at))
        case ReminderSent():
            sent = ReminderShown(recipient=fact.recipient, due_at=fact.due_at, sent_at=at)
            return file.having(reminders=(*file.reminders, sent))
        case _:
            assert_never(fact)


def _pause(file: AppealFile, fact: PauseFact) -> AppealFile:
    match fact:
        case CaseSuspended():
            return file.having(suspended_at=fact.suspended_at)
        case CaseResumed():
            return file.moved(fact.resumed_at - fact.suspended_at)
        case _:
            assert_never(fact)


def _ruling(fact: RulingIssued) -> RulingShown:
    return RulingShown(
        ruling_id=fact.ruling_id,
        kind=fact.kind,
        findings=fact.findings,
        clauses=fact.clauses,
        seller_liability_percent=fact.seller_liability_percent,
        terms=fact.terms,
        obligations=fact.obligations,
        freight_paid_by=fact.freight_paid_by,
        explanation=fact.explanation,
        adjudicators=fact.adjudicators,
        appeal_until=fact.appeal_until,
    )


def _appeal(fact: AppealLodged, at: datetime) -> AppealShown:
    return AppealShown(
        appeal_id=fact.appeal_id,
        side=fact.side,
        grounds=fact.grounds,
        reason=fact.reason,
        new_evidence=fact.new_evidence,
        late_evidence=fact.late_evidence,
        lodged_at=at,
    )


def _decision(fact: AppealDecided, at: datetime) -> DecisionShown:
    return DecisionShown(
        outcome=fact.outcome,
        findings=fact.findings,
        clauses=fact.clauses,
        seller_liability_percent=fact.seller_liability_percent,
        terms=fact.terms,
        obligations=fact.obligations,
        what_changed=fact.what_changed,
        explanation=fact.explanation,
        decided_at=at,
        freight_paid_by=fact.freight_paid_by,
        counts_against_seller=fact.counts_against_seller,
    )


def _keys(file: AppealFile) -> dict[str, object]:
    return {"status": file.status.value, "reviewer_id": file.reviewer.id if file.reviewer else None}


VIEW: View[AppealFile] = View(
    name="appeal_file",
    version=2,
    document=AppealFile,
    evolve=evolve,
    keys=_keys,
    indexed=("status", "reviewer_id"),
)
