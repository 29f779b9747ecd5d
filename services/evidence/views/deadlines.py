"""When does the platform look at this file by itself? One instant while a round is open, none otherwise."""

from services.evidence.domain.events import (
    CollectionStopped,
    EvidenceClosed,
    EvidenceRequested,
    RebuttalOpened,
    RoundOpened,
)
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.values import Moment


def evolve(document: Agenda | None, entry: Entry) -> Agenda | None:
    match entry.message:
        case RoundOpened(due_at=at):
            return _only("evidence_due", at)
        case EvidenceRequested(due_at=at):
            return _extended(document, at)
        case RebuttalOpened(until=at):
            return _only("rebuttal_due", at)
        case EvidenceClosed() | CollectionStopped():
            return Agenda()
        case _:
            return document


def _only(kind: str, at: Moment) -> Agenda:
    # One row, never two: the earlier one would fire in vain as long as the later one stands.
    return Agenda().setting(Due(kind=kind, at=at))


def _extended(document: Agenda | None, at: Moment) -> Agenda | None:
    if document is not None and document.next_due is not None and at <= document.next_due:
        return document
    return _only("evidence_due", at)


VIEW: View[Agenda] = View(
    name="deadlines",
    version=1,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
