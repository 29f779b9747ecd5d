"""How long did each side have, and what was it given on the way? For the comparison of both sides' treatment."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeAlias

from services.evidence.domain.events import (
    CaseResumed,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceRequested,
    EvidenceSubmitted,
    Item,
    RebuttalOpened,
    ReminderSent,
    RoundExtended,
    RoundOpened,
    SideFinished,
)
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Side
from shared.kernel.items import Round
from shared.kernel.values import Moment, Value


class SideTime(Value):
    """One side's time. Both `given` and `used` leave out the time for which the case was suspended.

    `given_seconds` counts from the opening to the last instant the side was bound to; `used_seconds` to its done, or
    else to the seal. `reopened` counts from a request after the seal. `shown_items` are the other side's,
    `slowest_disclosure_seconds` is the longest that one of them waited to be shown, and `received_items` are
    those whose receipt the side acknowledged, the platform's included.
    """

    opened_at: Moment
    due_at: Moment
    given_seconds: int
    suspended_seconds: int = 0
    rebuttal_seconds: int = 0
    requests: int = 0
    reminders: int = 0
    items: int = 0
    late_items: int = 0
    shown_items: int = 0
    slowest_disclosure_seconds: int = 0
    received_items: int = 0
    finished_at: Moment | None = None
    used_seconds: int | None = None


class RoundTime(Value):
    """Both sides' time in one opening of a round."""

    round: Round
    reopened: bool
    sides: dict[Side, SideTime]
    closed_at: Moment | None = None


class TimeGiven(Value):
    """Every opening of a round, the oldest first."""

    rounds: tuple[RoundTime, ...] = ()


Change: TypeAlias = Callable[[SideTime], SideTime]


def evolve(document: TimeGiven | None, entry: Entry) -> TimeGiven | None:
    match entry.message:
        case RoundOpened(round=of, due_at=due_at):
            opened = RoundTime(round=of, reopened=False, sides={side: _from(entry.at, due_at) for side in Side})
            return TimeGiven(rounds=(*(document.rounds if document else ()), opened))
        case EvidenceRequested() as fact if document and document.rounds[-1].closed_at:
            asked = {fact.side: fact.due_at, fact.side.other: entry.at}
            sides = {side: _from(entry.at, due_at) for side, due_at in asked.items()}
            again = RoundTime(round=fact.round, reopened=True, sides=sides)
            return _changed(TimeGiven(rounds=(*document.rounds, again)), {fact.side: _asked(fact.due_at)})
        case EvidenceClosed(closed_at=at) if document:
            closed = _changed(document, dict.fromkeys(Side, lambda time: time if time.finished_at else _used(time, at)))
            *before, last = closed.rounds
            return TimeGiven(rounds=(*before, last.model_copy(update={"closed_at": at})))
        case DisclosureAcknowledged(side=side, item_ids=items) if document:
            # Receipt may be acknowledged after the seal too.
            return _changed(
                document, {side: lambda time: time.model_copy(update=_added(time, {"received_items": len(items)}))}
            )
        case message if document and document.rounds[-1].closed_at is None:
            return _changed(document, _changes(message))
        case _:
            return document


def _changes(message: object) -> Mapping[Side, Change]:  # noqa: PLR0911
    """What a fact changes in the time of each side."""
    match message:
        case EvidenceRequested(side=side, due_at=due_at):
            return {side: _asked(due_at)}
        case RoundExtended(due_at=due_at):
            return dict.fromkeys(Side, lambda time: _again(_bound_until(time, due_at)))
        case RebuttalOpened(side=side, until=until):
            return {side: lambda time: _rebutting(time, until)}
        case ReminderSent(owner=side):
            return {side: lambda time: time.model_copy(update={"reminders": time.reminders + 1})}
        case EvidenceSubmitted(item=item) if item.submitter != "platform":
            more = {"items": 1, "late_items": int(item.late)}
            return {
                item.submitter: lambda time: time.model_copy(update=_added(time, more)),
                item.submitter.other: lambda time: _shown(time, item),
            }
        case SideFinished(side=side, finished_at=at):
            return {side: lambda time: _used(time, at).model_copy(update={"finished_at": at})}
        case CaseResumed(suspended_at=since, resumed_at=at):
            return dict.fromkeys(Side, lambda time: _rested(time, since, at))
        case _:
            return {}


def _changed(document: TimeGiven, changes: Mapping[Side, Change]) -> TimeGiven:
    if not changes:
        return document
    *before, last = document.rounds
    sides = {side: changes[side](time) if side in changes else time for side, time in last.sides.items()}
    return TimeGiven(rounds=(*before, last.model_copy(update={"sides": sides})))


def _from(at: Moment, due_at: Moment) -> SideTime:
    return SideTime(opened_at=at, due_at=due_at, given_seconds=_seconds(due_at - at))


def _asked(due_at: Moment) -> Change:
    return lambda time: _again(_bound_until(time, max(time.due_at, due_at))).model_copy(
        update={"requests": time.requests + 1}
    )


def _again(time: SideTime) -> SideTime:
    """Whoever is asked again may speak again."""
    return time.model_copy(update={"finished_at": None, "used_seconds": None})


def _bound_until(time: SideTime, due_at: Moment) -> SideTime:
    given = _seconds(due_at - time.opened_at) - time.suspended_seconds
    return time.model_copy(update={"due_at": due_at, "given_seconds": given})


def _rebutting(time: SideTime, until: Moment) -> SideTime:
    # A side that had said done early answers within what it was given anyway.
    longer = _bound_until(time, max(time.due_at, until))
    more = {"rebuttal_seconds": longer.given_seconds - time.given_seconds}
    return _again(longer).model_copy(update=_added(time, more))


def _rested(time: SideTime, since: Moment, at: Moment) -> SideTime:
    rested = time.suspended_seconds + _seconds(at - max(since, time.opened_at))
    return _bound_until(time.model_copy(update={"suspended_seconds": rested}), time.due_at + (at - since))


def _used(time: SideTime, at: Moment) -> SideTime:
    return time.model_copy(update={"used_seconds": _seconds(at - time.opened_at) - time.suspended_seconds})


def _shown(time: SideTime, item: Item) -> SideTime:
    waited = _seconds(item.disclosed_at - item.submitted_at)
    slowest = max(time.slowest_disclosure_seconds, waited)
    return time.model_copy(update={**_added(time, {"shown_items": 1}), "slowest_disclosure_seconds": slowest})


def _added(time: SideTime, more: Mapping[str, int]) -> Mapping[str, int]:
    return {name: getattr(time, name) + n for name, n in more.items()}


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


VIEW: View[TimeGiven] = View(name="time_given", version=2, document=TimeGiven, evolve=evolve)
