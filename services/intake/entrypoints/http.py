"""What intake answers: the case file's timeline, who owes what, outside help, the order book, and figures."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from services.intake.domain.outside_help import HelpOutside, outside_help
from services.intake.entrypoints.scorecards import scorecard_routes
from services.intake.views import case_timeline, duties, erasures, order_book
from shared.entrypoints.openapi import problems
from shared.entrypoints.problems import problem, refusal
from shared.entrypoints.view_routes import view_routes
from shared.entrypoints.visits import Visiting
from shared.eventing.reading import Reader
from shared.kernel.actors import Role
from shared.kernel.ids import Id
from shared.kernel.policy import PolicyBook
from shared.kernel.refusals import Refused


class HelpOfCase(HelpOutside):
    """Outside help for one case."""

    case_id: Id


def routes(reader: Reader, book: PolicyBook) -> APIRouter:
    router = APIRouter()
    many: Mapping[str, Any] = {"many": "/cases", "what": "case", "by": ("status", "buyer_id", "seller_id")}
    router.include_router(
        view_routes(reader, case_timeline.VIEW, one="/cases/{case_id}", as_seen_by=case_timeline.as_seen_by, **many)
    )
    router.include_router(
        view_routes(reader, duties.VIEW, one="/cases/{case_id}/duties", many="/duties", what="case", by=("step",))
    )
    own_by = {Role.BUYER: "buyer_id", Role.SELLER: "seller_id"}
    orders: Mapping[str, Any] = {"many": "/orders", "what": "order", "by": ("buyer_id",), "own_by": own_by}
    router.include_router(view_routes(reader, order_book.VIEW, one="/orders/{case_id}", **orders))

    router.include_router(
        view_routes(reader, erasures.VIEW, one="/erasures/{case_id}", many="/erasures", what="erasure", by=("status",))
    )
    router.include_router(scorecard_routes(reader, book))

    @router.get(
        "/cases/{case_id}/outside-help",
        tags=["queries"],
        responses={200: {"model": HelpOfCase}, **problems(404, 409, 422, 503)},
    )
    async def help_outside(
        case_id: Annotated[Id, Path()],
        visit: Visiting,
        gravely_harmed: Annotated[bool, Query(description="The caller's rights are gravely harmed.")] = False,
    ) -> Response:
        """Where a party can turn when the process cannot help: texts of the case's policy version."""
        seen = await reader.one(case_timeline.VIEW, case_id)
        if seen is None:
            return problem(404, "case_must_exist", f"there is no case {case_id}", cure="check the id")
        version = seen.document.policy_version
        policy = book.pinned(version) if version else book.versions[0]
        reason = case_timeline.beyond_help(seen.document) or ("rights_gravely_harmed" if gravely_harmed else None)
        answer = outside_help(case_id, reason, policy)
        await visit.saw({case_id: seen.version})
        if isinstance(answer, Refused):
            return refusal(answer, seen.version)
        return JSONResponse({"case_id": case_id, **answer.model_dump(mode="json")})

    return router
