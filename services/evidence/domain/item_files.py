"""What the files of an item must be: there, few and small enough, and already stored."""

from collections.abc import Sequence

from services.evidence.domain.events import RoundRules
from services.evidence.domain.evidence_file import File
from shared.kernel.actors import Side
from shared.kernel.items import FileRef, ItemType
from shared.kernel.refusals import Refused


def item_must_have_a_file(kind: ItemType, files: Sequence[FileRef]) -> Refused | None:
    if files or kind is ItemType.STATEMENT:
        return None
    return Refused(
        "item_must_have_a_file",
        detail=f"a {kind} without a file shows nothing",
        field="files",
        cure="attach the file, or tell it in a statement",
    )


def item_must_not_have_too_many_files(files: Sequence[FileRef], rules: RoundRules) -> Refused | None:
    most = rules.files_per_item
    if len(files) <= most:
        return None
    return Refused(
        "item_must_not_have_too_many_files",
        detail=f"{len(files)} files, at most {most}",
        field="files",
        cure="spread them over several items",
    )


def file_must_not_be_too_large(files: Sequence[FileRef], rules: RoundRules) -> Refused | None:
    most = rules.file_bytes
    large = next((file for file in files if file.size > most), None)
    if large is None:
        return None
    return Refused(
        "file_must_not_be_too_large",
        detail=f"{large.sha256} has {large.size} bytes, at most {most}",
        field="files",
        cure="attach a smaller file",
    )


def side_must_have_room_left(files: Sequence[FileRef], side: Side, file: File) -> Refused | None:
    own = [one for item in file.items if item.submitter is side for one in item.files]
    # A file is stored once per content, so it counts once.
    used = sum({one.sha256: one.size for one in (*own, *files)}.values())
    most = file.rules.side_bytes
    if used <= most:
        return None
    return Refused(
        "side_must_have_room_left",
        detail=f"the {side} would hold {used} bytes in this case, at most {most}",
        field="files",
    )


def file_must_be_uploaded_first(files: Sequence[FileRef], stored: Sequence[FileRef]) -> Refused | None:
    absent = [file.sha256 for file in files if file not in stored]
    if not absent:
        return None
    return Refused(
        "file_must_be_uploaded_first",
        detail=f"not stored with that hash, size and type: {', '.join(absent)}",
        field="files",
        cure="upload the file and send the reference that the upload answered",
    )
