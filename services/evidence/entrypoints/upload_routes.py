"""Uploads that may break off and go on, by the tus protocol 1.0.0 (creation, expiration, checksum, termination)."""

from base64 import b64decode
from collections.abc import AsyncIterable, Mapping
from email.utils import format_datetime
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from services.evidence.entrypoints.file_access import CaseId, Parts
from services.evidence.entrypoints.file_answers import refused_file
from services.evidence.entrypoints.file_routes import file_must_not_be_too_large
from shared.entrypoints.caller import Caller
from shared.entrypoints.openapi import problems
from shared.entrypoints.problems import problem
from shared.entrypoints.streams import HASHES, Expected, matching, what_came, within
from shared.eventing.uploads import OffsetMovedError, Outcome, Upload, Uploads
from shared.kernel.actors import Actor
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment

VERSION: Final = "1.0.0"
_PART: Final = "application/offset+octet-stream"
_ALGORITHMS: Final[Mapping[str, str]] = {"sha1": "sha1", "sha256": "sha-256"}
_TUS: Final = {"Tus-Resumable": VERSION}
_ALL: Final = "/cases/{case_id}/uploads"
_ONE: Final = "/cases/{case_id}/uploads/{upload_id}"
_LOCATION: Final = {"Location": {"description": "Where to send the parts.", "schema": {"type": "string"}}}
_PROGRESS: Final = {
    "Upload-Offset": {"description": "How many bytes are here.", "schema": {"type": "string"}},
    "Upload-Expires": {"description": "When it is given up.", "schema": {"type": "string"}},
}

UploadId: TypeAlias = Annotated[Id, Path()]


class UploadShown(BaseModel):
    """How far an upload has come, and what it came to: a file, or the rule that refused it."""

    case_id: str
    upload_id: str
    length: int
    offset: int
    expires_at: Moment | None
    outcome: Outcome | None


async def _speaks_tus(
    tus_resumable: Annotated[str | None, Header(description=f"The protocol's version, {VERSION}.")] = None,
) -> None:
    if tus_resumable != VERSION:
        raise HTTPException(412, f"Tus-Resumable is {tus_resumable}, served is {VERSION}", {"Tus-Version": VERSION})


_SPOKEN: Final[list[Any]] = [Depends(_speaks_tus)]


def upload_routes(parts: Parts, uploads: Uploads, most_bytes: int) -> APIRouter:
    """Everything under `/cases/{case_id}/uploads`; `most_bytes` is what a file may have by the policy of today."""
    router = APIRouter(tags=["uploads"])
    _opening(router, parts, uploads, most_bytes)
    _looking(router, uploads)
    _adding(router, parts, uploads)
    _ending(router, uploads)
    return router


def _opening(router: APIRouter, parts: Parts, uploads: Uploads, most_bytes: int) -> None:
    @router.options(_ALL, status_code=204, responses=problems(422))
    async def what_uploads_can(case_id: CaseId) -> Response:  # noqa: ARG001  # the same for every case
        """The protocol's versions and extensions that are served here."""
        return Response(
            status_code=204,
            headers={
                **_TUS,
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,expiration,checksum,termination",
                "Tus-Max-Size": str(most_bytes),
                "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
            },
        )

    @router.post(
        _ALL,
        status_code=201,
        response_class=Response,
        dependencies=_SPOKEN,
        responses={
            201: {"description": "The upload is open, at the Location.", "headers": {**_LOCATION, **_PROGRESS}},
            **problems(409, 412, 413, 422, 503),
        },
    )
    async def open_upload(
        case_id: CaseId,
        caller: Caller,
        upload_length: Annotated[int, Header(ge=1, le=2**53, description="The bytes that will come.")],
        upload_metadata: Annotated[str | None, Header(max_length=4096, description="`filename` in base64.")] = None,
    ) -> Response:
        """Open an upload. What it becomes is decided once every byte is here."""
        allowed = await parts.allowed(case_id, caller)
        if isinstance(allowed, Response):
            return _tus(allowed)
        file, proof = allowed
        if upload_length > file.rules.file_bytes:
            return _tus(refused_file(file_must_not_be_too_large(file.rules.file_bytes)))
        name = _filename(upload_metadata)
        if isinstance(name, Refused):
            return _tus(refused_file(name))
        opened = await uploads.open(
            case_id, caller, upload_length, side_bytes=file.rules.side_bytes, name=name, proof=proof
        )
        if isinstance(opened, Refused):
            return _tus(refused_file(opened))
        headers = {**_at(opened), "Location": f"/cases/{case_id}/uploads/{opened.id}"}
        return Response(status_code=201, headers=headers)


def _looking(router: APIRouter, uploads: Uploads) -> None:
    @router.head(
        _ONE,
        response_class=Response,
        dependencies=_SPOKEN,
        responses={200: {"description": "How far it has come.", "headers": _PROGRESS}, **problems(404, 412, 422, 503)},
    )
    async def upload_offset(case_id: CaseId, upload_id: UploadId, caller: Caller) -> Response:
        """Where to go on."""
        upload = await uploads.find(case_id, caller, upload_id)
        if upload is None:
            return _upload_must_exist(upload_id)
        return Response(headers={**_at(upload), "Upload-Length": str(upload.length)})

    @router.get(_ONE, responses={200: {"model": UploadShown}, **problems(404, 422, 503)})
    async def show_upload(case_id: CaseId, upload_id: UploadId, caller: Caller) -> Response:
        """How far it has come, and the file's reference once there is one."""
        upload = await uploads.find(case_id, caller, upload_id)
        if upload is None:
            return _upload_must_exist(upload_id)
        return JSONResponse(_shown(upload))


