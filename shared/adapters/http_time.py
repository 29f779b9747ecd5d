"""A limit on how long a request is handled: its caller is answered, and what was begun is not torn apart."""

import asyncio
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.entrypoints.problems import problem

TIME_RULE: Final = "answer_must_come_in_time"
_READS: Final = frozenset({"GET", "HEAD"})

_log = structlog.get_logger(__name__)


class HandlingLimit:
    """ASGI middleware: who has waited `seconds` for an answer to begin is answered 503.

    A read ends there. Anything else goes on to its end: a command that is cut while it is stored would have an outcome
    that nobody knows, while one that goes on is found by its key when it is sent again. What the caller takes to send
    its body is not counted; that has limits of its own (http_connection.py).
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._going_on: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send)
        handling = asyncio.ensure_future(self._app(scope, exchange.receive, exchange.send))
        try:
            in_time = await self._in_time(handling, exchange)
        except asyncio.CancelledError:
            handling.cancel()
            raise
        if in_time:
            handling.result()
            return
        exchange.over = True
        if scope["method"] in _READS:
            handling.cancel()
        self._going_on.add(handling)
        handling.add_done_callback(self._ended)
        detail = f"there is no answer after {self._seconds:g} seconds"
        cure = "send the same request again, with the same key: what was begun may go on, and is not done twice"
        await problem(503, TIME_RULE, detail, cure=cure)(scope, receive, send)

    async def _in_time(self, handling: "asyncio.Future[None]", exchange: "_Exchange") -> bool:
        while not handling.done():
            left = exchange.since + self._seconds - exchange.now()
            if exchange.answering:
                await asyncio.wait([handling])
            elif left > 0 or exchange.receiving:
                await asyncio.wait([handling], timeout=max(left, self._seconds / 10))
            else:
                return False
        return True

    def _ended(self, handling: "asyncio.Task[None]") -> None:
        self._going_on.discard(handling)
        if not handling.cancelled() and (error := handling.exception()):
            _log.error("request failed after its time", error=type(error).__name__)


class _Exchange:
    """One request: since when its answer is waited for, and whether it has begun."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.now = asyncio.get_running_loop().time
        self.since = self.now()
        self.receiving = False
        self.answering = False
        self.over = False

    async def receive(self) -> Message:
        if self.over:
            return {"type": "http.disconnect"}
        self.receiving = True
        try:
            return await self._receive()
        finally:
            self.receiving = False
            self.since = self.now()

    async def send(self, message: Message) -> None:
        if self.over:
            return
        self.answering = True
        await self._send(message)
