"""HTTP for every service: commands, queries, and the lifespan of the process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI

from shared.adapters.definition import Definition
from shared.adapters.http_commands import command_routes
from shared.adapters.http_headers import keep_answers_safe
from shared.adapters.http_limits import BodyLimit
from shared.adapters.http_time import HandlingLimit
from shared.adapters.http_watch import Watch
from shared.adapters.opened_answers import OpenedAnswers
from shared.adapters.operations import build_operations
from shared.adapters.ports import Ports, memory_ports, open_ports
from shared.adapters.service import Service
from shared.adapters.settings import Settings
from shared.adapters.telemetry import Metrics
from shared.entrypoints.action_routes import action_routes
from shared.entrypoints.caller import admitted
from shared.entrypoints.openapi import describe
from shared.entrypoints.problems import handle_problems
from shared.entrypoints.read_routes import read_routes
from shared.entrypoints.text_routes import text_routes


def build_app(definition: Definition, settings: Settings, ports: Ports | None = None) -> FastAPI:
    """What callers reach of a process, as an ASGI application; its lifespan starts and drains the process.

    `app.state.operations` is the other application of the process, for those who run it.
    """
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

    def service_of() -> Service | None:
        return getattr(app.state, "service", None)

    app = FastAPI(
        title=f"Redress {name}",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(admitted)],
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.operations = build_operations(service_of)
    handle_problems(app)
    keep_answers_safe(app)
    describe(app)
    app.add_middleware(OpenedAnswers, sealing_of=lambda: getattr(service_of(), "sealing", None))
    app.add_middleware(
        BodyLimit,
        limit_of=lambda path: None if definition.bounds_itself(path) else settings.http.max_body_bytes,
    )
    app.add_middleware(HandlingLimit, seconds=settings.http.handling_seconds)
    app.add_middleware(Watch, service_of=service_of)
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
