"""What runs on this file now: each clock with its owner, its due instant, and what follows when it passes."""

from datetime import timedelta

from services.evidence.domain.clocks import CONSEQUENCES
from services.evidence.domain.events import (
    CaseEnded,
    CaseResumed,
    CaseSuspended,
    CollectionStopped,
    EvidenceClosed,
    EvidenceRequested,
    RebuttalOpened,
    RoundExtended,
    RoundOpened,
    SideFinished,
)
from services.evidence.domain.evidence_file import ClockKind
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Side
from shared.kernel.clocks import Clock
from shared.kernel.values import Moment, Value


class Clocks(Value):
    """The clocks of both sides. While the case is suspended they stand still where they were."""

    running: tuple[Clock, ...] = ()
    due: dict[Side, Moment]
    suspended_at: Moment | None = None


def evolve(document: Clocks | None, entry: Entry) -> Clocks | None:  # noqa: PLR0911
    match entry.message:
        case RoundOpened(due_at=at) | RoundExtended(due_at=at):
            both = tuple(_clock(side, "evidence_due", at) for side in Side)
            rests = document.suspended_at if document else None
            return Clocks(running=both, due=dict.fromkeys(Side, at), suspended_at=rests)
        case EvidenceRequested(side=side, due_at=at):
            return document and _requested(document, side, at)
        case RebuttalOpened(side=side, until=at):
            clock = _clock(side, "rebuttal_due", at)
            return document and Clocks(running=(clock,), due={**document.due, side: at})
        case SideFinished(side=side):
            return document and document.model_copy(update={"running": _without(document, side)})
        case EvidenceClosed():
            return document and document.model_copy(update={"running": ()})
        case CaseSuspended(suspended_at=at):
            return document and document.model_copy(update={"suspended_at": at})
        case CaseResumed(suspended_at=since, resumed_at=at):
            return document and _later(document, at - since)
        case CollectionStopped() | CaseEnded():
            return document and document.model_copy(update={"running": (), "suspended_at": None})
        case _:
            return document


def _clock(side: Side, kind: ClockKind, at: Moment) -> Clock:
    return Clock(kind=kind, key=side, owner=side, due_at=at, consequence=CONSEQUENCES[kind])


def _without(document: Clocks, side: Side) -> tuple[Clock, ...]:
    return tuple(clock for clock in document.running if clock.owner is not side)


def _requested(document: Clocks, side: Side, at: Moment) -> Clocks:
    runs = any(clock.owner is side for clock in document.running)
    until = max(document.due[side], at)
    if runs and until == document.due[side]:
        return document
    running = (*_without(document, side), _clock(side, "evidence_due", until))
    return document.model_copy(update={"running": running, "due": {**document.due, side: until}})


def _later(document: Clocks, pause: timedelta) -> Clocks:
    return Clocks(
        running=tuple(clock.model_copy(update={"due_at": clock.due_at + pause}) for clock in document.running),
        due={side: at + pause for side, at in document.due.items()},
    )


VIEW: View[Clocks] = View(name="clocks", version=1, document=Clocks, evolve=evolve)
