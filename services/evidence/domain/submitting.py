"""A party submits an item while the round is open; it is shown to the other side at once, and marked when late."""

from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar

from services.evidence.domain.access import open_round_of, party_and_file
from services.evidence.domain.events import EvidenceFact, EvidenceSubmitted, Item
from services.evidence.domain.evidence_file import Collecting, EvidenceFile
from services.evidence.domain.item_types import item_type_must_fit_the_side
from shared.eventing.messages import Command, Given, Words
from shared.kernel.actors import Side
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
        return [] if _same(known, command, side) else _item_id_must_be_unused(command)
    collecting = open_round_of(state)
    if isinstance(collecting, Refused):
        return collecting
    for rule in RULES:
        if refused := rule(command, side, collecting):
            return refused
    return [EvidenceSubmitted(item=_item(command, side, collecting))]


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


def _item_id_must_be_unused(command: SubmitEvidence) -> Refused:
    return Refused(
        "item_id_must_be_unused",
        detail=f"{command.item_id} names another item of this case",
        field="item_id",
        cure="submit under a new item_id; name the old one in supersedes to replace it",
    )


def _side_must_not_have_finished(_: SubmitEvidence, side: Side, collecting: Collecting) -> Refused | None:
    if side not in collecting.finished:
        return None
    return Refused(
        "side_has_finished",
        detail=f"the {side} said that everything is in",
        cure="ask the adjudicator to request the item",
    )


def _type_must_fit_the_side(command: SubmitEvidence, side: Side, _: Collecting) -> Refused | None:
    return item_type_must_fit_the_side(side, [command.type], "type")


def _request_must_be_to_this_side(command: SubmitEvidence, side: Side, collecting: Collecting) -> Refused | None:
    if command.request_id is None or collecting.requests.get(command.request_id) is side:
        return None
    return Refused(
        "request_must_be_to_this_side",
        detail=f"the {side} was not asked by {command.request_id} in this round",
        field="request_id",
        cure="leave request_id out",
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
    if old is None or old.round is collecting.round:
        return None
    return Refused(
        "superseded_item_must_not_be_sealed",
        detail=f"{old.item_id} is in the sealed manifest of the {old.round} round",
        field="supersedes",
        cure="submit it as an item of its own",
    )


def _item_must_have_a_file(command: SubmitEvidence, _: Side, __: Collecting) -> Refused | None:
    if command.files or command.type is ItemType.STATEMENT:
        return None
    return Refused(
        "item_must_have_a_file",
        detail=f"a {command.type} without a file shows nothing",
        field="files",
        cure="attach the file, or tell it in a statement",
    )


def _item_must_not_have_too_many_files(command: SubmitEvidence, _: Side, collecting: Collecting) -> Refused | None:
    most = collecting.file.rules.files_per_item
    if len(command.files) <= most:
        return None
    return Refused(
        "item_must_not_have_too_many_files",
        detail=f"{len(command.files)} files, at most {most}",
        field="files",
        cure="spread them over several items",
    )


def _file_must_not_be_too_large(command: SubmitEvidence, _: Side, collecting: Collecting) -> Refused | None:
    most = collecting.file.rules.file_bytes
    large = next((file for file in command.files if file.size > most), None)
    if large is None:
        return None
    return Refused(
        "file_must_not_be_too_large", detail=f"{large.sha256} has {large.size} bytes, at most {most}", field="files"
    )


def _side_must_have_room_left(command: SubmitEvidence, side: Side, collecting: Collecting) -> Refused | None:
    own = [file for item in collecting.file.items if item.submitter is side for file in item.files]
    # A file is stored once per content, so it counts once.
    used = sum({file.sha256: file.size for file in (*own, *command.files)}.values())
    most = collecting.file.rules.side_bytes
    if used <= most:
        return None
    return Refused(
        "side_must_have_room_left",
        detail=f"the {side} would hold {used} bytes in this case, at most {most}",
        field="files",
    )


def _file_must_be_uploaded_first(command: SubmitEvidence, _: Side, __: Collecting) -> Refused | None:
    absent = [file.sha256 for file in command.files if file not in command.stored]
    if not absent:
        return None
    return Refused(
        "file_must_be_uploaded_first",
        detail=f"not stored with that hash, size and type: {', '.join(absent)}",
        field="files",
        cure="upload the file and send the reference that the upload answered",
    )


RULES: tuple[Rule, ...] = (
    _side_must_not_have_finished,
    _type_must_fit_the_side,
    _request_must_be_to_this_side,
    _superseded_item_must_be_own,
    _superseded_item_must_not_be_sealed,
    _superseded_item_must_be_current,
    _item_must_have_a_file,
    _item_must_not_have_too_many_files,
    _file_must_not_be_too_large,
    _side_must_have_room_left,
    _file_must_be_uploaded_first,
)
