"""How files and refusals of files are answered."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel

from services.evidence.entrypoints.file_forms import Given
from shared.entrypoints.problems import problem
from shared.entrypoints.ranges import part_of, still_whole
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused

ANY_BYTES: Final[dict[str, Any]] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}

_STATUS: Final[Mapping[str, int]] = {
    "file_must_not_be_too_large": 413,
    "side_must_have_room_left": 413,
    "file_must_not_be_empty": 422,
    "request_must_be_well_formed": 422,
    "form_must_hold_one_file": 422,
    "digest_must_match": 422,
    "checksum_must_match": 460,
    "uploads_must_be_few": 409,
    "upload_must_come_in_larger_parts": 409,
    "links_must_be_set_up": 409,
    "original_is_for_its_owner_and_staff": 403,
    "copy_must_be_possible": 409,
    "thumbnail_must_be_of_a_picture": 409,
    "link_must_be_signed_here": 403,
    "link_must_not_have_expired": 403,
}
"""By rule; every other refusal is the inspection's, of what kind the content is."""

_ENDINGS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "text/plain": "txt",
}


class UploadedFile(FileRef):
    """The reference to a stored file, with the case it was sent for."""

    case_id: str


class FileLink(BaseModel):
    """A link that works without headers until it expires."""

    url: str
    expires_at: datetime


def refused_file(refused: Refused) -> JSONResponse:
    """Why a file was not taken, or not given."""
    return problem(_STATUS.get(refused.rule, 415), refused.rule, refused.detail, field=refused.field, cure=refused.cure)


def uploaded(case_id: str, file: FileRef) -> JSONResponse:
    """The reference to name in commands."""
    return JSONResponse({"case_id": case_id, **file.model_dump(mode="json")}, 201)


async def sent(known: Given, asked: Mapping[str, str], *, body: bool = True) -> Response:
    """A file's bytes, or the part of them that the request's headers ask for; streamed, for saving and not for show."""
    file = known.file
    tag = f'"{file.sha256}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        # Named by us: a name that somebody sent may lie, or mean something to whoever saves it.
        "Content-Disposition": f'attachment; filename="{file.sha256[:16]}.{_ENDINGS.get(file.media_type, "bin")}"',
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Content-Type": file.media_type,
    }
    if tag in {one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    part = "whole" if still_whole(asked.get("if-range"), tag) else part_of(asked.get("range"), file.size)
    if part == "outside":
        detail = f"{asked.get('range')} is outside of the file's {file.size} bytes"
        answer = problem(416, "range_must_be_within_the_file", detail, field="header.range")
        answer.headers["Content-Range"] = f"bytes */{file.size}"
        return answer
    start, stop = (0, file.size) if part == "whole" else part
    status = 200 if part == "whole" else 206
    headers["Content-Length"] = str(stop - start)
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    if not body:
        return Response(status_code=status, headers=headers)
    pieces = known.read(start, stop)
    # The first piece comes before the status is sent, so a file that cannot be read is answered as such.
    first = await anext(pieces)
    return StreamingResponse(_from(first, pieces), status, headers)


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
