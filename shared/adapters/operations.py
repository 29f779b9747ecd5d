"""What operators and their tools ask a process, on a listener of its own that no caller reaches."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from shared.adapters.http_headers import keep_answers_safe
from shared.adapters.telemetry import CONTENT_TYPE
from shared.entrypoints.problems import handle_problems

if TYPE_CHECKING:
    from shared.adapters.service import Service

STARTING: Final = "the service is starting"


def build_operations(service_of: Callable[[], "Service | None"]) -> FastAPI:
    """Liveness, readiness and metrics of the process as an ASGI application beside that of its callers."""
    app = FastAPI(title="Redress operations", openapi_url=None, redirect_slashes=False)
    handle_problems(app)
    keep_answers_safe(app)

    @app.get("/livez")
    async def livez() -> Response:
        """Whether the process runs."""
        return JSONResponse({"status": "alive"})

    @app.get("/readyz")
    async def readyz() -> Response:
        """Whether the process should get requests now, and if not, why."""
        service = service_of()
        troubles = service.troubles() if service else [STARTING]
        body = {"ready": not troubles, "troubles": troubles, "lanes": sorted(service.lanes) if service else []}
        return JSONResponse(body, 503 if troubles else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        """Counts and gauges for Prometheus; an empty page before there are any."""
        service = service_of()
        return Response(service.metrics.page() if service else b"", media_type=CONTENT_TYPE)

    return app
