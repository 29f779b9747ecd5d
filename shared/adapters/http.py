"""HTTP for every service: commands, queries, operations endpoints, and the lifespan of the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from shared.adapters.definition import Definition
from shared.adapters.http_commands import command_routes
from shared.adapters.http_limits import BodyLimit
from shared.adapters.http_watch import Watch
from shared.adapters.opened_answers import OpenedAnswers
from shared.adapters.ports import Ports, memory_ports, open_ports
from shared.adapters.service import Service
from shared.adapters.settings import Settings
from shared.adapters.telemetry import CONTENT_TYPE, Metrics
from shared.entrypoints.action_routes import action_routes
from shared.entrypoints.answers import Liveness, Readiness
from shared.entrypoints.caller import admitted
from shared.entrypoints.openapi import describe, problems
from shared.entrypoints.problems import handle_problems
from shared.entrypoints.read_routes import read_routes
from shared.entrypoints.text_routes import text_routes


def build_app(definition: Definition, settings: Settings, ports: Ports | None = None) -> FastAPI:
    """The whole process as one ASGI application. Serving it runs it; its lifespan starts and drains it."""
    name = definition.model.service

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        metrics = Metrics(name)
        opened = ports or await open_ports(settings, name, metrics)
        service = Service(definition, settings, opened, metrics=metrics)
        app.state.service = service
        _route(app, service)
        try:
            await service.start()
            yield
        finally:
            await service.stop()

    app = FastAPI(
        title=f"Redress {name}",
        version="1",
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(admitted)],
        generate_unique_id_function=lambda route: route.name,
    )
    app.include_router(operations(app))
    handle_problems(app)
    describe(app)
    app.add_middleware(OpenedAnswers, sealing_of=lambda: getattr(getattr(app.state, "service", None), "sealing", None))
    app.add_middleware(
        BodyLimit,
        limit_of=lambda path: None if definition.bounds_itself(path) else settings.http.max_body_bytes,
    )
    app.add_middleware(Watch, service_of=lambda: getattr(app.state, "service", None))
    return app


async def document_of(definition: Definition) -> dict[str, Any]:
    """The OpenAPI document that a service answers on /openapi.json, drawn up without starting it."""
    settings = Settings()
    app = build_app(definition, settings)
    _route(app, Service(definition, settings, memory_ports(settings.lanes)))
    return app.openapi()


def _route(app: FastAPI, service: Service) -> None:
    definition = service.definition
    app.include_router(command_routes(definition, service))
    app.include_router(action_routes(service.engine, service.doors, definition.open_commands, service.ports.clock))
    app.include_router(read_routes(service.ports.reads, service.engine, service.ports.clock))
    app.include_router(text_routes())
    app.include_router(definition.routes(service))
    app.openapi_schema = None


def operations(app: FastAPI) -> APIRouter:
    """Liveness, readiness and metrics."""
    router = APIRouter(tags=["operations"])

    @router.get("/livez", responses=problems())
    async def livez() -> Liveness:
        """Whether the process runs."""
        return Liveness(status="alive")

    @router.get(
        "/readyz",
        responses={200: {"model": Readiness}, 503: {"model": Readiness, "description": "Not now."}, **problems()},
    )
    async def readyz() -> Response:
        """Whether the process should get requests now."""
        service: Service | None = getattr(app.state, "service", None)
        troubles = service.troubles() if service else ["the service is starting"]
        body = {"ready": not troubles, "troubles": troubles, "lanes": sorted(service.lanes) if service else []}
        return JSONResponse(body, 503 if troubles else 200)

    @router.get("/metrics", response_class=PlainTextResponse, responses=problems())
    async def metrics() -> Response:
        """Counts and gauges for Prometheus."""
        service: Service = app.state.service
        return Response(service.metrics.page(), media_type=CONTENT_TYPE)

    return router
