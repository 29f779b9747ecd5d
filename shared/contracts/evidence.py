"""What evidence tells the world: requests, submissions, and the sealed manifest."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, FileRef, ItemType, ManifestItem, Round
from shared.kernel.values import Moment


class EvidenceRequested(Published):
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


class EvidenceSubmitted(Published):
    """An item entered the case and was disclosed to the other side."""

    TYPE: ClassVar[str] = "evidence.submitted.v1"
    TOPIC: ClassVar[str] = "evidence.submitted"
    SOURCE: ClassVar[str] = "evidence"

    item_id: Id
    round: Round
    type: ItemType
    element: Element
    submitter: Side
    caption: str
    taken_at: Moment | None
    submitted_at: Moment
    late: bool
    files: tuple[FileRef, ...]


class EvidenceClosed(Published):
    """The round's evidence is sealed: ordered items and one digest over them."""

    TYPE: ClassVar[str] = "evidence.closed.v1"
    TOPIC: ClassVar[str] = "evidence.closed"
    SOURCE: ClassVar[str] = "evidence"

    round: Round
    manifest: tuple[ManifestItem, ...]
    manifest_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: Literal["both_done", "due_passed"]
