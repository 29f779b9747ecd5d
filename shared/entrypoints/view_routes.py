"""HTTP queries over views: one document by case, and pages of documents by key."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from shared.entrypoints.problems import problem
from shared.eventing.reading import Reader, Seen
from shared.eventing.views import View
from shared.kernel.actors import Role
from shared.kernel.ids import Id

_LONGEST_WAIT: Final = 30.0
_WAIT = re.compile(r"\bwait=(\d+)\b")


def _whole(document: Any, _: Role | None) -> Any:
    return document


def view_routes(
    reader: Reader,
    view: View[Any],
    *,
    one: str,
    many: str,
    what: str,
    by: Sequence[str] = (),
    as_seen_by: Callable[[Any, Role | None], Any] = _whole,
) -> APIRouter:
    """`GET one` for a document by its stream, `GET many?key=value&after=&limit=` for pages in stream order.

    `?at_version=N` asks for a document that reflects at least version N (read-your-writes), with
    `Prefer: wait=SECONDS` (RFC 7240) as the patience; past it the answer is 503. `as_seen_by` leaves out what the
    caller's role may not see; the role is None for a caller that names none.
    """
    router = APIRouter(tags=["queries"])

    @router.get(one, name=f"one_{view.name}", response_model=None)
    async def get_one(
        case_id: Annotated[Id, Path()],
        at_version: Annotated[int, Query(ge=0)] = 0,
        prefer: Annotated[str | None, Header()] = None,
        x_redress_role: Annotated[Role | None, Header()] = None,
    ) -> Response:
        wait = _WAIT.search(prefer or "")
        patience = min(float(wait[1]), _LONGEST_WAIT) if wait else 5.0
        if at_version:
            seen = await reader.one_at(view, case_id, at_version, patience)
            if seen is None:
                detail = f"version {at_version} of {what} {case_id} is not shown yet after {patience:.0f} s"
                return problem(503, "view_must_have_caught_up", detail, cure="ask again, or wait longer")
        else:
            seen = await reader.one(view, case_id)
        if seen is None:
            return problem(404, f"{what}_must_exist", f"there is no {what} {case_id}", cure="check the id")
        return JSONResponse(
            _shown(seen, as_seen_by(seen.document, x_redress_role)), headers={"ETag": f'"{seen.version}"'}
        )

    @router.get(many, name=f"many_{view.name}", response_model=None)
    async def get_many(
        request: Request,
        after: Annotated[Id | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        x_redress_role: Annotated[Role | None, Header()] = None,
    ) -> Response:
        where = {key: request.query_params[key] for key in by if key in request.query_params}
        found = await reader.many(view, where, after=after, limit=limit)
        following = found[-1].stream if len(found) == limit else None
        items = [_shown(seen, as_seen_by(seen.document, x_redress_role)) for seen in found]
        return JSONResponse({"items": items, "next_after": following})

    return router


def _shown(seen: Seen[Any], document: Any) -> dict[str, Any]:
    return {"id": seen.stream, "version": seen.version, **document.model_dump(mode="json")}
