"""What Redress tells: the published facts of the four services.

Written by `redress docs` from the contracts; do not edit.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from redress_contracts.messages import Fact, Id, Moment
from redress_contracts.values import (
    Actor,
    AppealGround,
    AppealOutcome,
    Demand,
    Element,
    Failure,
    FileRef,
    Finding,
    ItemType,
    Listing,
    ManifestItem,
    Money,
    Obligation,
    Parties,
    Role,
    Round,
    RulingKind,
    Side,
    Terms,
)


class ComplaintFiled(Fact):
    """The buyer's filed statement, on whichever channel."""

    TYPE: ClassVar[str] = "complaint.filed.v1"
    TOPIC: ClassVar[str] = "complaint.filed"
    SOURCE: ClassVar[str] = "intake"

    order_id: Id
    line_id: Id
    parties: Parties
    category: str
    sub_reason: str
    description: str
    demand: Demand
    channel: str
    filed_by: Actor


class ComplaintAccepted(Fact):
    """Screening took the case up; the other services start from this fact."""

    TYPE: ClassVar[str] = "complaint.accepted.v1"
    TOPIC: ClassVar[str] = "complaint.accepted"
    SOURCE: ClassVar[str] = "intake"

    order_id: Id
    line_id: Id
    parties: Parties
    category: str
    sub_reason: str
    demand: Demand
    price_paid: Money
    product: str
    tier: Role
    tier_reasons: tuple[str, ...] = ()
    """Why it goes to a specialist; empty for an ordinary case."""
    listing: Listing | None = None
    """The listing as it stood when the order was placed; absent in facts told before it was kept."""
    delivered_at: Moment | None = None
    """When the goods were delivered, as far as the order says; absent in facts told before it was kept."""
    policy_version: str


class ComplaintRejected(Fact):
    """Screening refused the case, with every failed rule, its clause and its cure."""

    TYPE: ClassVar[str] = "complaint.rejected.v1"
    TOPIC: ClassVar[str] = "complaint.rejected"
    SOURCE: ClassVar[str] = "intake"

    parties: Parties
    failures: tuple[Failure, ...]
    policy_version: str


class ComplaintWithdrawn(Fact):
    """The buyer withdrew before a ruling."""

    TYPE: ClassVar[str] = "complaint.withdrawn.v1"
    TOPIC: ClassVar[str] = "complaint.withdrawn"
    SOURCE: ClassVar[str] = "intake"

    by: Actor
    reason: str


class ComplaintSuspended(Fact):
    """Every clock of the case stands still, until it is resumed at the latest at `until`."""

    TYPE: ClassVar[str] = "complaint.suspended.v1"
    TOPIC: ClassVar[str] = "complaint.suspended"
    SOURCE: ClassVar[str] = "intake"

    by: Actor
    grounds: Literal["joint_wish", "court_or_authority"]
    reference: str
    """Of the court's or the authority's proceedings; empty for a joint wish."""
    until: Moment


class ComplaintResumed(Fact):
    """The clocks of the case run again, with what was left when they stopped at `suspended_at`."""

    TYPE: ClassVar[str] = "complaint.resumed.v1"
    TOPIC: ClassVar[str] = "complaint.resumed"
    SOURCE: ClassVar[str] = "intake"

    by: Actor
    suspended_at: Moment
    reason: str


class ComplaintClosed(Fact):
    """The case is over: nothing more is owed or open."""

    TYPE: ClassVar[str] = "complaint.closed.v1"
    TOPIC: ClassVar[str] = "complaint.closed"
    SOURCE: ClassVar[str] = "intake"

    outcome: Literal["rejected", "withdrawn", "negotiated", "settled", "ruled", "appeal_decided"]


class PersonErased(Fact):
    """A person's key was destroyed: what they wrote can be read no more. Keyed by `person:` and their id."""

    TYPE: ClassVar[str] = "person.erased.v1"
    TOPIC: ClassVar[str] = "person.erased"
    SOURCE: ClassVar[str] = "intake"
    ORDERED: ClassVar[bool] = False

    person_id: Id
    key_fingerprint: str | None
    """The SHA-256 of the key that is gone; null when nothing of theirs was ever kept."""
    destroyed_at: Moment


class EvidenceRequested(Fact):
    """One side was asked for items, due at one exact instant."""

    TYPE: ClassVar[str] = "evidence.requested.v1"
    TOPIC: ClassVar[str] = "evidence.requested"
    SOURCE: ClassVar[str] = "evidence"

    request_id: Id
    round: Round
    side: Side
    element: Element
    items: tuple[ItemType, ...]
    requested_by: Actor
    due_at: Moment
    question: str | None = None
    """What the side is to explain in a statement; None where typed items are asked for."""


class EvidenceSubmitted(Fact):
    """An item entered the case and was disclosed to the other side."""

    TYPE: ClassVar[str] = "evidence.submitted.v1"
    TOPIC: ClassVar[str] = "evidence.submitted"
    SOURCE: ClassVar[str] = "evidence"

    item_id: Id
    round: Round
    type: ItemType
    element: Element
    submitter: Side | Literal["platform"]
    caption: str
    taken_at: Moment | None
    submitted_at: Moment
    late: bool
    files: tuple[FileRef, ...]
    late_by_seconds: int | None = None
    listing: Listing | None = None
    """What the platform's own item shows: the listing as it stood when the order was placed."""


