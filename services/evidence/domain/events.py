"""Every fact of the evidence file: rounds opened, items asked for, drafted, submitted, received, and sealed."""

from datetime import timedelta
from typing import ClassVar, Literal, TypeAlias

from services.evidence.domain.figures import Alike, Figures, Remark
from shared.eventing.messages import Fact
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, FileRef, ItemType, ManifestItem, Round, Submitter
from shared.kernel.orders import Listing
from shared.kernel.policy import Burden, FileScreening, Hours
from shared.kernel.values import Moment, Value

Reason = Literal["both_done", "due_passed", "appeal_opened", "appeal_withdrawn"]


class RoundRules(Value):
    """What the case's pinned policy says about one round, kept so that later decisions need no policy."""

    policy_version: str
    burdens: tuple[Burden, ...]
    evidence_hours: Hours
    rebuttal_hours: Hours
    files_per_item: int
    file_bytes: int
    side_bytes: int
    reminder_percents: tuple[int, ...] = ()
    screening: FileScreening | None = None
    """Absent in rounds that were opened before files were screened."""
    angles: int = 0
    """How many views of the problem are wanted; 0 where the claim is not about the goods."""


class Draft(Value):
    """What a side has prepared and nobody else sees yet."""

    item_id: Id
    type: ItemType
    element: Element
    caption: str
    taken_at: Moment | None
    files: tuple[FileRef, ...]
    request_id: Id | None
    supersedes: Id | None


class Item(Draft):
    """One submitted item. `due_at` is what its side was bound to at that moment; `taken_at` is a claim."""

    round: Round
    submitter: Submitter
    submitted_at: Moment
    disclosed_at: Moment
    due_at: Moment
    listing: Listing | None = None

    @property
    def late(self) -> bool:
        """Whether the item came after its side's due."""
        return self.submitted_at > self.due_at

    @property
    def late_by_seconds(self) -> int:
        """By how much it came after its side's due; 0 for an item in time."""
        return int(max(self.submitted_at - self.due_at, timedelta()).total_seconds())

    @property
    def place(self) -> tuple[Moment, Moment, str]:
        """Where the item stands in the shown order: by time taken, then submitted."""
        return (self.taken_at or self.submitted_at, self.submitted_at, self.item_id)


class RoundOpened(Fact):
    """`remind_at` counts for both sides. `appeal_id` names the appeal an appeal round was opened for."""

    TYPE: ClassVar[str] = "evidence.round_opened.v1"

    round: Round
    parties: Parties
    rules: RoundRules
    due_at: Moment
    remind_at: tuple[Moment, ...] = ()
    appeal_id: Id | None = None
    delivered_at: Moment | None = None


class RoundExtended(Fact):
    """The other party's appeal joined the open appeal round: both sides have until its due."""

    TYPE: ClassVar[str] = "evidence.round_extended.v1"

    round: Round
    appeal_id: Id
    due_at: Moment
    remind_at: tuple[Moment, ...] = ()


class EvidenceRequested(Fact):
    """One side is asked. With `question` it is to explain; `remind_at` is empty where its clock runs on as it was."""

    TYPE: ClassVar[str] = "evidence.evidence_requested.v1"

    request_id: Id
    round: Round
    side: Side
    element: Element
    items: tuple[ItemType, ...]
    note: str | None
    due_at: Moment
    question: str | None = None
    remind_at: tuple[Moment, ...] = ()


class EvidenceSubmitted(Fact):
    TYPE: ClassVar[str] = "evidence.evidence_submitted.v1"

    item: Item


class FileScreened(Fact):
    """A file was looked at by a version of the screener. Advisory: no decision reads it.

    Without `figures` it could not be measured. `elsewhere` are files of other cases that are the same or look alike.
    """

    TYPE: ClassVar[str] = "evidence.file_screened.v1"

    item_id: Id
    file: FileRef
    screener: int
    figures: Figures | None
    remarks: tuple[Remark, ...]
    elsewhere: tuple[Alike, ...]
    screened_at: Moment


class DraftSaved(Fact):
    """A side keeps something for later; a draft of the same id is replaced."""

    TYPE: ClassVar[str] = "evidence.draft_saved.v1"

    side: Side
    draft: Draft
    saved_at: Moment


class DraftDiscarded(Fact):
    TYPE: ClassVar[str] = "evidence.draft_discarded.v1"

    side: Side
    item_id: Id
    discarded_at: Moment


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
    remind_at: tuple[Moment, ...] = ()


class EvidenceClosed(Fact):
    """The round's manifest is sealed. `replaces` is the digest of an earlier seal of the round, all of it kept."""

    TYPE: ClassVar[str] = "evidence.evidence_closed.v1"

    round: Round
    manifest: tuple[ManifestItem, ...]
    manifest_digest: str
    reason: Reason
    closed_at: Moment
    replaces: str | None = None


class ReminderSent(Fact):
    """The owner of a running clock was reminded of it."""

    TYPE: ClassVar[str] = "evidence.reminder_sent.v1"

    clock: str
    key: str
    owner: Side
    recipient: Actor
    due_at: Moment
    consequence: str
    sent_at: Moment


class CaseSuspended(Fact):
    """Every clock of the file stands still."""

    TYPE: ClassVar[str] = "evidence.case_suspended.v1"

    suspended_at: Moment


class CaseResumed(Fact):
    """The clocks run again, each later by the time they stood still."""

    TYPE: ClassVar[str] = "evidence.case_resumed.v1"

    suspended_at: Moment
    resumed_at: Moment


class CollectionStopped(Fact):
    """The complaint was withdrawn: the file is shut without a manifest."""

    TYPE: ClassVar[str] = "evidence.collection_stopped.v1"

    reason: str
    stopped_at: Moment


class CaseEnded(Fact):
    """The case is over, or finally decided: nobody can ask for anything more."""

    TYPE: ClassVar[str] = "evidence.case_ended.v1"

    outcome: str
    ended_at: Moment


EvidenceFact: TypeAlias = (
    RoundOpened
    | RoundExtended
    | EvidenceRequested
    | EvidenceSubmitted
    | FileScreened
    | DraftSaved
    | DraftDiscarded
    | DisclosureAcknowledged
    | SideFinished
    | RebuttalOpened
    | EvidenceClosed
    | ReminderSent
    | CaseSuspended
    | CaseResumed
    | CollectionStopped
    | CaseEnded
)

FACTS: tuple[type[Fact], ...] = (
    RoundOpened,
    RoundExtended,
    EvidenceRequested,
    EvidenceSubmitted,
    FileScreened,
    DraftSaved,
    DraftDiscarded,
    DisclosureAcknowledged,
    SideFinished,
    RebuttalOpened,
    EvidenceClosed,
    ReminderSent,
    CaseSuspended,
    CaseResumed,
    CollectionStopped,
    CaseEnded,
)
