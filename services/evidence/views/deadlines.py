"""When does the platform act on this file by itself? To close the round, once, and to remind each side before."""

from services.evidence.domain.events import (
    CaseEnded,
    CaseResumed,
    CaseSuspended,
    CollectionStopped,
    EvidenceClosed,
    EvidenceRequested,
    RebuttalOpened,
    ReminderSent,
    RoundExtended,
    RoundOpened,
    SideFinished,
)
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Side
from shared.kernel.values import Moment

CLOSING = ("evidence_due", "rebuttal_due")


def evolve(document: Agenda | None, entry: Entry) -> Agenda | None:  # noqa: PLR0911
    match entry.message:
        case RoundOpened(due_at=at, remind_at=remind_at) | RoundExtended(due_at=at, remind_at=remind_at):
            agenda = _closing(_emptied(document), "evidence_due", at)
            for side in Side:
                agenda = agenda.reminding("evidence_due", side, remind_at)
            return agenda
        case EvidenceRequested() as fact:
            return _requested(document or Agenda(), fact)
        case RebuttalOpened(side=side, until=at, remind_at=remind_at):
            return _closing(_emptied(document), "rebuttal_due", at).reminding("rebuttal_due", side, remind_at)
        case SideFinished(side=side):
            return document and _reminding_no_more(document, side)
        case ReminderSent() as fact:
            return document and document.reminded((fact.clock, fact.key), fact.sent_at)
        case EvidenceClosed() | CollectionStopped() | CaseEnded() as fact:
            return _emptied(document) if isinstance(fact, EvidenceClosed) else Agenda()
        case CaseSuspended(suspended_at=at):
            return document and document.pausing(at)
        case CaseResumed(resumed_at=at):
            return document and document.resuming(at)
        case _:
            return document


def _emptied(document: Agenda | None) -> Agenda:
    """Without rows, but still paused when it was."""
    return (document or Agenda()).model_copy(update={"due": ()})


def _closing(agenda: Agenda, kind: str, at: Moment) -> Agenda:
    # One row, never one for each side: the earlier one would fire in vain as long as the later one stands.
    without = agenda.clearing(CLOSING[0], "").clearing(CLOSING[1], "")
    return without.setting(Due(kind=kind, at=at))


def _requested(agenda: Agenda, fact: EvidenceRequested) -> Agenda:
    closes_at = next((row.at for row in agenda.due if row.kind in CLOSING), None)
    if closes_at is None or fact.due_at > closes_at:
        agenda = _closing(agenda, "evidence_due", fact.due_at)
    if not fact.remind_at:
        return agenda
    return _reminding_no_more(agenda, fact.side).reminding("evidence_due", fact.side, fact.remind_at)


def _reminding_no_more(agenda: Agenda, side: Side) -> Agenda:
    return agenda.clearing(CLOSING[0], side).clearing(CLOSING[1], side)


VIEW: View[Agenda] = View(
    name="deadlines",
    version=2,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
