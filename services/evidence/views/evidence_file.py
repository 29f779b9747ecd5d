"""What is in the file? Items, requests, receipts, seals, and how each element of the claim stands."""

from datetime import timedelta
from typing import Literal

from services.evidence.domain.events import (
    CollectionStopped,
    DisclosureAcknowledged,
    EvidenceClosed,
    EvidenceRequested,
    EvidenceSubmitted,
    Item,
    RebuttalOpened,
    RoundOpened,
    RoundRules,
    SideFinished,
)
from services.evidence.domain.sufficiency import Standing, sufficiency
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, ItemType, ManifestItem, Round
from shared.kernel.values import Moment, Value


class ShownItem(Value):
    """An item as both sides see it; `late_by_seconds` is 0 for an item in time."""

    item: Item
    late_by_seconds: int
    received_at: Moment | None = None
    superseded_by: Id | None = None


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
    answered_by: tuple[Id, ...] = ()


class Seal(Value):
    """One round's sealed manifest."""

    round: Round
    manifest: tuple[ManifestItem, ...]
    manifest_digest: str
    reason: str
    closed_at: Moment


class EvidenceFileView(Value):
    """The whole file. `closes_at` is absent when no round is open."""

    parties: Parties
    round: Round
    status: Literal["collecting", "rebuttal", "sealed", "stopped"]
    rules: RoundRules
    due: dict[Side, Moment]
    closes_at: Moment | None
    finished: tuple[Side, ...] = ()
    items: tuple[ShownItem, ...] = ()
    requests: tuple[ShownRequest, ...] = ()
    seals: tuple[Seal, ...] = ()
    sufficiency: tuple[Standing, ...] = ()


def evolve(document: EvidenceFileView | None, entry: Entry) -> EvidenceFileView | None:
    if isinstance(entry.message, RoundOpened):
        return _opened(document, entry.message)
    return document and _carried_on(document, entry)


def _carried_on(file: EvidenceFileView, entry: Entry) -> EvidenceFileView:  # noqa: PLR0911
    match entry.message:
        case EvidenceRequested() as fact:
            return _requested(file, fact, entry)
        case EvidenceSubmitted(item=item):
            return _submitted(file, item)
        case DisclosureAcknowledged() as fact:
            received = {"received_at": fact.received_at}
            items = (s.model_copy(update=received) if s.item.item_id in fact.item_ids else s for s in file.items)
            return file.model_copy(update={"items": tuple(items)})
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
        case CollectionStopped():
            return file.model_copy(update={"status": "stopped", "closes_at": None})
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
        items=items,
        requests=file.requests if file else (),
        seals=file.seals if file else (),
        sufficiency=sufficiency(fact.rules.burdens, tuple(shown.item for shown in items)),
    )


def _requested(file: EvidenceFileView, fact: EvidenceRequested, entry: Entry) -> EvidenceFileView:
    asked = ShownRequest(**fact.model_dump(), requested_by=entry.by, requested_at=entry.at)
    changed: dict[str, object] = {
        "requests": (*file.requests, asked),
        "due": {**file.due, fact.side: max(file.due[fact.side], fact.due_at)},
        "finished": _without(file.finished, fact.side),
    }
    if file.closes_at is not None and fact.due_at > file.closes_at:
        changed |= {"status": "collecting", "closes_at": fact.due_at}
    return file.model_copy(update=changed)


def _submitted(file: EvidenceFileView, item: Item) -> EvidenceFileView:
    late_by = max(item.submitted_at - item.due_at, timedelta())
    older = (
        shown.model_copy(update={"superseded_by": item.item_id}) if shown.item.item_id == item.supersedes else shown
        for shown in file.items
    )
    shown = (*older, ShownItem(item=item, late_by_seconds=int(late_by.total_seconds())))
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


def _without(sides: tuple[Side, ...], side: Side) -> tuple[Side, ...]:
    return tuple(one for one in sides if one is not side)


VIEW: View[EvidenceFileView] = View(
    name="evidence_file",
    version=1,
    document=EvidenceFileView,
    evolve=evolve,
    keys=lambda file: {"round": file.round, "status": file.status},
    indexed=("round", "status"),
)
