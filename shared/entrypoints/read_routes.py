"""Who read a case: for auditors, and for the parties, whose case it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from shared.entrypoints.openapi import LINK, problems
from shared.entrypoints.paging import CursorUnfitError, cursor_after, next_link, start_of
from shared.entrypoints.problems import problem
from shared.entrypoints.visits import Visiting
from shared.eventing.engine import Engine
from shared.eventing.ports import Clock
from shared.eventing.reads import Read, Reads
from shared.kernel.actors import Role
from shared.kernel.ids import Id

_LONGEST_PAGE: Final = 200


class CaseRead(BaseModel):
    """One answered query by somebody who is no party. Without role and actor: the caller named none."""

    id: str
    at: datetime
    role: Role | None
    actor: str | None
    what: str = Field(description="The method and route that answered.")
    part: str | None = Field(description="What of the case, where that is not all of it: a file's SHA-256.")
    version: int = Field(description="The version of the case that was shown.")
    request: str = Field(description="The request's id or trace, as the gateway gave it.")


class CaseReads(BaseModel):
    """A page of reads of one case in this service, the oldest first."""

    items: Sequence[CaseRead]
    next_cursor: str | None


def read_routes(reads: Reads, engine: Engine, clock: Clock) -> APIRouter:
    """`GET /cases/{case_id}/reads`, for auditors and parties: the reads are not the business of those who read."""
    router = APIRouter(tags=["queries"])

    @router.get(
        "/cases/{case_id}/reads",
        name="reads_of_case",
        summary="who read the case",
        responses={200: {"model": CaseReads, "headers": LINK}, **problems(404, 422, 503)},
    )
    async def get_reads(
        case_id: Annotated[Id, Path()],
        visit: Visiting,
        cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=_LONGEST_PAGE, description="How many at most.")] = 50,
    ) -> Response:
        """Every query of this case that was answered to somebody who is no party: who, when, what, by which request."""
        version = (await engine.load(case_id)).version
        if not version:
            return problem(404, "case_must_exist", f"there is no case {case_id}", cure="check the id")
        try:
            after = start_of("reads", {"case_id": case_id}, cursor)
        except CursorUnfitError as error:
            cure = "take the cursor from the page before"
            return problem(422, "cursor_must_fit_the_query", str(error), field="query.cursor", cure=cure)
        await visit.saw({case_id: version})
        found = await reads.of(case_id, clock.now(), after=after, limit=limit + 1)
        page = found[:limit]
        following = cursor_after("reads", {"case_id": case_id}, page[-1].id) if len(found) > limit else None
        body = CaseReads(items=[_told(read, case_id) for read in page], next_cursor=following)
        headers = {"Link": next_link({"limit": str(limit)}, following)} if following else {}
        return JSONResponse(body.model_dump(mode="json"), headers=headers)

    return router


def _told(read: Read, case_id: str) -> CaseRead:
    return CaseRead(
        id=read.id,
        at=read.at,
        role=read.role,
        actor=read.actor,
        what=read.what,
        part=read.part,
        version=read.shown[case_id],
        request=read.request,
    )
