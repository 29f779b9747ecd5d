"""What facts and commands are made of.

Written by `redress docs` from the contracts; do not edit.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from redress_contracts.messages import Id, Moment, Value


class AppealGround(StrEnum):
    """The coded grounds of an appeal."""

    NEW_EVIDENCE = "new_evidence"
    WRONG_FACTS = "wrong_facts"
    WRONG_CLAUSE = "wrong_clause"
    PROCEDURE = "procedure"
    DISPROPORTIONATE = "disproportionate"
    LATE_EVIDENCE_JUSTIFIED = "late_evidence_justified"


class AppealOutcome(StrEnum):
    """What a review can decide."""

    UPHOLD = "uphold"
    AMEND = "amend"
    OVERTURN = "overturn"


class Duty(StrEnum):
    """The kinds of obligation, each tracked one by one."""

    REFUND = "refund"
    SHIP_RETURN = "ship_return"
    SHIP_REPLACEMENT = "ship_replacement"
    REPAIR = "repair"
    PAY_COMPENSATION = "pay_compensation"


class Element(StrEnum):
    """The elements of a claim that evidence supports."""

    PURCHASE = "purchase"
    PROBLEM = "problem"
    RESPONSIBILITY = "responsibility"
    LOSS = "loss"


class ItemType(StrEnum):
    """What an evidence item is."""

    PHOTO = "photo"
    VIDEO = "video"
    CHAT_RECORD = "chat_record"
    WAYBILL = "waybill"
    LOGISTICS_TRACE = "logistics_trace"
    INSPECTION_REPORT = "inspection_report"
    ORDER_SCREENSHOT = "order_screenshot"
    PAYMENT_RECORD = "payment_record"
    STATEMENT = "statement"
    QUALITY_CERTIFICATE = "quality_certificate"
    AFTER_SALES_PROMISE = "after_sales_promise"
    SHIPPING_PROOF = "shipping_proof"
    SUPPLY_CHAIN_DOCUMENT = "supply_chain_document"
    LISTING_SNAPSHOT = "listing_snapshot"


class Remedy(StrEnum):
    """The remedies a buyer can demand and an adjudicator can order."""

    REFUND = "refund"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    COMPENSATION = "compensation"


class Role(StrEnum):
    """What someone may act as."""

    BUYER = "buyer"
    SELLER = "seller"
    FRONTLINE = "frontline"
    SPECIALIST = "specialist"
    REVIEWER = "reviewer"
    PLATFORM = "platform"
    AUDITOR = "auditor"


class Round(StrEnum):
    """The first round is mediation and ruling; the appeal round is the review."""

    FIRST = "first"
    APPEAL = "appeal"


class RulingKind(StrEnum):
    """What a ruling can be."""

    GRANT = "grant"
    DISMISS = "dismiss"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


class Side(StrEnum):
    """The two parties of a case."""

    BUYER = "buyer"
    SELLER = "seller"


class Actor(Value):
    """One person or machine in one role."""

    role: Role
    id: str


class AttestedNegotiation(Value):
    """A negotiation held elsewhere, as the buyer attests it."""

    channel: Annotated[str, Field(max_length=128, min_length=1)]
    opened_at: Moment
    outcome: Literal["no_response", "refused", "blame_shifted", "offer_unacceptable"]
    note: Annotated[str, Field(min_length=1)]


class Failure(Value):
    """One failed rule: its stable code, the clause it stands on, and what would cure it."""

    rule: str
    clause: str | None = None
    detail: str
    cure: str


class FileRef(Value):
    """A stored file: named by the SHA-256 of its bytes, with size in bytes and sniffed type."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=1)]
    media_type: str


class Finding(Value):
    """What is held on one element of the claim, and the disclosed items it rests on."""

    element: Element
    shown: bool
    reasoning: Annotated[str, Field(min_length=1)]
    cites: tuple[Id, ...] = ()


class Money(Value):
    """An amount that is never negative, in minor units of one ISO 4217 currency."""

    minor: Annotated[int, Field(ge=0)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"


class Parties(Value):
    """The buyer and the seller of a case."""

    buyer_id: str
    seller_id: str


class Review(Value):
    """What another buyer wrote under a listing; who that was is not part of it."""

    text: str
    rating: Annotated[int, Field(le=5, ge=1)]
    at: Moment


class Demand(Value):
    """What the buyer wants. `amount` is required where money is asked for."""

    remedy: Remedy
    amount: Money | None = None


class Listing(Value):
    """The listing as it stood when the order was placed.

    `reviews` are those of other buyers that stood under it; None where the platform keeps none with an order.
    """

    title: str
    description: str = ""
    specifications: dict[str, str] = Field(default_factory=dict)
    after_sales_promise: str = ""
    cautions: str = ""
    reviews: tuple[Review, ...] | None = None


class ManifestItem(Value):
    """One line of a sealed manifest: what was submitted and when the other side could see it.

    `content_sha256` is the digest of the item's words, as its files' are of their bytes.
    """

    item_id: Id
    type: ItemType
    element: Element
    submitter: Side | Literal["platform"]
    submitted_at: Moment
    disclosed_at: Moment
    late: bool
    files: tuple[FileRef, ...]
    late_by_seconds: int | None = None
    content_sha256: str | None = None


class Obligation(Value):
    """One thing one side owes the other.

    `comply_by` is absent while the obligation waits for another: a refund that follows a return is due a policy window
    after `follows` is met.
    """

    id: Id
    duty: Duty
    debtor: Side
    amount: Money | None = None
    comply_by: Moment | None = None
    follows: Id | None = None


class Terms(Value):
    """What an offer, a settlement or a ruling gives the buyer. Two parts may combine."""

    remedy: Remedy
    amount: Money | None = None
    compensation: Money | None = None


class OrderLine(Value):
    """One product of an order and what was paid for it."""

    line_id: Id
    product: str
    model: str = ""
    category: str = ""
    price_paid: Money
    listing: Listing
    warranty_until: Moment | None = None


class Order(Value):
    """One version of an order; a later version supersedes an earlier one."""

    order_id: Id
    parties: Parties
    lines: tuple[OrderLine, ...]
    paid_at: Moment
    shipped_at: Moment | None = None
    delivered_at: Moment | None = None
    waybill: str | None = None
    promises: tuple[str, ...] = ()
    unreal: str | None = None
