"""Everything mediation can have decided about a case, from opening its file to the last obligation."""

from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from services.mediation.domain.casefile import CaseFile, SealedEvidence, Unshown
from services.mediation.domain.drafts import Draft
from services.mediation.domain.obligation_events import (
    AppealDropped,
    DisputeDecided,
    EnforcementOrdered,
    ObligationFellDue,
    ObligationsFact,
    ObligationsFulfilled,
    ObligationsReplaced,
    ObligationsResumed,
    ObligationsStayed,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceFact,
    PerformanceReported,
)
from shared.eventing.messages import Fact
from shared.kernel.actors import Actor, Parties, Role, Side
from shared.kernel.ids import Id
from shared.kernel.money import Money
from shared.kernel.notices import Channel
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.remedies import Demand, Obligation, Terms
from shared.kernel.values import Moment

Duty: TypeAlias = Literal["mediation", "ruling"]
"""What an adjudicator owes a case."""
Cause: TypeAlias = Literal["handed_over", "asked_by_party", "stepped_aside", "platform", "silent", "second_opinion"]
"""Why a case goes to another adjudicator."""
Consequence: TypeAlias = Literal["reassigned", "raised_to_specialist", "reported"]

__all__ = [
    "AppealDropped",
    "DisputeDecided",
    "EnforcementOrdered",
    "ObligationFellDue",
    "ObligationsFact",
    "ObligationsFulfilled",
    "ObligationsReplaced",
    "ObligationsResumed",
    "ObligationsStayed",
    "PerformanceConfirmed",
    "PerformanceDisputed",
    "PerformanceFact",
    "PerformanceReported",
]


class FileOpened(Fact):
    TYPE: ClassVar[str] = "mediation.file_opened.v1"

    file: CaseFile
    category: str
    demand: Demand


class ManifestKept(Fact):
    """The sealed manifest came before the accepted complaint and waits for it."""

    TYPE: ClassVar[str] = "mediation.manifest_kept.v1"

    sealed: SealedEvidence


class MediationQueued(Fact):
    """Evidence is sealed; the case waits for an adjudicator."""

    TYPE: ClassVar[str] = "mediation.mediation_queued.v1"

    sealed: SealedEvidence


class ManifestRenewed(Fact):
    """Evidence was sealed again with what an adjudicator asked for after the seal; a ruling may cite that too."""

    TYPE: ClassVar[str] = "mediation.manifest_renewed.v1"

    sealed: SealedEvidence


class MediationAssigned(Fact):
    TYPE: ClassVar[str] = "mediation.mediation_assigned.v1"

    adjudicator: Actor
    due_at: Moment
    remind_at: tuple[Moment, ...] = ()


class SuccessorSought(Fact):
    """The case is to go to another adjudicator of this role; until then the present one stays."""

    TYPE: ClassVar[str] = "mediation.successor_sought.v1"

    role: Role
    cause: Cause
    reason: str
    sought_by: Actor


class CaseReassigned(Fact):
    TYPE: ClassVar[str] = "mediation.case_reassigned.v1"

    adjudicator: Actor
    previous: Actor
    cause: Cause
    duty: Duty
    due_at: Moment
    remind_at: tuple[Moment, ...] = ()


class CaseSuspended(Fact):
    TYPE: ClassVar[str] = "mediation.case_suspended.v1"

    suspended_at: Moment


class CaseResumed(Fact):
    """Every due instant is later by the time between the two moments."""

    TYPE: ClassVar[str] = "mediation.case_resumed.v1"

    suspended_at: Moment
    resumed_at: Moment


class ReminderSent(Fact):
    """`row` is the row of the agenda that fired."""

    TYPE: ClassVar[str] = "mediation.reminder_sent.v1"

    notice_id: Id
    clock: str
    key: str
    row: str
    owner: Side | Role
    recipient: Actor
    due_at: Moment
    consequence: str


class MediationStopped(Fact):
    TYPE: ClassVar[str] = "mediation.mediation_stopped.v1"

    reason: Literal["withdrawn", "closed"]


class ContactLogged(Fact):
    TYPE: ClassVar[str] = "mediation.contact_logged.v1"

    channel: Channel
    with_side: Side
    note: str
    outcome: str


class NoticeSent(Fact):
    """The platform's gateway is asked to deliver a message of the adjudicator."""

    TYPE: ClassVar[str] = "mediation.notice_sent.v1"

    notice_id: Id
    channel: Channel
    with_side: Side
    recipient: Actor
    text: str


class OfferMade(Fact):
    TYPE: ClassVar[str] = "mediation.offer_made.v1"

    offer_id: Id
    made_by: Actor
    terms: Terms
    valid_until: Moment
    remind_at: tuple[Moment, ...] = ()


class OfferAccepted(Fact):
    TYPE: ClassVar[str] = "mediation.offer_accepted.v1"

    offer_id: Id
    side: Side


