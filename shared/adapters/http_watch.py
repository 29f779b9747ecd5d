"""Every request is measured, traced and told: how long it took, by the template of its route and by its status."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from shared.eventing.traces import Attribute, Kind, ids_in, traceparent_in

if TYPE_CHECKING:
    from shared.adapters.service import Service

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED: Final = "unmatched"

_log = structlog.get_logger(__name__)


class Watch:
    """ASGI middleware, the outermost. A caller's own words, such as an unknown path or method, are no labels.

    Within, the header `traceparent` is that of the request's own span; one that is none is not passed on.
    """

    def __init__(self, app: ASGIApp, service_of: Callable[[], "Service | None"]) -> None:
        self._app = app
        self._service_of = service_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service_of() if scope["type"] == "http" else None
        if service is None:
            await self._app(scope, receive, send)
            return
        method = _method(scope)
        span = service.tracer.begin(method, Kind.SERVER, traceparent_in(Headers(scope=scope).get("traceparent")))
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"traceparent"]}
        if span.trace:
            MutableHeaders(scope=scope)["traceparent"] = span.trace
        error: BaseException | None = None
        with bound_contextvars(**ids_in(span.trace)):
            began, status = time.perf_counter(), 500
            try:
                status = await self._measured(service, scope, receive, send)
            except BaseException as raised:
                error = raised
                raise
            finally:
                route = route_of(scope)
                case = scope.get("path_params", {}).get("case_id", "")
                span.rename(f"{method} {route}")
                known: dict[str, Attribute] = {"case": case} if case else {}
                known |= {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                span.note(**known)
                span.end(error)
                seconds = round(time.perf_counter() - began, 4)
                about = {"case": case} if case else {}
                _log.info("request", method=method, route=route, status=status, seconds=seconds, **about)

    async def _measured(self, service: "Service", scope: Scope, receive: Receive, send: Send) -> int:
        """Let the request be answered; answers the status."""
        status = 500
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            service.metrics.observe(
                "http_request_seconds",
                time.perf_counter() - began,
                method=_method(scope),
                route=route_of(scope),
                status=str(status),
            )
        return status


def route_of(scope: Scope) -> str:
    """The template of the route that a request came to, once it was routed."""
    return getattr(scope.get("route"), "path", UNMATCHED)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"
