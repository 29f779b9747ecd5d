"""How a connection ends whose other side may still be sending: our half first, so that it can read why."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

MOST_SECONDS: Final = 2.0
"""For which what still comes is thrown away; as long as Apache httpd does it (SECONDS_TO_LINGER)."""


class Parting:
    """A transport whose `close` loses no answer.

    A socket that is closed before all that came to it was read resets the connection, and the reset may overtake the
    answer. So the writing half is closed alone, and the rest a moment after the other side has closed its own, or
    `MOST_SECONDS` later (RFC 9112, 9.6).
    """

    def __init__(self, transport: asyncio.Transport, may_still_send: Callable[[], bool]) -> None:
        self._transport = transport
        self._may_still_send = may_still_send
        self._clock: asyncio.TimerHandle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self.is_left or self._transport.is_closing()

    @property
    def is_left(self) -> bool:
        """Whether what comes now is for nobody."""
        return self._clock is not None

    def close(self) -> None:
        if self.is_closing():
            return
        if not (self._may_still_send() and self._transport.can_write_eof()):
            self._transport.close()
            return
        self._transport.write_eof()
        self._transport.resume_reading()
        self._clock = asyncio.get_running_loop().call_later(MOST_SECONDS, self._transport.close)

    def lost(self) -> None:
        """The connection is gone."""
        if self._clock is not None:
            self._clock.cancel()
