"""What any service may ask of the platform or report to it. No service hears these, so they take no sequence."""

from typing import ClassVar, Literal

from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties
from shared.kernel.ids import Id
from shared.kernel.notices import Channel, Purpose
from shared.kernel.values import Moment


class NoticeRequested(Published):
    """The platform's gateway is to tell someone something; it answers on `notice.delivered`."""

    TYPE: ClassVar[str] = "notice.requested.v1"
    TOPIC: ClassVar[str] = "notice.requested"
    SOURCE: ClassVar[str] = "any"
    ORDERED: ClassVar[bool] = False

    notice_id: Id
    recipient: Actor
    channel: Channel
    purpose: Purpose
    text: str
    due_at: Moment | None = None
    """Until when the recipient is to act, if at all."""


class DutyOverdue(Published):
    """Somebody at work for the platform let a duty pass its instant."""

    TYPE: ClassVar[str] = "duty.overdue.v1"
    TOPIC: ClassVar[str] = "duty.overdue"
    SOURCE: ClassVar[str] = "any"
    ORDERED: ClassVar[bool] = False

    duty: str
    owner: Actor
    due_at: Moment
    consequence: Literal["reassigned", "raised_to_specialist", "reported"]


class ViolationReported(Published):
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
