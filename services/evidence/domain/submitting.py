"""A party submits an item while the round is open; it is shown to the other side at once, and marked when late."""

from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar

from services.evidence.domain.access import open_round_of, party_and_file
from services.evidence.domain.events import EvidenceFact, EvidenceSubmitted, Item
from services.evidence.domain.evidence_file import Collecting, EvidenceFile
from services.evidence.domain.item_files import (
    file_must_be_uploaded_first,
    file_must_not_be_too_large,
    item_must_have_a_file,
    item_must_not_have_too_many_files,
    side_must_have_room_left,
)
from services.evidence.domain.item_types import item_type_must_fit_the_side
from shared.eventing.messages import Command, Given, Words
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import Id
from shared.kernel.items import Element, FileRef, ItemType
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class SubmitEvidence(Command):
    """`stored` are those of `files` that the blob store holds, with their true size and type."""

    NAME: ClassVar[str] = "submit_evidence"

    item_id: Id
    type: ItemType
    element: Element
    caption: Words
    taken_at: Moment | None = None
    files: tuple[FileRef, ...] = ()
    request_id: Id | None = None
    supersedes: Id | None = None
    stored: Annotated[tuple[FileRef, ...], Given()]


Rule = Callable[[SubmitEvidence, Side, Collecting], Refused | None]


def submit(command: SubmitEvidence, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    asked = party_and_file(command.by, state)
    if isinstance(asked, Refused):
        return asked
    side, file = asked
    if (known := file.item(command.item_id)) is not None:
        return [] if _same(known, command, side) else item_id_must_be_unused(command.item_id)
    allowed = may_submit(command.by, state)
    if isinstance(allowed, Refused):
        return allowed
    side, collecting = allowed
    for rule in RULES:
        if refused := rule(command, side, collecting):
            return refused
    return [EvidenceSubmitted(item=_item(command, side, collecting))]


def may_submit(by: Actor, state: EvidenceFile) -> tuple[Side, Collecting] | Refused:
    """Whether somebody can bring an item now, whichever it is."""
    asked = party_and_file(by, state)
    if isinstance(asked, Refused):
        return asked
    collecting = open_round_of(state)
    if isinstance(collecting, Refused):
        return collecting
    side, _ = asked
    if _only_for_a_request(side, collecting) and side not in {request.side for request in collecting.requests.values()}:
        return _item_must_answer_a_request(side)
    if side in collecting.finished:
        return Refused(
            "side_has_finished",
            detail=f"the {side} said that everything is in",
            cure="ask the adjudicator to request the item",
        )
    return side, collecting


def _only_for_a_request(side: Side, collecting: Collecting) -> bool:
    return collecting.reopened and side not in collecting.rebutted


def _item_must_answer_a_request(side: Side) -> Refused:
    return Refused(
        "item_must_answer_a_request",
        detail=f"the evidence was sealed; the {side} can only bring what an adjudicator asks for",
        field="request_id",
        cure="name the adjudicator's request that the item answers",
    )


def _item(command: SubmitEvidence, side: Side, collecting: Collecting) -> Item:
    return Item(
        item_id=command.item_id,
        round=collecting.round,
        type=command.type,
        element=command.element,
        submitter=side,
        caption=command.caption,
        taken_at=command.taken_at,
        files=command.files,
        request_id=command.request_id,
        supersedes=command.supersedes,
        submitted_at=command.at,
        disclosed_at=command.at,
        due_at=collecting.due[side],
    )


def _same(known: Item, command: SubmitEvidence, side: Side) -> bool:
    content = {"type", "element", "caption", "taken_at", "files", "request_id", "supersedes"}
    return known.submitter is side and known.model_dump(include=content) == command.model_dump(include=content)


def item_id_must_be_unused(item_id: Id) -> Refused:
    return Refused(
        "item_id_must_be_unused",
        detail=f"{item_id} names another item of this case",
        field="item_id",
        cure="submit under a new item_id; name the old one in supersedes to replace it",
    )


def _sealed_evidence_takes_only_answers(command: SubmitEvidence, side: Side, collecting: Collecting) -> Refused | None:
    if not _only_for_a_request(side, collecting) or command.request_id is not None:
        return None
    return _item_must_answer_a_request(side)


def _type_must_fit_the_side(command: SubmitEvidence, side: Side, _: Collecting) -> Refused | None:
    return item_type_must_fit_the_side(side, [command.type], "type")


def _request_must_be_to_this_side(command: SubmitEvidence, side: Side, collecting: Collecting) -> Refused | None:
    request = collecting.requests.get(command.request_id) if command.request_id else None
    if command.request_id is None or (request is not None and request.side is side):
        return None
    return Refused(
        "request_must_be_to_this_side",
        detail=f"the {side} was not asked by {command.request_id} in this round",
        field="request_id",
        cure="leave request_id out",
    )


def _item_must_be_what_was_asked_for(command: SubmitEvidence, _: Side, collecting: Collecting) -> Refused | None:
    request = collecting.requests.get(command.request_id) if command.request_id else None
    if request is None or command.type in (*request.items, ItemType.STATEMENT):
        return None
    return Refused(
        "item_must_be_what_was_asked_for",
        detail=f"the request is for {', '.join(request.items)}, not for {command.type}",
        field="type",
        cure="answer with one of these or a statement, or leave request_id out",
    )


def _superseded_item_must_be_own(command: SubmitEvidence, side: Side, collecting: Collecting) -> Refused | None:
    if command.supersedes is None:
        return None
    old = collecting.file.item(command.supersedes)
    if old is not None and old.submitter is side:
        return None
    return Refused(
        "superseded_item_must_be_own",
        detail=f"{command.supersedes} is no item of the {side}",
        field="supersedes",
    )


def _superseded_item_must_be_current(command: SubmitEvidence, _: Side, collecting: Collecting) -> Refused | None:
    if command.supersedes is None:
        return None
    newer = next((item for item in collecting.file.items if item.supersedes == command.supersedes), None)
    if newer is None:
        return None
    return Refused(
        "superseded_item_must_be_current",
        detail=f"{newer.item_id} already supersedes {command.supersedes}",
        field="supersedes",
        cure=f"supersede {newer.item_id}",
    )


def _superseded_item_must_not_be_sealed(command: SubmitEvidence, _: Side, collecting: Collecting) -> Refused | None:
    old = None if command.supersedes is None else collecting.file.item(command.supersedes)
    if old is None or old.item_id not in collecting.file.sealed_items:
        return None
    return Refused(
        "superseded_item_must_not_be_sealed",
        detail=f"{old.item_id} is in the sealed manifest of the {old.round} round",
        field="supersedes",
        cure="submit it as an item of its own",
    )


RULES: tuple[Rule, ...] = (
    _sealed_evidence_takes_only_answers,
    _type_must_fit_the_side,
    _request_must_be_to_this_side,
    _item_must_be_what_was_asked_for,
    _superseded_item_must_be_own,
    _superseded_item_must_not_be_sealed,
    _superseded_item_must_be_current,
    lambda command, _, __: item_must_have_a_file(command.type, command.files),
    lambda command, _, collecting: item_must_not_have_too_many_files(command.files, collecting.file.rules),
    lambda command, _, collecting: file_must_not_be_too_large(command.files, collecting.file.rules),
    lambda command, side, collecting: side_must_have_room_left(command.files, side, collecting.file),
    lambda command, _, __: file_must_be_uploaded_first(command.files, command.stored),
)
