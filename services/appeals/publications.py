"""What appeals tells the other services of its own facts."""

from collections.abc import Mapping
from typing import assert_never

from services.appeals.domain.clocks import ASSIGNMENT, REVIEW
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
    FileOpened,
    FirstEvidenceNoted,
    MediatorNoted,
    ReminderSent,
    ReviewerAssigned,
    ReviewOverdueNoted,
    RulingNoted,
    SettlementNoted,
)
from shared.contracts import appeals as told
from shared.contracts.notices import DutyOverdue, NoticeRequested
from shared.eventing.messages import Published
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id

TELLS: tuple[type[Published], ...] = (
    told.AppealOpened,
    told.AppealDismissed,
    told.AppealWithdrawn,
    told.AppealDecided,
    NoticeRequested,
    DutyOverdue,
)

OWED: Mapping[str, str] = {REVIEW: "The decision on the appeal", ASSIGNMENT: "A reviewer for the appeal"}
"""What each clock is about, as a reminder says it."""


def publish(fact: AppealsFact, about: About) -> Published | None:
    match fact:
        case AppealOpened() | AppealDismissed() | AppealWithdrawn() | AppealDecided():
            return _of_the_appeal(fact, about)
        case AssignmentOverdueNoted() | ReviewOverdueNoted():
            return _overdue(fact, about)
        case ReminderSent():
            return _reminder(fact, about)
        case FileOpened() | MediatorNoted() | FirstEvidenceNoted() | RulingNoted() | SettlementNoted():
            return None
        case AppealLodged() | AppealReady() | AppealEvidenceAdded() | ReviewerAssigned():
            return None
        case CaseSuspended() | CaseResumed():
            return None
        case _:
            assert_never(fact)


def _of_the_appeal(fact: AppealOpened | AppealDismissed | AppealWithdrawn | AppealDecided, about: About) -> Published:
    match fact:
        case AppealOpened():
            return _opened(fact, about)
        case AppealDismissed():
            return _dismissed(fact, about)
        case AppealWithdrawn():
            return _withdrawn(fact, about)
        case AppealDecided():
            return _decided(fact, about)
        case _:
            assert_never(fact)


def _opened(fact: AppealOpened, about: About) -> told.AppealOpened:
    return told.AppealOpened(
        case_id=about.stream,
        at=about.at,
        appeal_id=fact.appeal_id,
        appellant=fact.appellant,
        parties=fact.parties,
        grounds=fact.grounds,
        reason=fact.reason,
        evidence_due_at=fact.evidence_due_at,
        policy_version=fact.policy_version,
    )


def _dismissed(fact: AppealDismissed, about: About) -> told.AppealDismissed:
    return told.AppealDismissed(
        case_id=about.stream,
        at=about.at,
        appeal_id=fact.appeal_id,
        appellant=fact.appellant,
        failures=fact.failures,
        again_until=fact.again_until,
    )


def _withdrawn(fact: AppealWithdrawn, about: About) -> told.AppealWithdrawn:
    return told.AppealWithdrawn(
        case_id=about.stream,
        at=about.at,
        appeal_id=fact.appeal_id,
        appellant=fact.appellant,
        reason=fact.reason,
        ruling_stands=fact.ruling_stands,
    )


def _decided(fact: AppealDecided, about: About) -> told.AppealDecided:
    return told.AppealDecided(
        case_id=about.stream,
        at=about.at,
        outcome=fact.outcome,
        reviewer=fact.reviewer,
        findings=fact.findings,
        clauses=fact.clauses,
        seller_liability_percent=fact.seller_liability_percent,
        terms=fact.terms,
        obligations=fact.obligations,
        what_changed=fact.what_changed,
        explanation=fact.explanation,
        freight_paid_by=fact.freight_paid_by,
        counts_against_seller=fact.counts_against_seller,
    )


def _overdue(fact: AssignmentOverdueNoted | ReviewOverdueNoted, about: About) -> DutyOverdue:
    match fact:
        case AssignmentOverdueNoted():
            return DutyOverdue(
                case_id=about.stream,
                at=about.at,
                duty="assign_reviewer",
                owner=SYSTEM,
                due_at=fact.due_at,
                consequence="reported",
            )
        case ReviewOverdueNoted():
            return DutyOverdue(
                case_id=about.stream,
                at=about.at,
                duty="decide_appeal",
                owner=fact.reviewer,
                due_at=fact.due_at,
                consequence="reassigned" if fact.reassigned else "reported",
            )
        case _:
            assert_never(fact)


def _reminder(fact: ReminderSent, about: About) -> NoticeRequested:
    return NoticeRequested(
        case_id=about.stream,
        at=about.at,
        notice_id=derived_id(about.stream, "reminder", fact.clock, fact.key, fact.recipient.id, about.at.isoformat()),
        recipient=fact.recipient,
        channel="sms",
        purpose="reminder",
        text=f"{OWED[fact.clock]} is due by {fact.due_at.isoformat()}. {fact.consequence}",
        due_at=fact.due_at,
    )
