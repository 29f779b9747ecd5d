"""What Redress may be asked, the bodies of commands, and what it answers on `<service>.replies`.

Written by `redress docs` from the contracts; do not edit.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from redress_contracts.messages import Command, Id, Moment, Value
from redress_contracts.values import (
    AppealGround,
    AppealOutcome,
    AttestedNegotiation,
    Demand,
    Element,
    FileRef,
    Finding,
    ItemType,
    RulingKind,
    Side,
    Terms,
)


class OpenNegotiation(Command):
    """Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""  # noqa: E501

    NAME: ClassVar[str] = "open_negotiation"
    SERVICE: ClassVar[str] = "intake"

    order_id: Id
    line_id: Id
    demand: Demand
    message: Annotated[str, Field(max_length=4000, min_length=1)]


class OfferInNegotiation(Command):
    """Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""  # noqa: E501

    NAME: ClassVar[str] = "offer_in_negotiation"
    SERVICE: ClassVar[str] = "intake"

    terms: Terms
    message: Annotated[str, Field(max_length=4000, min_length=1)]


class RefuseInNegotiation(Command):
    """Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""  # noqa: E501

    NAME: ClassVar[str] = "refuse_in_negotiation"
    SERVICE: ClassVar[str] = "intake"

    message: Annotated[str, Field(max_length=4000, min_length=1)]
    reason: Literal["refused", "blame_shifted"]


class AcceptNegotiatedOffer(Command):
    """Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""  # noqa: E501

    NAME: ClassVar[str] = "accept_negotiated_offer"
    SERVICE: ClassVar[str] = "intake"


class DeclineNegotiatedOffer(Command):
    """Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""  # noqa: E501

    NAME: ClassVar[str] = "decline_negotiated_offer"
    SERVICE: ClassVar[str] = "intake"


class FileComplaint(Command):
    """`last_update_at` is when tracking last changed; `caution_unread` that the listing's caution went unread."""

    NAME: ClassVar[str] = "file_complaint"
    SERVICE: ClassVar[str] = "intake"

    order_id: Id
    line_id: Id
    category: Annotated[str, Field(max_length=128, min_length=1)]
    sub_reason: Annotated[str, Field(max_length=128, min_length=1)]
    description: Annotated[str, Field(max_length=4000, min_length=1)]
    demand: Demand
    channel: Literal["order_page", "online", "phone"]
    on_behalf_of: Id | None = None
    attested: AttestedNegotiation | None = None
    last_update_at: Moment | None = None
    caution_unread: bool = False


class WithdrawComplaint(Command):
    """The buyer may withdraw at any time before the case is decided, even while it is suspended."""

    NAME: ClassVar[str] = "withdraw_complaint"
    SERVICE: ClassVar[str] = "intake"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class ConsentToSuspension(Command):
    """One party consents; when the other does as well, the case is suspended."""

    NAME: ClassVar[str] = "consent_to_suspension"
    SERVICE: ClassVar[str] = "intake"


class SuspendComplaint(Command):
    """Staff suspend a case for the proceedings of a court or an authority that `reference` names."""

    NAME: ClassVar[str] = "suspend_complaint"
    SERVICE: ClassVar[str] = "intake"

    reference: Annotated[str, Field(max_length=128, min_length=1)]


class ResumeComplaint(Command):
    """A party ends a suspension by consent; staff end one for proceedings that are over, and say how they ended."""

    NAME: ClassVar[str] = "resume_complaint"
    SERVICE: ClassVar[str] = "intake"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class Urge(Command):
    """A party urges. The answer says where the case stands and who owes what by when."""

    NAME: ClassVar[str] = "urge"
    SERVICE: ClassVar[str] = "intake"


class ErasePerson(Command):
    """Make what a person wrote unreadable for good; `case_id` is `person:` and the person's id."""

    NAME: ClassVar[str] = "erase_person"
    SERVICE: ClassVar[str] = "intake"


class RequestEvidence(Command):
    """An adjudicator can ask either side for an item or an explanation, also one that said done, also after the seal."""  # noqa: E501

    NAME: ClassVar[str] = "request_evidence"
    SERVICE: ClassVar[str] = "evidence"

    side: Side
    element: Element
    items: Annotated[tuple[ItemType, ...], Field(min_length=1)]
    note: Annotated[str, Field(max_length=4000, min_length=1)] | None = None


class RequestExplanation(Command):
    """A free question, which a statement answers."""

    NAME: ClassVar[str] = "request_explanation"
    SERVICE: ClassVar[str] = "evidence"

    side: Side
    element: Element
    question: Annotated[str, Field(max_length=4000, min_length=1)]


