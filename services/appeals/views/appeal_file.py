"""Where does the appeal of this case stand: the ruling, the appeals against it, the review and its decision."""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from services.appeals.domain.events import (
    AppealDecided,
    AppealDismissed,
    AppealLodged,
    AppealOpened,
    AppealReady,
    FileOpened,
    ReviewerAssigned,
    ReviewOverdueNoted,
    RulingNoted,
    SettlementNoted,
)
from shared.contracts.mediation import RulingIssued
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.reasons import AppealGround, AppealOutcome, Failure, Finding, RulingKind
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment, Value


class Status(StrEnum):
    """The stages of the write model, as people read them."""

    FIRST_ROUND = "first_round"
    SETTLED = "settled"
    APPEALABLE = "appealable"
    EVIDENCE_OPEN = "evidence_open"
    AWAITING_REVIEWER = "awaiting_reviewer"
    UNDER_REVIEW = "under_review"
    FINAL = "final"


class Admission(StrEnum):
    """What became of a lodged appeal."""

    LODGED = "lodged"
    ADMITTED = "admitted"
    DISMISSED = "dismissed"


class RulingShown(Value):
    """The ruling as it was issued."""

    ruling_id: Id
    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    explanation: str
    adjudicators: tuple[Actor, ...]
    appeal_until: Moment


class AppealShown(Value):
    """One party's appeal and whether it was admitted."""

    appeal_id: Id
    side: Side
    grounds: tuple[AppealGround, ...]
    reason: str
    new_evidence: tuple[str, ...]
    lodged_at: Moment
    admission: Admission = Admission.LODGED
    failures: tuple[Failure, ...] = ()


class DecisionShown(Value):
    """The final decision with its reasons."""

    outcome: AppealOutcome
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    what_changed: str
    explanation: str
    decided_at: Moment


class AppealFile(Value):
    """The whole appeal side of one case."""

    status: Status = Status.FIRST_ROUND
    parties: Parties | None = None
    policy_version: str | None = None
    ruling: RulingShown | None = None
    appeals: tuple[AppealShown, ...] = ()
    evidence_due_at: Moment | None = None
    reviewer: Actor | None = None
    review_due_at: Moment | None = None
    overdue: bool = False
    decision: DecisionShown | None = None

    def having(self, **changes: object) -> "AppealFile":
        return self.model_copy(update=changes)

    def with_admission(self, appeal_id: str, admission: Admission, failures: tuple[Failure, ...] = ()) -> "AppealFile":
        told = {"admission": admission, "failures": failures}
        return self.having(
            appeals=tuple(a.model_copy(update=told) if a.appeal_id == appeal_id else a for a in self.appeals)
        )


def evolve(document: AppealFile | None, entry: Entry) -> AppealFile | None:
    file = document or AppealFile()
    match entry.message:
        case RulingIssued() as ruling:
            return file.having(ruling=_ruling(ruling))
        case FileOpened() | RulingNoted() | SettlementNoted() as fact:
            return _first_round(file, fact)
        case AppealLodged() | AppealOpened() | AppealDismissed() as fact:
            return _lodging(file, fact, entry.at)
        case AppealReady() | ReviewerAssigned() | ReviewOverdueNoted() | AppealDecided() as fact:
            return _review(file, fact, entry.at)
        case _:
            return document


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


def _lodging(file: AppealFile, fact: AppealLodged | AppealOpened | AppealDismissed, at: datetime) -> AppealFile:
    match fact:
        case AppealLodged():
            return file.having(appeals=(*file.appeals, _appeal(fact, at)))
        case AppealOpened():
            # The second of two appeals joins the first at whatever stage that one has reached.
            status = Status.EVIDENCE_OPEN if file.status is Status.APPEALABLE else file.status
            admitted = file.with_admission(fact.appeal_id, Admission.ADMITTED)
            return admitted.having(status=status, evidence_due_at=fact.evidence_due_at)
        case AppealDismissed():
            return file.with_admission(fact.appeal_id, Admission.DISMISSED, fact.failures)
        case _:
            assert_never(fact)


def _review(
    file: AppealFile, fact: AppealReady | ReviewerAssigned | ReviewOverdueNoted | AppealDecided, at: datetime
) -> AppealFile:
    match fact:
        case AppealReady():
            return file.having(status=Status.AWAITING_REVIEWER)
        case ReviewerAssigned():
            return file.having(status=Status.UNDER_REVIEW, reviewer=fact.reviewer, review_due_at=fact.due_at)
        case ReviewOverdueNoted():
            return file.having(overdue=True)
        case AppealDecided():
            return file.having(status=Status.FINAL, decision=_decision(fact, at))
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
    )


def _keys(file: AppealFile) -> dict[str, object]:
    return {"status": file.status.value, "reviewer_id": file.reviewer.id if file.reviewer else None}


VIEW: View[AppealFile] = View(
    name="appeal_file",
    version=1,
    document=AppealFile,
    evolve=evolve,
    keys=_keys,
    indexed=("status", "reviewer_id"),
)
