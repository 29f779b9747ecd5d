"""Files in and out by HTTP, and links for those who cannot send headers."""

from collections.abc import AsyncIterator
from typing import Annotated, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from services.evidence.domain.evidence_file import File
from services.evidence.entrypoints.file_access import Asker, CaseId, Digest, Parts, file_must_exist
from services.evidence.entrypoints.file_answers import ANY_BYTES, FileLink, UploadedFile, refused_file, sent, uploaded
from services.evidence.entrypoints.file_forms import Form
from shared.entrypoints.caller import Caller
from shared.entrypoints.multipart import FormFile, boundary_of
from shared.entrypoints.openapi import Responses, problems
from shared.entrypoints.streams import Expected, announced, matching, within
from shared.eventing.file_store import StreamRefusedError, side_must_have_room_left
from shared.kernel.refusals import Refused

AskedForm: TypeAlias = Annotated[
    Form | None,
    Query(
        description="`original` as it was sent, for its owner and staff, who get it unless they ask otherwise; "
        "`shared` without metadata, which the other side gets; `thumbnail` of a picture, a small JPEG."
    ),
]

_ONE = "/cases/{case_id}/files/{sha256}"


def file_routes(parts: Parts) -> APIRouter:
    """`POST /cases/{case_id}/files`, `GET|HEAD .../files/{sha256}` and `POST .../files/{sha256}/links`."""
    router = APIRouter(tags=["files"])
    _sending(router, parts)
    _fetching(router, parts)
    _linking(router, parts)
    return router


def _sending(router: APIRouter, parts: Parts) -> None:
    @router.post(
        "/cases/{case_id}/files",
        status_code=201,
        responses={201: {"model": UploadedFile}, **problems(400, 409, 410, 413, 415, 422, 503)},
        openapi_extra={"requestBody": {"required": True, "content": ANY_BYTES}},
    )
    async def upload(
        case_id: CaseId,
        request: Request,
        caller: Caller,
        repr_digest: Annotated[str | None, Header(description="`sha-256=:BASE64:`, checked on the way.")] = None,
    ) -> Response:
        """Store one file: the raw body, or the one file of a form. The answer is the reference to name in commands."""
        allowed = await parts.allowed(case_id, caller)
        if isinstance(allowed, Response):
            return allowed
        file, proof = allowed
        expected = announced({**request.headers, "repr-digest": repr_digest or ""})
        if isinstance(expected, Refused):
            return refused_file(expected)
        try:
            incoming = _file_in(request, expected)
            stored = await parts.store.put(
                caller.id,
                case_id,
                _bounded(incoming.content(), file, await parts.store.used(caller.id, case_id)),
                lambda content, _: parts.inspect(content, incoming.name),
                side_bytes=file.rules.side_bytes,
                proof=proof,
            )
        except StreamRefusedError as error:
            return refused_file(error.refused)
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody is there to read; what came is gone already
        return refused_file(stored) if isinstance(stored, Refused) else uploaded(case_id, stored)


def _fetching(router: APIRouter, parts: Parts) -> None:
    answers: Responses = {
        206: {"description": "The part that the range asks for.", "content": ANY_BYTES},
        304: {"description": "The caller has it already."},
        **problems(403, 404, 409, 410, 416, 422, 503),
    }

    @router.get(
        _ONE,
        response_class=Response,
        responses={200: {"description": "The bytes, as they were sent or as a copy.", "content": ANY_BYTES}, **answers},
    )
    async def download(
        case_id: CaseId, sha256: Digest, asker: Asker, request: Request, form: AskedForm = None
    ) -> Response:
        """The file, streamed, for saving; `Range`, `If-Range` and `If-None-Match` are heeded.

        With the query of a link no headers are needed.
        """
        known = await parts.found(case_id, sha256, asker, form)
        return known if isinstance(known, Response) else await sent(known, request.headers)

    @router.head(
        _ONE,
        response_class=Response,
        responses={200: {"description": "The headers that the file comes with."}, **answers},
    )
    async def describe_file(
        case_id: CaseId, sha256: Digest, asker: Asker, request: Request, form: AskedForm = None
    ) -> Response:
        """The same headers, without the file."""
        known = await parts.found(case_id, sha256, asker, form)
        return known if isinstance(known, Response) else await sent(known, request.headers, body=False)


def _linking(router: APIRouter, parts: Parts) -> None:
    @router.post(f"{_ONE}/links", status_code=201, responses={201: {"model": FileLink}, **problems(404, 409, 422, 503)})
    async def link_to_file(case_id: CaseId, sha256: Digest, caller: Caller) -> Response:
        """A short-lived link that opens the file for this caller without headers, for a browser or a viewer."""
        if await parts.seen(case_id, sha256, caller) is None:
            return file_must_exist(case_id, sha256)
        link = parts.signing.link(case_id, sha256, caller, parts.clock.now())
        if isinstance(link, Refused):
            return refused_file(link)
        query = urlencode({f"link_{name}": value for name, value in link.model_dump(mode="json").items()})
        answer = FileLink(url=f"/cases/{case_id}/files/{sha256}?{query}", expires_at=link.expires_at)
        return JSONResponse(answer.model_dump(mode="json"), 201)


def file_must_not_be_too_large(file_bytes: int) -> Refused:
    """Refuses a file that is over the limit of the case's policy."""
    cure = f"send at most {file_bytes} bytes"
    return Refused("file_must_not_be_too_large", detail=f"the file has over {file_bytes} bytes", cure=cure)


def _bounded(content: AsyncIterator[bytes], file: File, used: int) -> AsyncIterator[bytes]:
    """The stream, refused as soon as it is larger than a file may be, or than its side has room for."""
    rules = file.rules
    if rules.side_bytes - used < rules.file_bytes:
        return within(content, max(rules.side_bytes - used, 0), side_must_have_room_left(rules.side_bytes))
    return within(content, rules.file_bytes, file_must_not_be_too_large(rules.file_bytes))


class _RawFile:
    """A file that is the whole body."""

    name: str | None = None

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body

    def content(self) -> AsyncIterator[bytes]:
        return self._body


def _file_in(request: Request, expected: Expected) -> _RawFile | FormFile:
    """The file that a request brings. Its announced digests are those of the body, a form's too."""
    body = matching(request.stream(), expected, "digest_must_match")
    boundary = boundary_of(request.headers.get("content-type"))
    return _RawFile(body) if boundary is None else FormFile(boundary, body)
