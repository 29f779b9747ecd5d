"""What mediation tells the world: its opening, offers, settlement, ruling and compliance."""

from typing import ClassVar, Literal

from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.money import Money
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment


class MediationOpened(Published):
    """A mediator took the case; told again for each who takes it over."""

    TYPE: ClassVar[str] = "mediation.opened.v1"
    TOPIC: ClassVar[str] = "mediation.opened"
    SOURCE: ClassVar[str] = "mediation"

    adjudicator: Actor
    due_at: Moment


class OfferMade(Published):
    """An offer is open until an instant."""

    TYPE: ClassVar[str] = "offer.made.v1"
    TOPIC: ClassVar[str] = "offer.made"
    SOURCE: ClassVar[str] = "mediation"

    offer_id: Id
    made_by: Actor
    terms: Terms
    valid_until: Moment


class SettlementReached(Published):
    """Both sides agreed; the terms bind them."""

    TYPE: ClassVar[str] = "settlement.reached.v1"
    TOPIC: ClassVar[str] = "settlement.reached"
    SOURCE: ClassVar[str] = "mediation"

    offer_id: Id
    terms: Terms
    obligations: tuple[Obligation, ...]


class RulingIssued(Published):
    """A reasoned ruling on the first round."""

    TYPE: ClassVar[str] = "ruling.issued.v1"
    TOPIC: ClassVar[str] = "ruling.issued"
    SOURCE: ClassVar[str] = "mediation"

    ruling_id: Id
    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    freight_paid_by: Side
    inspection_paid_by: Side | None = None
    """None where nothing was inspected."""
    released_to: Side | None = None
    """Who keeps the money where the ruling gives nothing."""
    explanation: str
    adjudicators: tuple[Actor, ...]
    """Everyone who handled the first round: mediator and ruling specialists."""
    parties: Parties
    price_paid: Money
    manifest_digest: str
    appeal_until: Moment
    policy_version: str


class RulingFulfilled(Published):
    """Every obligation of the settlement, ruling or appeal decision is met."""

    TYPE: ClassVar[str] = "ruling.fulfilled.v1"
    TOPIC: ClassVar[str] = "ruling.fulfilled"
    SOURCE: ClassVar[str] = "mediation"

    basis: Literal["settlement", "ruling", "appeal"]
    obligations: tuple[Obligation, ...]


class EnforcementOrdered(Published):
    """An obligation was not met in time: the platform is to enforce it."""

    TYPE: ClassVar[str] = "enforcement.ordered.v1"
    TOPIC: ClassVar[str] = "enforcement.ordered"
    SOURCE: ClassVar[str] = "mediation"

    obligation: Obligation
    debtor_id: str
    creditor_id: str