class EvidenceClosed(Fact):
    """The round's evidence is sealed: ordered items and one digest over them.

    A round is sealed again after an adjudicator asked for more, or another appeal came: the manifest then holds all
    items of the round, the old ones too, and `replaces` is the digest of the seal it takes the place of.
    """

    TYPE: ClassVar[str] = "evidence.closed.v1"
    TOPIC: ClassVar[str] = "evidence.closed"
    SOURCE: ClassVar[str] = "evidence"

    round: Round
    manifest: tuple[ManifestItem, ...]
    manifest_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    reason: Literal["both_done", "due_passed", "appeal_opened", "appeal_withdrawn"]
    replaces: str | None = None


class MediationOpened(Fact):
    """A mediator took the case; told again for each who takes it over."""

    TYPE: ClassVar[str] = "mediation.opened.v1"
    TOPIC: ClassVar[str] = "mediation.opened"
    SOURCE: ClassVar[str] = "mediation"

    adjudicator: Actor
    due_at: Moment


class OfferMade(Fact):
    """An offer is open until an instant."""

    TYPE: ClassVar[str] = "offer.made.v1"
    TOPIC: ClassVar[str] = "offer.made"
    SOURCE: ClassVar[str] = "mediation"

    offer_id: Id
    made_by: Actor
    terms: Terms
    valid_until: Moment


class SettlementReached(Fact):
    """Both sides agreed; the terms bind them."""

    TYPE: ClassVar[str] = "settlement.reached.v1"
    TOPIC: ClassVar[str] = "settlement.reached"
    SOURCE: ClassVar[str] = "mediation"

    offer_id: Id
    terms: Terms
    obligations: tuple[Obligation, ...]


class RulingIssued(Fact):
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


class RulingFulfilled(Fact):
    """Every obligation of the settlement, ruling or appeal decision is met."""

    TYPE: ClassVar[str] = "ruling.fulfilled.v1"
    TOPIC: ClassVar[str] = "ruling.fulfilled"
    SOURCE: ClassVar[str] = "mediation"

    basis: Literal["settlement", "ruling", "appeal"]
    obligations: tuple[Obligation, ...]


class EnforcementOrdered(Fact):
    """An obligation was not met in time: the platform is to enforce it."""

    TYPE: ClassVar[str] = "enforcement.ordered.v1"
    TOPIC: ClassVar[str] = "enforcement.ordered"
    SOURCE: ClassVar[str] = "mediation"

    obligation: Obligation
    debtor_id: str
    creditor_id: str


class AppealOpened(Fact):
    """An admissible appeal opens an appeal round; obligations not yet carried out are stayed.

    One that comes later opens the round again or makes it last longer, until its own `evidence_due_at`.
    """

    TYPE: ClassVar[str] = "appeal.opened.v1"
    TOPIC: ClassVar[str] = "appeal.opened"
    SOURCE: ClassVar[str] = "appeals"

    appeal_id: Id
    appellant: Actor
    parties: Parties
    grounds: tuple[AppealGround, ...]
    reason: str
    evidence_due_at: Moment
    policy_version: str


class AppealDismissed(Fact):
    """An appeal was not admitted, with every failed rule; the ruling stands."""

    TYPE: ClassVar[str] = "appeal.dismissed.v1"
    TOPIC: ClassVar[str] = "appeal.dismissed"
    SOURCE: ClassVar[str] = "appeals"

    appeal_id: Id
    appellant: Actor
    failures: tuple[Failure, ...]
    again_until: Moment | None = None
    """Until when the appellant may mend the appeal and lodge it again."""


class AppealWithdrawn(Fact):
    """An appellant gave its appeal up; where no other admitted appeal is left, the ruling stands."""

    TYPE: ClassVar[str] = "appeal.withdrawn.v1"
    TOPIC: ClassVar[str] = "appeal.withdrawn"
    SOURCE: ClassVar[str] = "appeals"

    appeal_id: Id
    appellant: Actor
    reason: str
    ruling_stands: bool


class AppealDecided(Fact):
    """The final decision. Its obligations replace those of the ruling; what was done is set off."""

    TYPE: ClassVar[str] = "appeal.decided.v1"
    TOPIC: ClassVar[str] = "appeal.decided"
    SOURCE: ClassVar[str] = "appeals"

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
    """Whether the case stays on the seller's scorecard; absent on decisions from before it was told."""


class NoticeRequested(Fact):
    """The platform's gateway is to tell someone something; it answers on `notice.delivered`."""

    TYPE: ClassVar[str] = "notice.requested.v1"
    TOPIC: ClassVar[str] = "notice.requested"
    SOURCE: ClassVar[str] = "any"
    ORDERED: ClassVar[bool] = False

    notice_id: Id
    recipient: Actor
    channel: Literal["sms", "online", "phone"]
    purpose: Literal["asked", "reminder", "told"]
    text: str
    due_at: Moment | None = None
    """Until when the recipient is to act, if at all."""


class DutyOverdue(Fact):
    """Somebody at work for the platform let a duty pass its instant."""

    TYPE: ClassVar[str] = "duty.overdue.v1"
    TOPIC: ClassVar[str] = "duty.overdue"
    SOURCE: ClassVar[str] = "any"
    ORDERED: ClassVar[bool] = False

    duty: str
    owner: Actor
    due_at: Moment
    consequence: Literal["reassigned", "raised_to_specialist", "reported"]


class ViolationReported(Fact):
    """A seller is said or found to have broken the platform's rules, beside what the buyer is owed."""

    TYPE: ClassVar[str] = "violation.reported.v1"
    TOPIC: ClassVar[str] = "violation.reported"
    SOURCE: ClassVar[str] = "any"
    ORDERED: ClassVar[bool] = False

    parties: Parties
    order_id: Id
    line_id: Id
    violation: str
    """The sub-reason of the category `seller_violation`, for example `counterfeit`."""
    basis: Literal["complaint", "ruling"]
