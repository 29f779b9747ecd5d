"""Opens sealed texts in HTTP answers, on their way out: the last thing that happens to a JSON document."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.adapters.sealing import Sealing


class OpenedAnswers:
    """ASGI middleware: JSON bodies are gathered and opened; anything else passes as it is sent."""

    def __init__(self, app: ASGIApp, sealing_of: Callable[[], Sealing | None]) -> None:
        self._app = app
        self._sealing_of = sealing_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sealing = self._sealing_of() if scope["type"] == "http" else None
        if sealing is None or sealing.keys is None:
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        gathered = bytearray()

        async def opening(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_json(message):
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            gathered.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = await sealing.opened_body(bytes(gathered))
            if len(body) != len(gathered):
                MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, opening)


def _is_json(start: Message) -> bool:
    kind = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"")
    return kind.split(b";")[0].strip() in {b"application/json", b"application/problem+json"}