class OfferDeclined(Fact):
    TYPE: ClassVar[str] = "mediation.offer_declined.v1"

    offer_id: Id
    side: Side
    reason: str


class OfferLapsed(Fact):
    TYPE: ClassVar[str] = "mediation.offer_lapsed.v1"

    offer_id: Id


class OfferWithdrawn(Fact):
    TYPE: ClassVar[str] = "mediation.offer_withdrawn.v1"

    offer_id: Id


class SettlementReached(Fact):
    TYPE: ClassVar[str] = "mediation.settlement_reached.v1"

    offer_id: Id
    terms: Terms
    obligations: tuple[Obligation, ...]
    remind_at: dict[Id, tuple[Moment, ...]] = Field(default_factory=dict)


class MediationFailed(Fact):
    TYPE: ClassVar[str] = "mediation.mediation_failed.v1"

    cause: Literal["mediator", "offers_declined", "deadline"]
    reason: str
    ruling_due_at: Moment
    remind_at: tuple[Moment, ...] = ()


class MediationOverdueNoted(Fact):
    """The mediator did nothing at all until the deadline."""

    TYPE: ClassVar[str] = "mediation.mediation_overdue_noted.v1"

    adjudicator: Actor
    due_at: Moment
    consequence: Consequence


class RulingOverdueNoted(Fact):
    """`next_due_at` is absent once there is nobody else to give the case to."""

    TYPE: ClassVar[str] = "mediation.ruling_overdue_noted.v1"

    adjudicator: Actor
    due_at: Moment
    consequence: Consequence = "reported"
    next_due_at: Moment | None = None
    remind_at: tuple[Moment, ...] = ()


class RulingDrafted(Fact):
    """The ruling is beyond one specialist's authority; it is issued if a second one agrees."""

    TYPE: ClassVar[str] = "mediation.ruling_drafted.v1"

    draft: Draft
    drafted_by: Actor


class RulingDisagreed(Fact):
    """The second specialist withholds agreement, and drafts in turn until `due_at`."""

    TYPE: ClassVar[str] = "mediation.ruling_disagreed.v1"

    adjudicator: Actor
    reason: str
    due_at: Moment
    remind_at: tuple[Moment, ...] = ()


class ViolationFound(Fact):
    TYPE: ClassVar[str] = "mediation.violation_found.v1"

    parties: Parties
    order_id: Id
    line_id: Id
    violation: str


class RulingIssued(Fact):
    TYPE: ClassVar[str] = "mediation.ruling_issued.v1"

    ruling_id: Id
    kind: RulingKind
    findings: tuple[Finding, ...]
    unshown: tuple[Unshown, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    freight_paid_by: Side
    inspection_paid_by: Side | None = None
    released_to: Side | None = None
    explanation: str
    adjudicators: tuple[Actor, ...]
    parties: Parties
    price_paid: Money
    manifest_digest: str
    appeal_until: Moment
    policy_version: str
    remind_at: dict[Id, tuple[Moment, ...]] = Field(default_factory=dict)


OpeningFact: TypeAlias = (
    FileOpened | ManifestKept | ManifestRenewed | MediationQueued | MediationAssigned | MediationStopped
)
HandlingFact: TypeAlias = SuccessorSought | CaseReassigned
SuspensionFact: TypeAlias = CaseSuspended | CaseResumed
MediatingFact: TypeAlias = (
    OfferMade | OfferAccepted | OfferDeclined | OfferLapsed | OfferWithdrawn | SettlementReached | MediationFailed
)
ContactFact: TypeAlias = ContactLogged | NoticeSent
RulingFact: TypeAlias = RulingOverdueNoted | RulingDrafted | RulingDisagreed | RulingIssued
NotedFact: TypeAlias = MediationOverdueNoted | ReminderSent | ViolationFound
"""What is told or shown and changes no state."""
MediationFact: TypeAlias = (
    OpeningFact
    | HandlingFact
    | SuspensionFact
    | MediatingFact
    | ContactFact
    | RulingFact
    | NotedFact
    | PerformanceFact
    | ObligationsFact
)

FACTS: tuple[type[Fact], ...] = (
    *(FileOpened, ManifestKept, ManifestRenewed, MediationQueued, MediationAssigned, MediationStopped),
    *(SuccessorSought, CaseReassigned, CaseSuspended, CaseResumed, ContactLogged, NoticeSent, ReminderSent),
    *(OfferMade, OfferAccepted, OfferDeclined, OfferLapsed, OfferWithdrawn, SettlementReached, MediationFailed),
    *(MediationOverdueNoted, RulingOverdueNoted, RulingDrafted, RulingDisagreed, RulingIssued, ViolationFound),
    *(PerformanceReported, PerformanceConfirmed, PerformanceDisputed, DisputeDecided),
    *(ObligationFellDue, EnforcementOrdered),
    *(ObligationsStayed, AppealDropped, ObligationsResumed, ObligationsReplaced, ObligationsFulfilled),
)
