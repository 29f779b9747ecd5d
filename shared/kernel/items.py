"""Evidence as every service names it: item types, files, manifest entries, rounds."""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.kernel.actors import Side
from shared.kernel.ids import Id
from shared.kernel.values import Moment, Value


class Round(StrEnum):
    """The first round is mediation and ruling; the appeal round is the review."""

    FIRST = "first"
    APPEAL = "appeal"


class ItemType(StrEnum):
    """What an evidence item is (product.md section 3.2)."""

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


class Element(StrEnum):
    """The elements of a claim that evidence supports (product.md section 3.6)."""

    PURCHASE = "purchase"
    PROBLEM = "problem"
    RESPONSIBILITY = "responsibility"
    LOSS = "loss"


class FileRef(Value):
    """A stored file: named by the SHA-256 of its bytes, with size in bytes and sniffed type."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=1)]
    media_type: str


Submitter: TypeAlias = Side | Literal["platform"]
"""Who brought an item: a side, or the platform, which adds the listing snapshot by itself."""


class ManifestItem(Value):
    """One line of a sealed manifest: what was submitted and when the other side could see it.

    `content_sha256` is the digest of the item's words, as its files' are of their bytes.
    """

    item_id: Id
    type: ItemType
    element: Element
    submitter: Submitter
    submitted_at: Moment
    disclosed_at: Moment
    late: bool
    files: tuple[FileRef, ...]
    late_by_seconds: int | None = None
    content_sha256: str | None = None
