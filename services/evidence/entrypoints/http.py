"""What evidence answers: the evidence file of a case, its clocks, each side's time and drafts, and files in and out."""

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from services.evidence.views import clocks, drafts, evidence_file, time_given
from shared.entrypoints.openapi import problems
from shared.entrypoints.problems import problem
from shared.entrypoints.view_routes import view_routes
from shared.entrypoints.visits import Visiting
from shared.eventing.ports import FileStore
from shared.eventing.reading import Reader
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.ids import Id
from shared.kernel.items import FileRef

Sniff: TypeAlias = Callable[[bytes], str | None]

_ANY_BYTES: Final[dict[str, Any]] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}


class StoredFile(FileRef):
    """The reference to a stored file, with the case it was sent for."""

    case_id: str


class OwnDrafts(BaseModel):
    """What one side has saved and not submitted."""

    id: Id
    version: int
    side: Side
    drafts: tuple[drafts.SavedDraft, ...]


def routes(reader: Reader, files: FileStore, sniff: Sniff, limit: int) -> APIRouter:
    """`sniff` answers the media type of content, None for what is not evidence; `limit` is in bytes a file."""
    router = APIRouter()
    router.include_router(
        view_routes(
            reader,
            evidence_file.VIEW,
            one="/cases/{case_id}/evidence",
            many="/evidence",
            what="evidence_file",
            by=("status", "round"),
            as_seen_by=evidence_file.as_seen_by,
        )
    )
    router.include_router(
        view_routes(reader, clocks.VIEW, one="/cases/{case_id}/evidence/clocks", many="/evidence-clocks", what="clocks")
    )
    router.include_router(
        view_routes(
            reader,
            time_given.VIEW,
            one="/cases/{case_id}/evidence/time",
            many="/evidence-time",
            what="time_given",
        )
    )

    @router.get(
        "/cases/{case_id}/evidence/drafts",
        tags=["queries"],
        responses={200: {"model": OwnDrafts}, **problems(404, 422, 503)},
    )
    async def own_drafts(
        case_id: Annotated[Id, Path()],
        x_redress_actor: Annotated[Id, Header(description="Who calls: the id the gateway vouches for.")],
        x_redress_role: Annotated[Role, Header(description="What the caller acts as.")],
    ) -> Response:
        """The caller's own drafts; nobody else sees that there are any."""
        seen = await reader.one(drafts.VIEW, case_id)
        caller = Actor(role=x_redress_role, id=x_redress_actor)
        side = seen.document.parties.side_of(caller) if seen else None
        if seen is None or side is None:
            detail = f"{x_redress_role} {x_redress_actor} is no party to a case {case_id} whose evidence was opened"
            return problem(404, "drafts_must_exist", detail, cure="check the id, and who asks")
        own = [saved.model_dump(mode="json") for saved in seen.document.of[side]]
        return JSONResponse({"id": case_id, "version": seen.version, "side": side, "drafts": own})

    @router.post(
        "/cases/{case_id}/files",
        status_code=201,
        tags=["files"],
        responses={201: {"model": StoredFile}, **problems(413, 415, 422, 503)},
        openapi_extra={"requestBody": {"required": True, "content": _ANY_BYTES}},
    )
    async def upload(case_id: Annotated[Id, Path()], request: Request) -> Response:
        """Store one file (the raw body). The answer is the reference to name in `submit-evidence`."""
        content = await request.body()
        if len(content) > limit:
            detail = f"the file has {len(content)} bytes, the limit is {limit}"
            return problem(413, "file_must_not_be_too_large", detail, cure=f"send at most {limit} bytes")
        media_type = sniff(content)
        if media_type is None:
            detail = "the content is none of the kinds that evidence may be"
            return problem(
                415,
                "file_must_be_of_an_allowed_kind",
                detail,
                cure="send a JPEG, PNG, WebP, PDF, MP4 or UTF-8 text file",
            )
        stored = await files.put(content, media_type)
        return JSONResponse({"case_id": case_id, **stored.model_dump(mode="json")}, 201)

    @router.get(
        "/cases/{case_id}/files/{sha256}",
        tags=["files"],
        response_class=Response,
        responses={
            200: {"description": "The bytes as they were sent.", "content": _ANY_BYTES},
            **problems(404, 422, 503),
        },
    )
    async def download(
        case_id: Annotated[Id, Path()],
        sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
        visit: Visiting,
    ) -> Response:
        found = await reader.one(evidence_file.VIEW, case_id)
        items = evidence_file.as_seen_by(found.document, visit.role).items if found else ()
        known = {file.sha256: file for shown in items for file in shown.item.files}
        if found is None or sha256 not in known:
            detail = f"no item of case {case_id} has file {sha256}"
            return problem(404, "file_must_exist", detail, cure="take the hash from the evidence file")
        content = await files.read(sha256)
        await visit.saw({case_id: found.version}, part=sha256)
        return Response(content, media_type=known[sha256].media_type)

    return router
