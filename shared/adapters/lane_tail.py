"""The freshest commits of each lane, kept in memory so that relay and views need not read back what was just stored."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

from shared.eventing.commits import Commit

_SHARED: Final = 0.5
"""Seconds for which one finding that a lane has ended serves every reader."""


class LaneTail:
    """A gap-free run of majority-durable commits at the end of one lane.

    Only a window over the log: what it cannot serve is read from the store.
    """

    def __init__(self, keep: int = 512) -> None:
        self._commits: deque[Commit] = deque(maxlen=keep)
        self._changed = asyncio.Event()
        self._end: tuple[int, float] | None = None

    @property
    def latest(self) -> int | None:
        """The last position of the window; None while it is empty."""
        return self._commits[-1].position if self._commits else None

    @property
    def changes(self) -> object:
        """A token that is another one after every change."""
        return self._changed

    def ended(self, position: int, changes: object) -> None:
        """Note that nothing followed a position when the store was asked, unless something changed since."""
        if changes is self._changed:
            self._end = (position, time.monotonic())

    def at_end(self, position: int) -> bool:
        """Whether nothing followed a position a moment ago: no need to ask again."""
        return self._end is not None and self._end[0] == position and time.monotonic() - self._end[1] < _SHARED

    def extend(self, commits: Sequence[Commit]) -> None:
        """Add stored commits in order; a gap before them starts the window anew."""
        if self._commits and commits and commits[0].position != self._commits[-1].position + 1:
            self._commits.clear()
        self._commits.extend(commits)
        self.poke()
        if commits:
            # Positions are dense: when the last of these was stored, nothing followed it.
            self._end = (commits[-1].position, time.monotonic())

    def heard_of(self, position: int) -> None:
        """Wake every reader for a stored position, unless it is in the window: then they know."""
        if not self._commits or self._commits[-1].position < position:
            self.poke()

    def poke(self) -> None:
        """Wake every reader: the log may hold more."""
        self._end = None
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def after(self, position: int, limit: int) -> Sequence[Commit] | None:
        """Commits right after a position, or None when the window cannot tell."""
        if not self._commits:
            return None
        first = self._commits[0].position
        if position + 1 < first or position >= self._commits[-1].position:
            return None
        start = position + 1 - first
        return list(islice(self._commits, start, start + limit))

    async def wait(self, after: int, timeout: float) -> None:
        """Return when something may follow `after`, at the latest after `timeout` seconds."""
        if self._commits and self._commits[-1].position > after:
            return
        changed = self._changed
        try:
            async with asyncio.timeout(timeout):
                await changed.wait()
        except TimeoutError:
            return
