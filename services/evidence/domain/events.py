"""Every fact of the evidence file: rounds opened, items asked for, submitted, received, and sealed."""

from typing import ClassVar, Literal, TypeAlias

from shared.eventing.messages import Fact
from shared.kernel.actors import Parties, Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, FileRef, ItemType, ManifestItem, Round
from shared.kernel.policy import Burden, Hours
from shared.kernel.values import Moment, Value

Reason = Literal["both_done", "due_passed"]


class RoundRules(Value):
    """What the case's pinned policy says about one round, kept so that later decisions need no policy."""

    policy_version: str
    burdens: tuple[Burden, ...]
    evidence_hours: Hours
    rebuttal_hours: Hours
    files_per_item: int
    file_bytes: int
    side_bytes: int


class Item(Value):
    """One submitted item. `due_at` is what its side was bound to at that moment; `taken_at` is a claim."""

    item_id: Id
    round: Round
    type: ItemType
    element: Element
    submitter: Side
    caption: str
    taken_at: Moment | None
    files: tuple[FileRef, ...]
    request_id: Id | None
    supersedes: Id | None
    submitted_at: Moment
    disclosed_at: Moment
    due_at: Moment

    @property
    def late(self) -> bool:
        """Whether the item came after its side's due."""
        return self.submitted_at > self.due_at

    @property
    def place(self) -> tuple[Moment, Moment, str]:
        """Where the item stands in the shown order: by time taken, then submitted."""
        return (self.taken_at or self.submitted_at, self.submitted_at, self.item_id)


class RoundOpened(Fact):
    TYPE: ClassVar[str] = "evidence.round_opened.v1"

    round: Round
    parties: Parties
    rules: RoundRules
    due_at: Moment


class EvidenceRequested(Fact):
    TYPE: ClassVar[str] = "evidence.evidence_requested.v1"

    request_id: Id
    round: Round
    side: Side
    element: Element
    items: tuple[ItemType, ...]
    note: str | None
    due_at: Moment


class EvidenceSubmitted(Fact):
    TYPE: ClassVar[str] = "evidence.evidence_submitted.v1"

    item: Item


class DisclosureAcknowledged(Fact):
    TYPE: ClassVar[str] = "evidence.disclosure_acknowledged.v1"

    side: Side
    item_ids: tuple[Id, ...]
    received_at: Moment


class SideFinished(Fact):
    TYPE: ClassVar[str] = "evidence.side_finished.v1"

    side: Side
    finished_at: Moment


class RebuttalOpened(Fact):
    """The other side's last item came so late that `side` gets time to answer it."""

    TYPE: ClassVar[str] = "evidence.rebuttal_opened.v1"

    side: Side
    until: Moment


class EvidenceClosed(Fact):
    TYPE: ClassVar[str] = "evidence.evidence_closed.v1"

    round: Round
    manifest: tuple[ManifestItem, ...]
    manifest_digest: str
    reason: Reason
    closed_at: Moment


class CollectionStopped(Fact):
    """The complaint was withdrawn: the file is shut without a manifest."""

    TYPE: ClassVar[str] = "evidence.collection_stopped.v1"

    reason: str
    stopped_at: Moment


EvidenceFact: TypeAlias = (
    RoundOpened
    | EvidenceRequested
    | EvidenceSubmitted
    | DisclosureAcknowledged
    | SideFinished
    | RebuttalOpened
    | EvidenceClosed
    | CollectionStopped
)

FACTS: tuple[type[Fact], ...] = (
    RoundOpened,
    EvidenceRequested,
    EvidenceSubmitted,
    DisclosureAcknowledged,
    SideFinished,
    RebuttalOpened,
    EvidenceClosed,
    CollectionStopped,
)
