"""What appeals tells the other services of its own facts."""

from typing import assert_never

from services.appeals.domain.events import (
    AppealDecided,
    AppealDismissed,
    AppealLodged,
    AppealOpened,
    AppealReady,
    AppealsFact,
    FileOpened,
    FirstEvidenceNoted,
    MediatorNoted,
    ReviewerAssigned,
    ReviewOverdueNoted,
    RulingNoted,
    SettlementNoted,
)
from shared.contracts import appeals as told
from shared.eventing.messages import Published
from shared.eventing.model import About

TELLS: tuple[type[Published], ...] = (told.AppealOpened, told.AppealDismissed, told.AppealDecided)


def publish(fact: AppealsFact, about: About) -> Published | None:
    match fact:
        case AppealOpened():
            return _opened(fact, about)
        case AppealDismissed():
            return _dismissed(fact, about)
        case AppealDecided():
            return _decided(fact, about)
        case FileOpened() | MediatorNoted() | FirstEvidenceNoted() | RulingNoted() | SettlementNoted():
            return None
        case AppealLodged() | AppealReady() | ReviewerAssigned() | ReviewOverdueNoted():
            return None
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
    )
