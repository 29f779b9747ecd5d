"""HTTP for every service: one POST per command, operations endpoints, and the lifespan of the process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.adapters.command_desk import answer_of
from shared.adapters.http_limits import BodyLimit
from shared.adapters.ids import new_id
from shared.adapters.ports import Ports, open_ports
from shared.adapters.service import Definition, Service
from shared.adapters.settings import Settings
from shared.entrypoints.problems import handle_problems, refusal
from shared.eventing.messages import Command
from shared.eventing.outcomes import Rejected
from shared.eventing.requests import Request, request_model
from shared.kernel.actors import Actor, Role
from shared.kernel.ids import Id, derived_id

UPLOAD_BYTES = 10 * 1024 * 1024 + 64 * 1024
"""Room for one evidence file of the largest size and its multipart frame."""


def build_app(definition: Definition, settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The whole process as one ASGI application. Serving it runs it; its lifespan starts and drains it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = ports or await open_ports(settings, definition.model.service)
        service = Service(definition, settings, opened)
        app.state.service = service
        app.include_router(command_routes(definition, service))
        app.include_router(definition.routes(service))
        app.openapi_schema = None
        try:
            await service.start()
            yield
        finally:
            await service.stop()

    name = definition.model.service
    app = FastAPI(title=f"Redress {name}", version="1", lifespan=lifespan, docs_url="/docs", redoc_url=None)
    app.include_router(operations(app))
    handle_problems(app)
    app.add_middleware(
        BodyLimit,
        limit_of=lambda path: UPLOAD_BYTES if path.endswith("/files") else settings.http.max_body_bytes,
    )
    return app


def operations(app: FastAPI) -> APIRouter:
    """Liveness, readiness and metrics."""
    router = APIRouter(tags=["operations"])

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        service: Service | None = getattr(app.state, "service", None)
        troubles = service.troubles() if service else ["the service is starting"]
        body = {"ready": not troubles, "troubles": troubles, "lanes": sorted(service.lanes) if service else []}
        return JSONResponse(body, 503 if troubles else 200)

    @router.get("/metrics")
    async def metrics() -> Response:
        service: Service = app.state.service
        return Response(service.metrics.page(), media_type="text/plain; version=0.0.4")

    return router


def command_routes(definition: Definition, service: Service) -> APIRouter:
    """`POST /cases/{case_id}/<command>` for every command that callers may send."""
    router = APIRouter(tags=["commands"])

    @router.post("/case-ids", status_code=201)
    async def a_new_case_id() -> dict[str, str]:
        """Reserve an id for a new case, so that creating the case can be retried safely."""
        return {"case_id": new_id()}

    for command in definition.open_commands:
        path = command.NAME.replace("_", "-")
        router.add_api_route(
            f"/cases/{{case_id}}/{path}",
            _endpoint(command, service),
            methods=["POST"],
            name=command.NAME,
            summary=command.NAME.replace("_", " "),
            description=(command.__doc__ or "").strip(),
            responses={409: {"description": "A rule said no."}, 422: {"description": "The request is malformed."}},
        )
    return router


def _endpoint(command: type[Command], service: Service) -> Callable[..., Awaitable[Response]]:
    body_type = request_model(command)

    async def endpoint(
        case_id: Annotated[Id, Path()],
        body: BaseModel,
        x_redress_role: Annotated[Role, Header(description="Who calls: the role the gateway vouches for.")],
        x_redress_actor: Annotated[Id, Header(description="Who calls: the id the gateway vouches for.")],
        idempotency_key: Annotated[Id | None, Header(description="Makes a repeated request the same request.")] = None,
        traceparent: Annotated[str | None, Header()] = None,
        dry_run: Annotated[bool, Query(description="Say what would happen; store nothing.")] = False,
    ) -> Response:
        actor = Actor(role=x_redress_role, id=x_redress_actor)
        key = idempotency_key or new_id()
        request = Request(
            command,
            body,
            id=derived_id(command.NAME, case_id, actor.role, actor.id, key),
            case_id=case_id,
            at=service.ports.clock.now(),
            by=actor,
        )
        outcome = await service.engine.carry_out(request, trace=traceparent, dry_run=dry_run)
        if isinstance(outcome, Rejected):
            return refusal(outcome.refused, outcome.version)
        answer: dict[str, Any] = {"case_id": case_id, **answer_of(request.id, outcome), "dry_run": dry_run}
        return JSONResponse(answer, headers={"ETag": f'"{outcome.version}"'})

    endpoint.__annotations__["body"] = body_type
    return endpoint
