"""A bound on request bodies, enforced while they stream in."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.entrypoints.problems import problem


class BodyLimit:
    """ASGI middleware: a body over the path's limit is answered 413 and not read further.

    A path without a limit has a route that bounds its body itself.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int | None]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit_of(scope["path"]) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await _too_large(limit)(scope, receive, send)
            return
        read = 0
        started = False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise _OverLimitError
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if read > limit and not started:
                return  # frameworks turn what `counted` raised into an answer of their own
            started = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _OverLimitError:
            if started:
                raise
        if not started:
            await _too_large(limit)(scope, receive, send)


class _OverLimitError(Exception):
    """The body went over its limit while it was read."""


def _too_large(limit: int) -> ASGIApp:
    detail = f"the body is over the limit of {limit} bytes"
    return problem(413, "request_must_not_be_too_large", detail, cure=f"send at most {limit} bytes")
