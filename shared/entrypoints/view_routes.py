"""HTTP queries over views: one document by case, and pages of documents by key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.entrypoints.answers import page_model, shown_model
from shared.entrypoints.conditions import IfNoneMatch, Prefer, applied, etag, is_shown, patience
from shared.entrypoints.openapi import APPLIED, ETAG, LINK, problems
from shared.entrypoints.own_pages import page_for
from shared.entrypoints.paging import CursorUnfitError, cursor_after, next_link, start_of
from shared.entrypoints.problems import problem
from shared.entrypoints.visits import Visiting
from shared.eventing.reading import Reader, Seen
from shared.eventing.views import View
from shared.kernel.actors import Actor, Role
from shared.kernel.ids import Id

_USUAL_WAIT: Final = 5.0
"""Seconds that a query waits for a version when its caller does not say how long."""
_LONGEST_PAGE: Final = 200


_NO_KEYS: Final[Mapping[Role, str]] = {}


def _whole(document: Any, _: Actor | None) -> Any:
    return document


def view_routes(
    reader: Reader,
    view: View[Any],
    *,
    one: str,
    many: str,
    what: str,
    by: Sequence[str] = (),
    as_seen_by: Callable[[Any, Actor | None], Any] = _whole,
    own_by: Mapping[Role, str] = _NO_KEYS,
) -> APIRouter:
    """`GET one` for a document by its stream, `GET many?key=value&cursor=&limit=` for pages in stream order.

    `?at_version=N` asks for a document that reflects at least version N (read-your-writes), with
    `Prefer: wait=SECONDS` as the patience; past it the answer is 503, or 404 when the case has no such version.
    `as_seen_by` leaves out or masks what is not for this caller. Pages show the cases that the caller may see; `own_by`
    names the keys by which the view finds a role's own, where it is no view of cases.
    """
    router = APIRouter(tags=["queries"])
    plain = what.replace("_", " ")

    @router.get(
        one,
        name=f"one_{view.name}",
        summary=f"one {plain}",
        responses={
            200: {"model": shown_model(view), "headers": ETAG | APPLIED},
            304: {"description": "The caller has this version already.", "headers": ETAG},
            **problems(404, 422, 503),
        },
    )
    async def get_one(
        case_id: Annotated[Id, Path()],
        visit: Visiting,
        at_version: Annotated[int, Query(ge=0, description="The least version to show.")] = 0,
        prefer: Prefer = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        wait = patience(prefer)
        if at_version:
            seen = await reader.one_at(view, case_id, at_version, _USUAL_WAIT if wait is None else wait)
            if seen is None:
                return await _not_shown(reader, what, case_id, at_version)
        else:
            seen = await reader.one(view, case_id)
        if seen is None:
            return problem(404, f"{what}_must_exist", f"there is no {plain} {case_id}", cure="check the id")
        await visit.saw({seen.stream: seen.version})
        headers = {"ETag": etag(seen.version), **applied(wait if at_version else None)}
        if is_shown(if_none_match, seen.version):
            return Response(status_code=304, headers=headers)
        return JSONResponse(_shown(seen, as_seen_by(seen.document, visit.by)), headers=headers)

    @router.get(
        many,
        name=f"many_{view.name}",
        summary=f"pages of {plain}s",
        responses={200: {"model": page_model(view), "headers": LINK}, **problems(422, 503)},
    )
    async def get_many(asked: BaseModel, visit: Visiting) -> Response:
        given = asked.model_dump(exclude_none=True)
        where = {key: given[key] for key in by if key in given}
        try:
            after = start_of(view.name, where, given.get("cursor"))
        except CursorUnfitError as error:
            cure = "take the cursor from the page before, and keep the filters"
            return problem(422, "cursor_must_fit_the_query", str(error), field="query.cursor", cure=cure)
        limit = given["limit"]
        page, last = await page_for(visit, reader, view, where, own_by, after=after, limit=limit)
        following = cursor_after(view.name, where, last) if last else None
        headers = {"Link": next_link({**where, "limit": str(limit)}, following)} if following else None
        items = [_shown(seen, as_seen_by(seen.document, visit.by)) for seen in page]
        await visit.saw({seen.stream: seen.version for seen in page})
        return JSONResponse({"items": items, "next_cursor": following}, headers=headers)

    # FastAPI reads the query's parameters off the annotation: which filters there are, differs by view.
    get_many.__annotations__["asked"] = Annotated[_question(view.name, by), Query()]
    return router


def _question(name: str, by: Sequence[str]) -> type[BaseModel]:
    """A page's parameters. An unknown one is refused: a filter that is misspelt must not show everything."""
    fields: dict[str, Any] = {
        "cursor": (
            Annotated[str | None, Field(max_length=2000, description="`next_cursor` of the page before.")],
            None,
        ),
        "limit": (Annotated[int, Field(ge=1, le=_LONGEST_PAGE, description="How many at most.")], 50),
    }
    for key in by:
        told = f"Only those with this {key}."
        fields[key] = (Annotated[str | None, Field(max_length=128, description=told)], None)
    return create_model(f"{name}_question", __config__=ConfigDict(extra="forbid"), **fields)


async def _not_shown(reader: Reader, what: str, case_id: str, version: int) -> Response:
    """Why a version is not shown: the view lags behind the log, or the log does not have it either."""
    if not await reader.exists(case_id, version):
        detail = f"{case_id} has no version {version} yet"
        return problem(404, "version_must_exist", detail, field="query.at_version", cure="ask for one that exists")
    detail = f"version {version} of {what} {case_id} is stored but not shown yet"
    return problem(503, "view_must_have_caught_up", detail, cure="ask again, or wait longer")


def _shown(seen: Seen[Any], document: Any) -> dict[str, Any]:
    return {"id": seen.stream, "version": seen.version, **document.model_dump(mode="json")}
