"""Clocks: the system's, and a virtual one that simulations and tests drive."""

import asyncio
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count


class SystemClock:
    """The machine's clock, in UTC and milliseconds."""

    def now(self) -> datetime:
        moment = datetime.now(UTC)  # noqa: TID251  # the one place that reads the time
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class VirtualClock:
    """A clock that stands still until it is moved; sleepers wake in the order of their instants."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._order = count()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), woken))
        await woken.wait()

    def advance(self, by: timedelta) -> None:
        """Move time forward and wake everyone whose instant has come."""
        self._now += by
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heappop(self._sleepers)[2].set()
