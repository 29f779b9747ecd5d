"""Everything mediation can have decided about a case, from opening its file to the last obligation."""

from typing import ClassVar, Literal, TypeAlias

from services.mediation.domain.casefile import CaseFile, SealedEvidence, Unshown
from services.mediation.domain.obligations import Debt
from shared.eventing.messages import Fact
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.items import FileRef
from shared.kernel.money import Money
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.remedies import Demand, Obligation, Terms
from shared.kernel.values import Moment

Basis: TypeAlias = Literal["settlement", "ruling", "appeal"]
Channel: TypeAlias = Literal["phone", "online", "sms"]


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


class MediationAssigned(Fact):
    TYPE: ClassVar[str] = "mediation.mediation_assigned.v1"

    adjudicator: Actor
    due_at: Moment


class MediationStopped(Fact):
    TYPE: ClassVar[str] = "mediation.mediation_stopped.v1"

    reason: Literal["withdrawn", "closed"]


class ContactLogged(Fact):
    TYPE: ClassVar[str] = "mediation.contact_logged.v1"

    channel: Channel
    with_side: Side
    note: str
    outcome: str


class OfferMade(Fact):
    TYPE: ClassVar[str] = "mediation.offer_made.v1"

    offer_id: Id
    made_by: Actor
    terms: Terms
    valid_until: Moment


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


class SettlementReached(Fact):
    TYPE: ClassVar[str] = "mediation.settlement_reached.v1"

    offer_id: Id
    terms: Terms
    obligations: tuple[Obligation, ...]


class MediationFailed(Fact):
    TYPE: ClassVar[str] = "mediation.mediation_failed.v1"

    cause: Literal["mediator", "offers_declined", "deadline"]
    reason: str
    ruling_due_at: Moment


class RulingOverdueNoted(Fact):
    TYPE: ClassVar[str] = "mediation.ruling_overdue_noted.v1"

    adjudicator: Actor
    due_at: Moment


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
    explanation: str
    adjudicators: tuple[Actor, ...]
    parties: Parties
    price_paid: Money
    manifest_digest: str
    appeal_until: Moment
    policy_version: str


class PerformanceReported(Fact):
    TYPE: ClassVar[str] = "mediation.performance_reported.v1"

    obligation_id: Id
    proof: str
    files: tuple[FileRef, ...]
    confirm_by: Moment


class PerformanceConfirmed(Fact):
    """The creditor confirmed, or was silent until the confirmation window passed."""

    TYPE: ClassVar[str] = "mediation.performance_confirmed.v1"

    obligation_id: Id
    silently: bool


class PerformanceDisputed(Fact):
    """`enforce_at` is absent while the clock is stopped, none runs yet, or enforcement was ordered."""

    TYPE: ClassVar[str] = "mediation.performance_disputed.v1"

    obligation_id: Id
    reason: str
    enforce_at: Moment | None


class ObligationFellDue(Fact):
    """What this obligation waited for is met. `enforce_at` is absent while the clock is stopped."""

    TYPE: ClassVar[str] = "mediation.obligation_fell_due.v1"

    obligation: Obligation
    enforce_at: Moment | None


class EnforcementOrdered(Fact):
    TYPE: ClassVar[str] = "mediation.enforcement_ordered.v1"

    obligation: Obligation
    debtor_id: str
    creditor_id: str


class ObligationsStayed(Fact):
    TYPE: ClassVar[str] = "mediation.obligations_stayed.v1"

    appeal_id: Id
    stayed_at: Moment


class AppealDropped(Fact):
    """A dismissed appeal no longer stays the obligations."""

    TYPE: ClassVar[str] = "mediation.appeal_dropped.v1"

    appeal_id: Id


class ObligationsResumed(Fact):
    """No appeal is left: every stopped clock runs again with what was left of it."""

    TYPE: ClassVar[str] = "mediation.obligations_resumed.v1"

    debts: tuple[Debt, ...]


class ObligationsReplaced(Fact):
    """The appeal's obligations in place of the ruling's, with what was already done set off."""

    TYPE: ClassVar[str] = "mediation.obligations_replaced.v1"

    debts: tuple[Debt, ...]


class ObligationsFulfilled(Fact):
    TYPE: ClassVar[str] = "mediation.obligations_fulfilled.v1"

    basis: Basis
    obligations: tuple[Obligation, ...]


OpeningFact: TypeAlias = FileOpened | ManifestKept | MediationQueued | MediationAssigned | MediationStopped
MediatingFact: TypeAlias = (
    ContactLogged | OfferMade | OfferAccepted | OfferDeclined | OfferLapsed | SettlementReached | MediationFailed
)
RulingFact: TypeAlias = RulingOverdueNoted | RulingIssued
PerformanceFact: TypeAlias = (
    PerformanceReported | PerformanceConfirmed | PerformanceDisputed | ObligationFellDue | EnforcementOrdered
)
ObligationsFact: TypeAlias = (
    ObligationsStayed | AppealDropped | ObligationsResumed | ObligationsReplaced | ObligationsFulfilled
)
MediationFact: TypeAlias = OpeningFact | MediatingFact | RulingFact | PerformanceFact | ObligationsFact

FACTS: tuple[type[Fact], ...] = (
    *(FileOpened, ManifestKept, MediationQueued, MediationAssigned, MediationStopped),
    *(ContactLogged, OfferMade, OfferAccepted, OfferDeclined, OfferLapsed, SettlementReached, MediationFailed),
    *(RulingOverdueNoted, RulingIssued),
    *(PerformanceReported, PerformanceConfirmed, PerformanceDisputed, ObligationFellDue, EnforcementOrdered),
    *(ObligationsStayed, AppealDropped, ObligationsResumed, ObligationsReplaced, ObligationsFulfilled),
)