def _adding(router: APIRouter, parts: Parts, uploads: Uploads) -> None:
    @router.patch(
        _ONE,
        status_code=204,
        response_class=Response,
        dependencies=_SPOKEN,
        responses={
            204: {"description": "It is stored; with the last part the upload became a file.", "headers": _PROGRESS},
            **problems(404, 409, 410, 412, 413, 415, 422, 460, 503),
        },
        openapi_extra={
            "requestBody": {"required": True, "content": {_PART: {"schema": {"type": "string", "format": "binary"}}}}
        },
    )
    async def add_to_upload(
        case_id: CaseId,
        upload_id: UploadId,
        request: Request,
        caller: Caller,
        upload_offset: Annotated[int, Header(ge=0, le=2**53, description="Where this part begins.")],
        upload_checksum: Annotated[str | None, Header(description="`sha256 BASE64` of this part.")] = None,
    ) -> Response:
        """Add a part. One that breaks off counts as far as it came, unless it has a checksum."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _PART:
            return _tus(problem(415, "content_must_be_of_a_served_type", f"a part is {_PART}", cure="say so"))
        checksum = _checksum(upload_checksum)
        if isinstance(checksum, Refused):
            return _tus(refused_file(checksum))
        upload = await uploads.find(case_id, caller, upload_id)
        if upload is None:
            return _upload_must_exist(upload_id)
        if upload_offset != upload.offset:
            return _offset_must_fit(upload.offset)
        try:
            return await _added(parts, uploads, upload, caller, request.stream(), checksum)
        except OffsetMovedError:
            now = await uploads.find(case_id, caller, upload_id)
            return _upload_must_exist(upload_id) if now is None else _offset_must_fit(now.offset)


def _ending(router: APIRouter, uploads: Uploads) -> None:
    @router.delete(
        _ONE,
        status_code=204,
        response_class=Response,
        dependencies=_SPOKEN,
        responses={
            204: {"description": "It is given up; a file that it became stays."},
            **problems(404, 412, 422, 503),
        },
    )
    async def end_upload(case_id: CaseId, upload_id: UploadId, caller: Caller) -> Response:
        """Give an upload up."""
        while upload := await uploads.find(case_id, caller, upload_id):
            if await uploads.end(upload):
                return Response(status_code=204, headers=_TUS)
        return _upload_must_exist(upload_id)


async def _added(
    parts: Parts, uploads: Uploads, upload: Upload, caller: Actor, body: AsyncIterable[bytes], checksum: Expected
) -> Response:
    """Add what comes, and make a file of the upload once it is whole; of one that is whole already, again."""
    content = within(what_came(body), upload.length - upload.offset, file_must_not_be_too_large(upload.length))
    if checksum:
        content = matching(content, checksum, "checksum_must_match")
    added = await uploads.add(upload, content, whole=bool(checksum))
    if isinstance(added, Refused):
        return _tus(refused_file(added))
    if added.whole:
        allowed = await parts.allowed(upload.case, caller)
        if isinstance(allowed, Response):
            return _tus(allowed)
        added = await uploads.finish(added, parts.inspect, side_bytes=allowed[0].rules.side_bytes)
        if added.outcome and added.outcome.refused:
            return _tus(refused_file(added.outcome.refused))
    return Response(status_code=204, headers=_at(added))


def _shown(upload: Upload) -> dict[str, Any]:
    return UploadShown(
        case_id=upload.case,
        upload_id=upload.id,
        length=upload.length,
        offset=upload.offset,
        expires_at=upload.due_at,
        outcome=upload.outcome,
    ).model_dump(mode="json")


def _at(upload: Upload) -> dict[str, str]:
    """Where an upload stands, as headers."""
    headers = {**_TUS, "Upload-Offset": str(upload.offset)}
    return (
        headers if upload.due_at is None else {**headers, "Upload-Expires": format_datetime(upload.due_at, usegmt=True)}
    )


def _tus(answer: Response) -> Response:
    answer.headers.update(_TUS)
    return answer


def _upload_must_exist(upload_id: str) -> Response:
    detail = f"you have no upload {upload_id} here: it was never opened, was given up, or has expired"
    return _tus(problem(404, "upload_must_exist", detail, cure="open a new one"))


def _offset_must_fit(offset: int) -> Response:
    detail = f"the upload stands at {offset} bytes"
    answer = problem(409, "offset_must_fit", detail, field="header.upload-offset", cure="go on from there")
    answer.headers["Upload-Offset"] = str(offset)
    return _tus(answer)


def _filename(metadata: str | None) -> str | Refused | None:
    """The name in `Upload-Metadata`, if there is one."""
    for pair in (metadata or "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return b64decode(value, validate=True).decode()[:255]
            except ValueError:
                detail = "the filename is not base64 of UTF-8"
                return Refused("request_must_be_well_formed", detail=detail, field="header.upload-metadata")
    return None


def _checksum(header: str | None) -> Expected | Refused:
    """What `Upload-Checksum` says of a part."""
    if header is None:
        return ()
    algorithm, _, digest = header.strip().partition(" ")
    known = _ALGORITHMS.get(algorithm.lower())
    try:
        wanted = b64decode(digest, validate=True)
    except ValueError:
        wanted = b""
    if known is None or len(wanted) != HASHES[known]().digest_size:
        detail = f"a checksum is one of {', '.join(_ALGORITHMS)} and its digest in base64"
        return Refused("request_must_be_well_formed", detail=detail, field="header.upload-checksum")
    return ((known, wanted),)
