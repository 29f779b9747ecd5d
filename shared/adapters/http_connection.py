"""One connection of a caller: what comes too slowly is ended, and there are only so many at a time."""

import asyncio
from http import HTTPStatus
from typing import Any, Final, cast

import h11
import structlog
from fastapi.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.adapters.edge_settings import HttpSettings
from shared.adapters.http_headers import SAFE
from shared.adapters.http_parting import Parting
from shared.entrypoints.problems import problem

SLOW_RULE: Final = "request_must_come_in_time"
FULL_RULE: Final = "connections_must_not_be_too_many"

_log = structlog.get_logger(__name__)


class Connection(H11Protocol):
    """uvicorn's, with two clocks more: one for the head of a request, and one for each stretch of its body.

    A body must come at a least rate, and not within a time: a large file over a thin line is no attack. The clock rests
    while it is we who do not read.
    """

    def __init__(self, *arguments: Any, limits: HttpSettings, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._limits = limits
        self._awaited: type[h11.IDLE | h11.SEND_BODY] | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._parting = Parting(transport, self._may_still_send)
        super().connection_made(cast("asyncio.Transport", self._parting))
        if len(self.connections) > self._limits.connections:
            self.app = _full
        self._wait_for(h11.IDLE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(None)
        self._parting.lost()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._parting.is_left:
            return
        self._came += len(data)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def send_400_response(self, msg: str) -> None:
        self._end(problem(400, "request_must_be_well_formed", msg, cure="send HTTP/1.1 as RFC 9112 describes it"))

    def _may_still_send(self) -> bool:
        """Whether a request has begun of which not all has come, or which nobody can tell the end of."""
        return self.conn.their_state in {h11.SEND_BODY, h11.ERROR} or bool(self.conn.trailing_data[0])

    def _look(self) -> None:
        """Start the clock of what is waited for now, unless it runs already."""
        state = self.conn.their_state
        # Between two requests it is uvicorn's own clock that runs.
        begun = self.cycle is None or bool(self.conn.trailing_data[0])
        awaited = state if state is h11.SEND_BODY or (state is h11.IDLE and begun) else None
        if self.transport.is_closing():
            awaited = None
        if awaited is not self._awaited:
            self._wait_for(awaited)

    def _wait_for(self, part: Any) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._awaited = part
        self._came = 0
        seconds = self._limits.head_seconds if part is h11.IDLE else self._limits.body_seconds
        self._clock = self.loop.call_later(seconds, self._is_over) if part else None

    def _is_over(self) -> None:
        if self._awaited is h11.SEND_BODY and (self._we_rest() or self._came >= self._least):
            self._wait_for(h11.SEND_BODY)
            return
        part = "head" if self._awaited is h11.IDLE else "body"
        _log.info("request too slow", part=part)
        if part == "head" and not self.conn.trailing_data[0]:
            self._close()  # nothing was asked
            return
        detail = f"the {part} of the request came too slowly"
        self._end(problem(HTTPStatus.REQUEST_TIMEOUT, SLOW_RULE, detail, cure="send it again, with the same key"))

    @property
    def _least(self) -> float:
        return self._limits.body_seconds * self._limits.body_bytes_per_second

    def _we_rest(self) -> bool:
        return not self.cycle.response_complete and (self.flow.read_paused or self.cycle.waiting_for_100_continue)

    def _end(self, answer: JSONResponse) -> None:
        """Answer, where no answer has begun, and close."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            answer.headers.update({**SAFE, "Connection": "close"})
            reason = HTTPStatus(answer.status_code).phrase.encode()
            events = (
                h11.Response(status_code=answer.status_code, headers=answer.raw_headers, reason=reason),
                h11.Data(data=bytes(answer.body)),
                h11.EndOfMessage(),
            )
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self._close()

    def _close(self) -> None:
        self._wait_for(None)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


async def _full(scope: Scope, receive: Receive, send: Send) -> None:
    """What a connection too many is answered: by us, as the server's own words would be no problem document."""
    detail = "this replica has as many connections as it may"
    answer = problem(503, FULL_RULE, detail, cure="send it again in a second, with the same key")
    answer.headers.update({**SAFE, "Connection": "close"})
    await answer(scope, receive, send)
