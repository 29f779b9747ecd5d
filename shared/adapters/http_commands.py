"""Commands by HTTP: one POST for each that callers may send, decided and answered in the same request."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.adapters.command_desk import answer_of
from shared.adapters.definition import Definition
from shared.adapters.ids import new_id
from shared.adapters.service import Service
from shared.entrypoints.action_routes import path_of
from shared.entrypoints.answers import CaseId, CommandAnswer
from shared.entrypoints.caller import Caller
from shared.entrypoints.conditions import IfMatch, Prefer, applied, etag, patience, precondition
from shared.entrypoints.openapi import APPLIED, ETAG, problems
from shared.entrypoints.problems import refusal
from shared.eventing.messages import Command
from shared.eventing.outcomes import Rejected
from shared.eventing.requests import Request, request_model
from shared.kernel.ids import Id, derived_id


def command_routes(definition: Definition, service: Service) -> APIRouter:
    """`POST /cases/{case_id}/<command>` for every command that callers may send."""
    router = APIRouter(tags=["commands"])

    @router.post(
        "/case-ids", status_code=201, name="reserve_case_id", summary="reserve a case id", responses=problems()
    )
    async def a_new_case_id() -> CaseId:
        """Reserve an id for a new case, so that creating the case can be retried safely."""
        return CaseId(case_id=new_id())

    for command in definition.open_commands:
        router.add_api_route(
            path_of(command),
            _endpoint(command, service),
            methods=["POST"],
            name=command.NAME,
            summary=command.NAME.replace("_", " "),
            description=(command.__doc__ or "").strip(),
            dependencies=[Depends(_json_only)],
            responses={
                200: {"model": CommandAnswer, "description": "Carried out, or so already.", "headers": ETAG | APPLIED},
                **problems(400, 409, 410, 412, 413, 415, 422, 503),
            },
        )
    return router


async def _json_only(request: HttpRequest) -> None:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"a command is JSON, not {kind or 'unnamed'}", {"Accept": "application/json"})


def _endpoint(command: type[Command], service: Service) -> Callable[..., Awaitable[Response]]:
    body_type = request_model(command)

    async def endpoint(
        case_id: Annotated[Id, Path()],
        body: BaseModel,
        caller: Caller,
        idempotency_key: Annotated[Id | None, Header(description="Makes a repeated request the same request.")] = None,
        traceparent: Annotated[str | None, Header(max_length=256)] = None,
        dry_run: Annotated[bool, Query(description="Say what would happen; store nothing.")] = False,
        if_match: IfMatch = None,
        prefer: Prefer = None,
    ) -> Response:
        key = idempotency_key or new_id()
        request = Request(
            command,
            await service.sealing.sealed(command, body, by=caller, case_id=case_id),
            id=derived_id(command.NAME, case_id, caller.role, caller.id, key),
            case_id=case_id,
            at=service.ports.clock.now(),
            by=caller,
        )
        outcome = await service.engine.carry_out(
            request, trace=traceparent, dry_run=dry_run, only_if=precondition(if_match)
        )
        if isinstance(outcome, Rejected):
            return refusal(outcome.refused, outcome.version)
        wait = None if dry_run else patience(prefer)
        shown = wait is not None and await _is_shown(service, case_id, outcome.version, wait)
        answer: dict[str, Any] = {"case_id": case_id, **answer_of(request.id, outcome), "dry_run": dry_run}
        return JSONResponse(answer, headers={"ETag": etag(outcome.version), **applied(wait if shown else None)})

    endpoint.__annotations__["body"] = body_type
    return endpoint


async def _is_shown(service: Service, case_id: str, version: int, wait: float) -> bool:
    """Whether the view that shows a case reflects a version, at the latest after `wait` seconds."""
    return await service.reader.one_at(service.definition.views[0], case_id, version, wait) is not None
