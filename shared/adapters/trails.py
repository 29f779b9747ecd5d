"""For how long a reader has been behind, told from where the end was at what time."""

from collections import deque
from typing import Final

_MOST: Final = 720
"""Ends remembered, an hour of looks every five seconds; of more, every second one is forgotten."""


class Trail:
    """Ends that a reader has not reached yet, each with the instant it was first seen; instants in seconds.

    A position tells how much is unread, not for how long: that follows from when the end was first past it.
    """

    def __init__(self) -> None:
        self._ends: deque[tuple[float, int]] = deque()
        self._moved: tuple[float, int] | None = None

    def look(self, now: float, end: int, position: int, since: float | None = None) -> float:
        """Note where end and reader are now; answers for how long it has been behind, 0 when it is not.

        `since` says from when the oldest unread is, where that is known better than by when it was first seen here.
        """
        if self._moved is None or position > self._moved[1]:
            self._moved = (now, position)
        if end > position and (not self._ends or end > self._ends[-1][1]):
            first = min(since, now) if since is not None and not self._ends else now
            self._ends.append((first, end))
        while self._ends and self._ends[0][1] <= position:
            self._ends.popleft()
        if len(self._ends) > _MOST:
            # The oldest stays: it is what the answer rests on.
            self._ends = deque([end for n, end in enumerate(self._ends) if n % 2 == 0])
        return now - self._ends[0][0] if self._ends else 0.0

    def stuck(self, now: float) -> float:
        """For how long the reader has not moved although there was something to read; 0 when it does."""
        if not self._ends or self._moved is None:
            return 0.0
        return now - max(self._moved[0], self._ends[0][0])
