"""What intake tells the world: complaints filed, accepted, rejected, withdrawn and closed."""

from typing import ClassVar, Literal

from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Role
from shared.kernel.ids import Id
from shared.kernel.money import Money
from shared.kernel.orders import Listing
from shared.kernel.reasons import Failure
from shared.kernel.remedies import Demand
from shared.kernel.values import Moment

SuspensionGrounds = Literal["joint_wish", "court_or_authority"]
Outcome = Literal["rejected", "withdrawn", "negotiated", "settled", "ruled", "appeal_decided"]


class ComplaintFiled(Published):
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


class ComplaintAccepted(Published):
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
    policy_version: str


class ComplaintRejected(Published):
    """Screening refused the case, with every failed rule, its clause and its cure."""

    TYPE: ClassVar[str] = "complaint.rejected.v1"
    TOPIC: ClassVar[str] = "complaint.rejected"
    SOURCE: ClassVar[str] = "intake"

    parties: Parties
    failures: tuple[Failure, ...]
    policy_version: str


class ComplaintWithdrawn(Published):
    """The buyer withdrew before a ruling."""

    TYPE: ClassVar[str] = "complaint.withdrawn.v1"
    TOPIC: ClassVar[str] = "complaint.withdrawn"
    SOURCE: ClassVar[str] = "intake"

    by: Actor
    reason: str


class ComplaintSuspended(Published):
    """Every clock of the case stands still, until it is resumed at the latest at `until`."""

    TYPE: ClassVar[str] = "complaint.suspended.v1"
    TOPIC: ClassVar[str] = "complaint.suspended"
    SOURCE: ClassVar[str] = "intake"

    by: Actor
    grounds: SuspensionGrounds
    reference: str
    """Of the court's or the authority's proceedings; empty for a joint wish."""
    until: Moment


class ComplaintResumed(Published):
    """The clocks of the case run again, with what was left when they stopped at `suspended_at`."""

    TYPE: ClassVar[str] = "complaint.resumed.v1"
    TOPIC: ClassVar[str] = "complaint.resumed"
    SOURCE: ClassVar[str] = "intake"

    by: Actor
    suspended_at: Moment
    reason: str


class ComplaintClosed(Published):
    """The case is over: nothing more is owed or open."""

    TYPE: ClassVar[str] = "complaint.closed.v1"
    TOPIC: ClassVar[str] = "complaint.closed"
    SOURCE: ClassVar[str] = "intake"

    outcome: Outcome


class PersonErased(Published):
    """A person's key was destroyed: what they wrote can be read no more. Keyed by `person:` and their id."""

    TYPE: ClassVar[str] = "person.erased.v1"
    TOPIC: ClassVar[str] = "person.erased"
    SOURCE: ClassVar[str] = "intake"
    ORDERED: ClassVar[bool] = False

    person_id: Id
    key_fingerprint: str | None
    """The SHA-256 of the key that is gone; null when nothing of theirs was ever kept."""
    destroyed_at: Moment
