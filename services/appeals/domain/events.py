"""Everything appeals can decide: what it noted of the first round, appeals lodged, and the review."""

from typing import ClassVar, TypeAlias

from services.appeals.domain.case_file import AppealRules, ContestedRuling, SealedItem
from shared.eventing.messages import Fact
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.reasons import AppealGround, AppealOutcome, Failure, Finding
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment


class FileOpened(Fact):
    TYPE: ClassVar[str] = "appeals.file_opened.v1"

    parties: Parties
    rules: AppealRules


class MediatorNoted(Fact):
    TYPE: ClassVar[str] = "appeals.mediator_noted.v1"

    mediator_id: str


class FirstEvidenceNoted(Fact):
    TYPE: ClassVar[str] = "appeals.first_evidence_noted.v1"

    items: tuple[SealedItem, ...]


class RulingNoted(Fact):
    TYPE: ClassVar[str] = "appeals.ruling_noted.v1"

    ruling: ContestedRuling
    adjudicator_ids: tuple[str, ...]


class SettlementNoted(Fact):
    TYPE: ClassVar[str] = "appeals.settlement_noted.v1"


class AppealLodged(Fact):
    TYPE: ClassVar[str] = "appeals.appeal_lodged.v1"

    appeal_id: Id
    side: Side
    grounds: tuple[AppealGround, ...]
    reason: str
    new_evidence: tuple[str, ...]


class AppealOpened(Fact):
    TYPE: ClassVar[str] = "appeals.appeal_opened.v1"

    appeal_id: Id
    appellant: Actor
    parties: Parties
    grounds: tuple[AppealGround, ...]
    reason: str
    evidence_due_at: Moment
    policy_version: str


class AppealDismissed(Fact):
    TYPE: ClassVar[str] = "appeals.appeal_dismissed.v1"

    appeal_id: Id
    appellant: Actor
    failures: tuple[Failure, ...]


class AppealReady(Fact):
    """The appeal round's evidence is sealed; the appeal waits for a reviewer."""

    TYPE: ClassVar[str] = "appeals.appeal_ready.v1"

    items: tuple[SealedItem, ...]


class ReviewerAssigned(Fact):
    TYPE: ClassVar[str] = "appeals.reviewer_assigned.v1"

    reviewer: Actor
    due_at: Moment


class ReviewOverdueNoted(Fact):
    TYPE: ClassVar[str] = "appeals.review_overdue_noted.v1"

    reviewer: Actor
    due_at: Moment


class AppealDecided(Fact):
    TYPE: ClassVar[str] = "appeals.appeal_decided.v1"

    outcome: AppealOutcome
    reviewer: Actor
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    what_changed: str
    explanation: str


FirstRoundFact: TypeAlias = FileOpened | MediatorNoted | FirstEvidenceNoted | RulingNoted | SettlementNoted
LodgingFact: TypeAlias = AppealLodged | AppealOpened | AppealDismissed
ReviewFact: TypeAlias = AppealReady | ReviewerAssigned | ReviewOverdueNoted | AppealDecided
AppealsFact: TypeAlias = FirstRoundFact | LodgingFact | ReviewFact

FACTS: tuple[type[Fact], ...] = (
    FileOpened,
    MediatorNoted,
    FirstEvidenceNoted,
    RulingNoted,
    SettlementNoted,
    AppealLodged,
    AppealOpened,
    AppealDismissed,
    AppealReady,
    ReviewerAssigned,
    ReviewOverdueNoted,
    AppealDecided,
)
