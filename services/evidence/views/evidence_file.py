"""What is in the file? Items, requests, receipts, seals, and how each element of the claim stands."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from services.evidence.domain.events import (
    CaseEnded,
    CaseResumed,
    CaseSuspended,
    CollectionStopped,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceRequested,
    EvidenceSubmitted,
    FileScreened,
    Item,
    RebuttalOpened,
    RoundExtended,
    RoundOpened,
    RoundRules,
    SideFinished,
)
from services.evidence.domain.remarks import Angles
from services.evidence.domain.sufficiency import Standing, sufficiency
from services.evidence.views.screened import ShownScreening, angles_of, masked, with_screening
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties, Side, hidden_from
from shared.kernel.ids import Id
from shared.kernel.items import Element, ItemType, ManifestItem, Round
from shared.kernel.masking import masking
from shared.kernel.values import Moment, Value


class ShownItem(Value):
    """An item as both sides see it; `late_by_seconds` is 0 for an item in time, `receipts` say who saw it when."""

    item: Item
    late_by_seconds: int
    receipts: dict[Side, Moment] = Field(default_factory=dict)
    superseded_by: Id | None = None
    screenings: tuple[ShownScreening, ...] = ()


class ShownRequest(Value):
    """What one side was asked for, and the items that answered."""

    request_id: Id
    round: Round
    side: Side
    element: Element
    items: tuple[ItemType, ...]
    note: str | None
    requested_by: Actor
    requested_at: Moment
    due_at: Moment
    question: str | None = None
    answered_by: tuple[Id, ...] = ()


class Seal(Value):
    """One round's sealed manifest."""

    round: Round
    manifest: tuple[ManifestItem, ...]
    manifest_digest: str
    reason: str
    closed_at: Moment
    replaces: str | None = None


class EvidenceFileView(Value):
    """The whole file. `closes_at` is absent when no round is open.

    While the case is suspended, since `suspended_at`, open instants are those from before; resuming moves them.
    """

    parties: Parties
    round: Round
    status: Literal["collecting", "rebuttal", "sealed", "stopped", "ended"]
    rules: RoundRules
    due: dict[Side, Moment]
    closes_at: Moment | None
    suspended_at: Moment | None = None
    finished: tuple[Side, ...] = ()
    items: tuple[ShownItem, ...] = ()
    requests: tuple[ShownRequest, ...] = ()
    seals: tuple[Seal, ...] = ()
    sufficiency: tuple[Standing, ...] = ()
    angles: Angles | None = None


def as_seen_by(file: EvidenceFileView, by: Actor | None) -> EvidenceFileView:
    """The parties see what stands: the other's words masked, no places and no other cases; everybody else all of it.

    `by` is None for a caller who names nobody.
    """
    hidden = hidden_from(by, file.parties)
    if not hidden:
        return file
    standing = (shown for shown in file.items if shown.superseded_by is None)
    return file.model_copy(update={"items": tuple(_seen(shown, hidden) for shown in standing)})


def _seen(shown: ShownItem, hidden: frozenset[Side]) -> ShownItem:
    item = masking(shown.item, "caption") if shown.item.submitter in hidden else shown.item
    return shown.model_copy(update={"item": item, "screenings": masked(shown.screenings)})


def evolve(document: EvidenceFileView | None, entry: Entry) -> EvidenceFileView | None:
    if isinstance(entry.message, RoundOpened):
        return _opened(document, entry.message)
    return document and _carried_on(document, entry)


def _carried_on(file: EvidenceFileView, entry: Entry) -> EvidenceFileView:  # noqa: PLR0911
    match entry.message:
        case EvidenceRequested() as fact:
            return _requested(file, fact, entry)
        case EvidenceSubmitted(item=item):
            return _counted(_submitted(file, item))
        case FileScreened() as fact:
            return _counted(_screened(file, fact))
        case DisclosureAcknowledged() as fact:
            return file.model_copy(update={"items": tuple(_received(shown, fact) for shown in file.items)})
        case SideFinished(side=side):
            return file.model_copy(update={"finished": (*file.finished, side)})
        case RebuttalOpened(side=side, until=until):
            return file.model_copy(
                update={
                    "status": "rebuttal",
                    "due": {**file.due, side: until},
                    "closes_at": until,
                    "finished": _without(file.finished, side),
                }
            )
        case EvidenceClosed() as fact:
            seal = Seal.model_validate(fact.model_dump())
            return file.model_copy(update={"status": "sealed", "closes_at": None, "seals": (*file.seals, seal)})
        case _:
            return _run_on(file, entry)


