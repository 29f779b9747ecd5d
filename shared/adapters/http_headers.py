"""Headers that every answer has, whatever made it: a route, a refusal, or a fault."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Unless the route says otherwise. Strict-Transport-Security is for a whole host: left to whoever terminates TLS."""


def keep_answers_safe(app: FastAPI) -> None:
    """Let every answer of an application have these headers, also that of its outermost handler of faults."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: _SafeAnswers(build())  # type: ignore[method-assign]


class _SafeAnswers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, safe)
