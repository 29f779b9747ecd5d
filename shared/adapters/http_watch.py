"""Every request is measured: how long it took, by the template of its route and by its status."""

import time
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.eventing.ports import Telemetry

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED: Final = "unmatched"


class Watch:
    """ASGI middleware, the outermost. A caller's own words, such as an unknown path or method, are no labels."""

    def __init__(self, app: ASGIApp, telemetry_of: Callable[[], Telemetry | None]) -> None:
        self._app = app
        self._telemetry_of = telemetry_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        telemetry = self._telemetry_of() if scope["type"] == "http" else None
        if telemetry is None:
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            telemetry.observe(
                "http_request_seconds",
                time.perf_counter() - began,
                method=scope["method"] if scope["method"] in _METHODS else "other",
                route=route_of(scope),
                status=str(status),
            )


def route_of(scope: Scope) -> str:
    """The template of the route that a request came to, once it was routed."""
    return getattr(scope.get("route"), "path", UNMATCHED)
