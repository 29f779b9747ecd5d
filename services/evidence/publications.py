"""What evidence tells the world: what was asked for, what came in, what was sealed, and who is to be reminded."""

from typing import assert_never

from services.evidence.domain.events import (
    CaseEnded,
    CaseResumed,
    CaseSuspended,
    CollectionStopped,
    DisclosureAcknowledged,
    DraftDiscarded,
    DraftSaved,
    EvidenceClosed,
    EvidenceFact,
    EvidenceRequested,
    EvidenceSubmitted,
    FileScreened,
    RebuttalOpened,
    ReminderSent,
    RoundExtended,
    RoundOpened,
    SideFinished,
)
from shared.contracts import evidence as told
from shared.contracts.notices import NoticeRequested
from shared.eventing.messages import Published
from shared.eventing.model import About
from shared.kernel.ids import derived_id

TELLS: tuple[type[Published], ...] = (
    told.EvidenceRequested,
    told.EvidenceSubmitted,
    told.EvidenceClosed,
    NoticeRequested,
)


def publish(fact: EvidenceFact, about: About) -> Published | None:
    match fact:
        case EvidenceRequested():
            return told.EvidenceRequested(
                case_id=about.stream,
                at=about.at,
                request_id=fact.request_id,
                round=fact.round,
                side=fact.side,
                element=fact.element,
                items=fact.items,
                requested_by=about.by,
                due_at=fact.due_at,
                question=fact.question,
            )
        case EvidenceSubmitted(item=item):
            return told.EvidenceSubmitted(
                case_id=about.stream,
                at=about.at,
                item_id=item.item_id,
                round=item.round,
                type=item.type,
                element=item.element,
                submitter=item.submitter,
                caption=item.caption,
                taken_at=item.taken_at,
                submitted_at=item.submitted_at,
                late=item.late,
                files=item.files,
                late_by_seconds=item.late_by_seconds,
                listing=item.listing,
            )
        case EvidenceClosed():
            return told.EvidenceClosed(
                case_id=about.stream,
                at=about.at,
                round=fact.round,
                manifest=fact.manifest,
                manifest_digest=fact.manifest_digest,
                reason=fact.reason,
                replaces=fact.replaces,
            )
        case ReminderSent():
            return _notice(fact, about)
        case (
            RoundOpened()
            | RoundExtended()
            | FileScreened()
            | DraftSaved()
            | DraftDiscarded()
            | DisclosureAcknowledged()
            | SideFinished()
            | RebuttalOpened()
            | CaseSuspended()
            | CaseResumed()
            | CollectionStopped()
            | CaseEnded()
        ):
            return None
        case _:
            assert_never(fact)


def _notice(fact: ReminderSent, about: About) -> NoticeRequested:
    due = f"{fact.due_at:%Y-%m-%d %H:%M} UTC"
    return NoticeRequested(
        case_id=about.stream,
        at=about.at,
        notice_id=derived_id("reminder", about.stream, fact.clock, fact.key, fact.sent_at.isoformat()),
        recipient=fact.recipient,
        channel="sms",
        purpose="reminder",
        text=f"Case {about.stream}: your evidence is due by {due}. {fact.consequence}",
        due_at=fact.due_at,
    )
