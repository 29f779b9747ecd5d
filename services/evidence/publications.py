"""What evidence tells the world: what was asked for, what came in, and what was sealed."""

from typing import assert_never

from services.evidence.domain.events import (
    CollectionStopped,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceFact,
    EvidenceRequested,
    EvidenceSubmitted,
    RebuttalOpened,
    RoundOpened,
    SideFinished,
)
from shared.contracts import evidence as told
from shared.eventing.messages import Published
from shared.eventing.model import About

TELLS: tuple[type[Published], ...] = (told.EvidenceRequested, told.EvidenceSubmitted, told.EvidenceClosed)


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
            )
        case EvidenceClosed():
            return told.EvidenceClosed(
                case_id=about.stream,
                at=about.at,
                round=fact.round,
                manifest=fact.manifest,
                manifest_digest=fact.manifest_digest,
                reason=fact.reason,
            )
        case RoundOpened() | DisclosureAcknowledged() | SideFinished() | RebuttalOpened() | CollectionStopped():
            return None
        case _:
            assert_never(fact)
