"""Everything appeals can decide: what it noted of the first round, appeals lodged, the review, and pauses."""

from typing import ClassVar, TypeAlias

from services.appeals.domain.case_file import AppealRules, ContestedRuling, SealedItem
from shared.eventing.messages import Fact
from shared.kernel.actors import Actor, Parties, Role, Side
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
    late_evidence: tuple[str, ...] = ()


class AppealOpened(Fact):
    """`opened_at` is missing where a second appeal joined a review without opening the round again."""

    TYPE: ClassVar[str] = "appeals.appeal_opened.v1"

    appeal_id: Id
    appellant: Actor
    parties: Parties
    grounds: tuple[AppealGround, ...]
    reason: str
    evidence_due_at: Moment
    policy_version: str
    opened_at: Moment | None = None


class AppealDismissed(Fact):
    TYPE: ClassVar[str] = "appeals.appeal_dismissed.v1"

    appeal_id: Id
    appellant: Actor
    failures: tuple[Failure, ...]
    again_until: Moment | None = None


class AppealWithdrawn(Fact):
    """`ruling_stands`: no admitted appeal is left."""

    TYPE: ClassVar[str] = "appeals.appeal_withdrawn.v1"

    appeal_id: Id
    appellant: Actor
    reason: str
    ruling_stands: bool


class AppealReady(Fact):
    """The appeal round's evidence is sealed; the appeal waits for a reviewer."""

    TYPE: ClassVar[str] = "appeals.appeal_ready.v1"

    items: tuple[SealedItem, ...]
    assign_by: Moment | None = None


class AppealEvidenceAdded(Fact):
    """Sealed items of the appeal round that were told apart from the sealing that made the appeal ready."""

    TYPE: ClassVar[str] = "appeals.appeal_evidence_added.v1"

    items: tuple[SealedItem, ...]


class AssignmentOverdueNoted(Fact):
    """No independent reviewer was found in time; the search goes on and is looked at again at `next_at`."""

    TYPE: ClassVar[str] = "appeals.assignment_overdue_noted.v1"

    due_at: Moment
    next_at: Moment


class ReviewerAssigned(Fact):
    TYPE: ClassVar[str] = "appeals.reviewer_assigned.v1"

    reviewer: Actor
    due_at: Moment
    remind_at: tuple[Moment, ...] = ()


class ReviewOverdueNoted(Fact):
    """Another reviewer takes over, or the same one stays and is looked at again at `next_at`."""

    TYPE: ClassVar[str] = "appeals.review_overdue_noted.v1"

    reviewer: Actor
    due_at: Moment
    reassigned: bool = False
    next_at: Moment | None = None


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
    freight_paid_by: Side | None = None
    counts_against_seller: bool | None = None


class ReminderSent(Fact):
    TYPE: ClassVar[str] = "appeals.reminder_sent.v1"

    clock: str
    key: str
    owner: Side | Role
    recipient: Actor
    due_at: Moment
    consequence: str


class CaseSuspended(Fact):
    TYPE: ClassVar[str] = "appeals.case_suspended.v1"

    suspended_at: Moment


class CaseResumed(Fact):
    """Every due instant moves later by the time between the two instants."""

    TYPE: ClassVar[str] = "appeals.case_resumed.v1"

    suspended_at: Moment
    resumed_at: Moment


FirstRoundFact: TypeAlias = FileOpened | MediatorNoted | FirstEvidenceNoted | RulingNoted | SettlementNoted
LodgingFact: TypeAlias = AppealLodged | AppealOpened | AppealDismissed | AppealWithdrawn
EvidenceFact: TypeAlias = AppealReady | AppealEvidenceAdded
ReviewFact: TypeAlias = AssignmentOverdueNoted | ReviewerAssigned | ReviewOverdueNoted | AppealDecided | ReminderSent
PauseFact: TypeAlias = CaseSuspended | CaseResumed
AppealsFact: TypeAlias = FirstRoundFact | LodgingFact | EvidenceFact | ReviewFact | PauseFact

FACTS: tuple[type[Fact], ...] = (
    FileOpened,
    MediatorNoted,
    FirstEvidenceNoted,
    RulingNoted,
    SettlementNoted,
    AppealLodged,
    AppealOpened,
    AppealDismissed,
    AppealWithdrawn,
    AppealReady,
    AppealEvidenceAdded,
    AssignmentOverdueNoted,
    ReviewerAssigned,
    ReviewOverdueNoted,
    AppealDecided,
    ReminderSent,
    CaseSuspended,
    CaseResumed,
)