class SubmitEvidence(Command):
    """`stored` are those of `files` that the blob store holds, with their true size and type."""

    NAME: ClassVar[str] = "submit_evidence"
    SERVICE: ClassVar[str] = "evidence"

    item_id: Id
    type: ItemType
    element: Element
    caption: Annotated[str, Field(max_length=4000, min_length=1)]
    taken_at: Moment | None = None
    files: tuple[FileRef, ...] = ()
    request_id: Id | None = None
    supersedes: Id | None = None


class SaveDraft(Command):
    """Saving under the id of an own draft replaces it: a draft is no evidence yet."""

    NAME: ClassVar[str] = "save_draft"
    SERVICE: ClassVar[str] = "evidence"

    item_id: Id
    type: ItemType
    element: Element
    caption: Annotated[str, Field(max_length=4000, min_length=1)]
    taken_at: Moment | None = None
    files: tuple[FileRef, ...] = ()
    request_id: Id | None = None
    supersedes: Id | None = None


class SubmitDraft(Command):
    """`stored` are those of the draft's files that the blob store holds."""

    NAME: ClassVar[str] = "submit_draft"
    SERVICE: ClassVar[str] = "evidence"

    item_id: Id


class DiscardDraft(Command):
    """A side can prepare an item that nobody else sees, and submit or discard it; only the side itself can."""

    NAME: ClassVar[str] = "discard_draft"
    SERVICE: ClassVar[str] = "evidence"

    item_id: Id


class AcknowledgeDisclosure(Command):
    """Each side sees the other's items, and the platform's, at once and its receipt is recorded."""

    NAME: ClassVar[str] = "acknowledge_disclosure"
    SERVICE: ClassVar[str] = "evidence"

    item_ids: Annotated[tuple[Id, ...], Field(min_length=1)]


class FinishEvidence(Command):
    """A side says that everything it has is in."""

    NAME: ClassVar[str] = "finish_evidence"
    SERVICE: ClassVar[str] = "evidence"


class LogContact(Command):
    """The mediator writes down every call and message: with whom, what was said and what came of it."""

    NAME: ClassVar[str] = "log_contact"
    SERVICE: ClassVar[str] = "mediation"

    channel: Literal["sms", "online", "phone"]
    with_side: Side
    note: Annotated[str, Field(max_length=4000, min_length=1)]
    outcome: Annotated[str, Field(max_length=4000, min_length=1)]


class SendNotice(Command):
    """The mediator writes down every call and message: with whom, what was said and what came of it."""

    NAME: ClassVar[str] = "send_notice"
    SERVICE: ClassVar[str] = "mediation"

    channel: Literal["sms", "online", "phone"] = "sms"
    with_side: Side
    text: Annotated[str, Field(max_length=4000, min_length=1)]


class MakeOffer(Command):
    """Either side or the mediator may put one offer at a time on the table; it binds once all it is made to accept."""

    NAME: ClassVar[str] = "make_offer"
    SERVICE: ClassVar[str] = "mediation"

    terms: Terms


class AcceptOffer(Command):
    """Either side or the mediator may put one offer at a time on the table; it binds once all it is made to accept."""

    NAME: ClassVar[str] = "accept_offer"
    SERVICE: ClassVar[str] = "mediation"

    offer_id: Id


class DeclineOffer(Command):
    """Either side or the mediator may put one offer at a time on the table; it binds once all it is made to accept."""

    NAME: ClassVar[str] = "decline_offer"
    SERVICE: ClassVar[str] = "mediation"

    offer_id: Id
    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class WithdrawOffer(Command):
    """Whoever made the offer takes it back before it binds; a mediator's, whoever mediates now."""

    NAME: ClassVar[str] = "withdraw_offer"
    SERVICE: ClassVar[str] = "mediation"

    offer_id: Id


class FailMediation(Command):
    """Mediation fails when the mediator says so or its deadline passes; then a ruling is due."""

    NAME: ClassVar[str] = "fail_mediation"
    SERVICE: ClassVar[str] = "mediation"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class HandOver(Command):
    """A frontline who gives the case up says why, and a specialist takes it."""

    NAME: ClassVar[str] = "hand_over"
    SERVICE: ClassVar[str] = "mediation"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class RequestSpecialist(Command):
    """A case goes to another adjudicator: a frontline hands it over, a party asks for a specialist, or it is reassigned."""  # noqa: E501

    NAME: ClassVar[str] = "request_specialist"
    SERVICE: ClassVar[str] = "mediation"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class ReassignCase(Command):
    """The adjudicator steps aside, or whoever runs the platform gives the case to another one."""

    NAME: ClassVar[str] = "reassign_case"
    SERVICE: ClassVar[str] = "mediation"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class IssueRuling(Command):
    """Beyond a specialist's authority it is drafted, and issued when a second specialist agrees.

    `violation` is a sub-reason of the category `seller_violation` that the ruling finds; it is reported to the
    platform. `released_to` says who keeps the money where nothing is granted; left out, it is the seller.
    """

    NAME: ClassVar[str] = "issue_ruling"
    SERVICE: ClassVar[str] = "mediation"

    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: Annotated[int, Field(le=100, ge=0)]
    terms: Terms | None = None
    freight_paid_by: Side
    inspection_paid_by: Side | None = None
    released_to: Side | None = None
    explanation: Annotated[str, Field(max_length=4000, min_length=1)]
    violation: str | None = None


