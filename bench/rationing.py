"""Processes that run half of the time, as in a container with a limit, so that servers beside them have theirs."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from os import kill
from pathlib import Path
from typing import Final

_HALF_S: Final = 0.05
"""A kernel hands a limit out by the tenth of a second."""


@asynccontextmanager
async def by_turns(pids: Sequence[int]) -> AsyncIterator[None]:
    """Let each process run, with its children, for half of the time: the first and the second never at once."""
    turning = asyncio.create_task(_turn(pids))
    try:
        yield
    finally:
        turning.cancel()
        with suppress(asyncio.CancelledError):
            await turning
        for pid in pids:
            _signal(pid, signal.SIGCONT)


async def _turn(pids: Sequence[int]) -> None:
    turn = 0
    while True:
        for number, pid in enumerate(pids):
            _signal(pid, signal.SIGCONT if number % 2 == turn else signal.SIGSTOP)
        await asyncio.sleep(_HALF_S)
        turn = 1 - turn


def _signal(pid: int, what: signal.Signals) -> None:
    for one in (pid, *_children(pid)):
        with suppress(ProcessLookupError):
            kill(one, what)


def _children(pid: int) -> Sequence[int]:
    """As Linux tells them; nobody measures elsewhere."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in listed.read_text(encoding="ascii").split()] if listed.exists() else []
