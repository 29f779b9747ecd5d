"""One service's part of the equal-treatment report of a case, over HTTP."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from shared.entrypoints.openapi import problems
from shared.entrypoints.problems import problem
from shared.entrypoints.visits import Visiting
from shared.eventing.reading import Reader
from shared.eventing.views import View
from shared.kernel.ids import Id
from shared.kernel.treatment import EqualTreatment

D = TypeVar("D", bound=BaseModel)


def treatment_routes(reader: Reader, view: View[D], part_of: Callable[[str, D], EqualTreatment]) -> APIRouter:
    """`GET /cases/{case_id}/equal-treatment`. Like its actions, each service answers it for what it did itself."""
    router = APIRouter(tags=["insight"])

    @router.get(
        "/cases/{case_id}/equal-treatment", responses={200: {"model": EqualTreatment}, **problems(404, 422, 503)}
    )
    async def equal_treatment(case_id: Annotated[Id, Path()], visit: Visiting) -> Response:
        """What this service gave the buyer and the seller, and a sentence on every difference."""
        seen = await reader.one(view, case_id)
        if seen is None:
            detail = f"nothing was begun for a case {case_id} here"
            return problem(404, "treatment_must_exist", detail, cure="check the id, and which service is asked")
        await visit.saw({case_id: seen.version})
        return JSONResponse(part_of(case_id, seen.document).model_dump(mode="json"))

    return router