class AgreeWithRuling(Command):
    """An award beyond one specialist's authority is issued only when a second specialist agrees."""

    NAME: ClassVar[str] = "agree_with_ruling"
    SERVICE: ClassVar[str] = "mediation"


class DisagreeWithRuling(Command):
    """An award beyond one specialist's authority is issued only when a second specialist agrees."""

    NAME: ClassVar[str] = "disagree_with_ruling"
    SERVICE: ClassVar[str] = "mediation"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class ReportPerformed(Command):
    """What is owed is reported by the debtor, confirmed or disputed by the creditor, and enforced once when overdue."""

    NAME: ClassVar[str] = "report_performed"
    SERVICE: ClassVar[str] = "mediation"

    obligation_id: Id
    proof: Annotated[str, Field(max_length=4000, min_length=1)]
    files: tuple[FileRef, ...] = ()


class ConfirmPerformed(Command):
    """What is owed is reported by the debtor, confirmed or disputed by the creditor, and enforced once when overdue."""

    NAME: ClassVar[str] = "confirm_performed"
    SERVICE: ClassVar[str] = "mediation"

    obligation_id: Id


class DisputePerformance(Command):
    """A reported performance that the creditor disputes goes to the adjudicator, who says whether it was performed."""

    NAME: ClassVar[str] = "dispute_performance"
    SERVICE: ClassVar[str] = "mediation"

    obligation_id: Id
    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class DecideDispute(Command):
    """A reported performance that the creditor disputes goes to the adjudicator, who says whether it was performed."""

    NAME: ClassVar[str] = "decide_dispute"
    SERVICE: ClassVar[str] = "mediation"

    obligation_id: Id
    performed: bool
    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class LodgeAppeal(Command):
    """`late_evidence` names items that came late in the first round, each with why it could not come in time."""

    NAME: ClassVar[str] = "lodge_appeal"
    SERVICE: ClassVar[str] = "appeals"

    grounds: Annotated[tuple[AppealGround, ...], Field(max_length=6, min_length=1)]
    reason: Annotated[str, Field(max_length=4000, min_length=1)]
    new_evidence: Annotated[tuple[Annotated[str, Field(max_length=4000, min_length=1)], ...], Field(max_length=50)] = ()
    late_evidence: Annotated[
        tuple[Annotated[str, Field(max_length=4000, min_length=1)], ...], Field(max_length=50)
    ] = ()


class WithdrawAppeal(Command):
    """It uses up the party's one appeal, so that nobody stays a ruling again and again."""

    NAME: ClassVar[str] = "withdraw_appeal"
    SERVICE: ClassVar[str] = "appeals"

    reason: Annotated[str, Field(max_length=4000, min_length=1)]


class DecideAppeal(Command):
    """`freight_paid_by` may be left out where it stays as ruled."""

    NAME: ClassVar[str] = "decide_appeal"
    SERVICE: ClassVar[str] = "appeals"

    outcome: AppealOutcome
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)]
    clauses: Annotated[tuple[str, ...], Field(min_length=1)]
    seller_liability_percent: Annotated[int, Field(le=100, ge=0)]
    terms: Terms | None = None
    freight_paid_by: Side | None = None
    what_changed: Annotated[str, Field(max_length=4000)] = ""
    explanation: Annotated[str, Field(max_length=4000, min_length=1)]


class Reply(Value):
    """What became of a command."""

    command_id: str
    """The command's ce_id, or topic/partition/offset if it had none."""
    outcome: Literal["accepted", "unchanged", "refused"]
    version: Annotated[int, Field(ge=0)] | None = None
    """The case's version in the service's log."""
    facts: tuple[str, ...] | None = None
    repeated: bool | None = None
    """The command was carried out before."""
    rule: str | None = None
    """Why it was refused: a stable code."""
    detail: str | None = None
    clause: str | None = None
    field: str | None = None
    cure: str | None = None