def _run_on(file: EvidenceFileView, entry: Entry) -> EvidenceFileView:
    """What changes how long the file stays open, beside requests and rebuttals."""
    match entry.message:
        case RoundExtended(due_at=at):
            extended = {"status": "collecting", "due": dict.fromkeys(Side, at), "closes_at": at, "finished": ()}
            return file.model_copy(update=extended)
        case CaseSuspended(suspended_at=at):
            return file.model_copy(update={"suspended_at": at})
        case CaseResumed(suspended_at=since, resumed_at=at):
            return _resumed(file, since, at - since)
        case CollectionStopped():
            return file.model_copy(update={"status": "stopped", "closes_at": None, "suspended_at": None})
        case CaseEnded():
            return file.model_copy(update={"status": "ended", "closes_at": None, "suspended_at": None})
        case _:
            return file


def _opened(file: EvidenceFileView | None, fact: RoundOpened) -> EvidenceFileView:
    items = file.items if file else ()
    return EvidenceFileView(
        parties=fact.parties,
        round=fact.round,
        status="collecting",
        rules=fact.rules,
        due=dict.fromkeys(Side, fact.due_at),
        closes_at=fact.due_at,
        suspended_at=file.suspended_at if file else None,
        items=items,
        requests=file.requests if file else (),
        seals=file.seals if file else (),
        sufficiency=sufficiency(fact.rules.burdens, tuple(shown.item for shown in items)),
    )


def _received(shown: ShownItem, fact: DisclosureAcknowledged) -> ShownItem:
    if shown.item.item_id not in fact.item_ids:
        return shown
    return shown.model_copy(update={"receipts": {**shown.receipts, fact.side: fact.received_at}})


def _resumed(file: EvidenceFileView, since: Moment, pause: timedelta) -> EvidenceFileView:
    if file.closes_at is None:
        return file.model_copy(update={"suspended_at": None})
    requests = (
        asked.model_copy(update={"due_at": asked.due_at + pause}) if asked.due_at > since else asked
        for asked in file.requests
    )
    return file.model_copy(
        update={
            "suspended_at": None,
            "due": {side: due + pause for side, due in file.due.items()},
            "closes_at": file.closes_at + pause,
            "requests": tuple(requests),
        }
    )


def _requested(file: EvidenceFileView, fact: EvidenceRequested, entry: Entry) -> EvidenceFileView:
    asked = ShownRequest(**fact.model_dump(exclude={"remind_at"}), requested_by=entry.by, requested_at=entry.at)
    requests = (*file.requests, asked)
    if file.closes_at is None:
        # After the seal only the side that is asked may speak, until it has answered.
        reopened = {"status": "collecting", "due": dict.fromkeys(Side, fact.due_at), "closes_at": fact.due_at}
        return file.model_copy(update={**reopened, "requests": requests, "finished": (fact.side.other,)})
    changed: dict[str, object] = {
        "requests": requests,
        "due": {**file.due, fact.side: max(file.due[fact.side], fact.due_at)},
        "finished": _without(file.finished, fact.side),
    }
    if fact.due_at > file.closes_at:
        changed |= {"status": "collecting", "closes_at": fact.due_at}
    return file.model_copy(update=changed)


def _submitted(file: EvidenceFileView, item: Item) -> EvidenceFileView:
    older = (
        shown.model_copy(update={"superseded_by": item.item_id}) if shown.item.item_id == item.supersedes else shown
        for shown in file.items
    )
    shown = (*older, ShownItem(item=item, late_by_seconds=item.late_by_seconds))
    requests = (
        asked.model_copy(update={"answered_by": (*asked.answered_by, item.item_id)})
        if asked.request_id == item.request_id
        else asked
        for asked in file.requests
    )
    return file.model_copy(
        update={
            "items": tuple(sorted(shown, key=lambda one: one.item.place)),
            "requests": tuple(requests),
            "sufficiency": sufficiency(file.rules.burdens, tuple(one.item for one in shown)),
        }
    )


def _screened(file: EvidenceFileView, fact: FileScreened) -> EvidenceFileView:
    items = (
        shown.model_copy(update={"screenings": with_screening(shown.screenings, fact)})
        if shown.item.item_id == fact.item_id
        else shown
        for shown in file.items
    )
    return file.model_copy(update={"items": tuple(items)})


def _counted(file: EvidenceFileView) -> EvidenceFileView:
    """With how many views of the problem there are by now."""
    screenings = {(one.item.item_id, look.sha256): look for one in file.items for look in one.screenings}
    return file.model_copy(update={"angles": angles_of(tuple(one.item for one in file.items), screenings, file.rules)})


def _without(sides: tuple[Side, ...], side: Side) -> tuple[Side, ...]:
    return tuple(one for one in sides if one is not side)


VIEW: View[EvidenceFileView] = View(
    name="evidence_file",
    version=3,
    document=EvidenceFileView,
    evolve=evolve,
    keys=lambda file: {"round": file.round, "status": file.status},
    indexed=("round", "status"),
)
