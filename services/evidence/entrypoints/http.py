"""What evidence answers: the evidence file of a case, its clocks, each side's time and drafts, and files in and out."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from services.evidence.entrypoints.file_access import Parts
from services.evidence.entrypoints.file_routes import file_routes
from services.evidence.entrypoints.upload_routes import upload_routes
from services.evidence.views import clocks, drafts, equal_treatment, evidence_file, time_given
from shared.entrypoints.caller import Caller
from shared.entrypoints.openapi import problems
from shared.entrypoints.problems import problem
from shared.entrypoints.treatment_routes import treatment_routes
from shared.entrypoints.view_routes import view_routes
from shared.eventing.reading import Reader
from shared.eventing.uploads import Uploads
from shared.kernel.actors import Side
from shared.kernel.ids import Id


class OwnDrafts(BaseModel):
    """What one side has saved and not submitted."""

    id: Id
    version: int
    side: Side
    drafts: tuple[drafts.SavedDraft, ...]


def routes(reader: Reader, parts: Parts, uploads: Uploads, most_bytes: int, bundles: APIRouter) -> APIRouter:
    """`most_bytes` is what a file may have by the policy that is in force now; a case goes by its own."""
    router = APIRouter()
    router.include_router(bundles)
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
    router.include_router(treatment_routes(reader, time_given.VIEW, equal_treatment.part_of))

    @router.get(
        "/cases/{case_id}/evidence/drafts",
        tags=["queries"],
        responses={200: {"model": OwnDrafts}, **problems(404, 422, 503)},
    )
    async def own_drafts(
        case_id: Annotated[Id, Path()],
        caller: Caller,
    ) -> Response:
        """The caller's own drafts; nobody else sees that there are any."""
        seen = await reader.one(drafts.VIEW, case_id)
        side = seen.document.parties.side_of(caller) if seen else None
        if seen is None or side is None:
            detail = f"{caller.role} {caller.id} is no party to a case {case_id} whose evidence was opened"
            return problem(404, "drafts_must_exist", detail, cure="check the id, and who asks")
        own = [saved.model_dump(mode="json") for saved in seen.document.of[side]]
        return JSONResponse({"id": case_id, "version": seen.version, "side": side, "drafts": own})

    router.include_router(file_routes(parts))
    router.include_router(upload_routes(parts, uploads, most_bytes))
    return router
