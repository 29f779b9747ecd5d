"""How often one caller may ask: counted in this process, in a window that slides."""

import time
from collections.abc import Mapping
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from shared.adapters.edge_settings import RateSettings
from shared.entrypoints.rates import Kind
from shared.eventing.ports import Telemetry

MOST_COUNTERS: Final = 50_000
"""Counters that are kept; a caller has one or two of each kind. About 20 MB when all are in use."""


class CallersRates:
    """Counts what callers ask for in this replica. Others count for themselves."""

    def __init__(self, settings: RateSettings, telemetry: Telemetry) -> None:
        self.storage = _Forgetful()
        self._windows = SlidingWindowCounterRateLimiter(self.storage)
        self._telemetry = telemetry
        most = {Kind.COMMAND: settings.commands, Kind.READ: settings.reads, Kind.UPLOAD: settings.uploads}
        most[Kind.STRANGER] = settings.strangers
        self.most: Mapping[Kind, int] = most
        self._items = {kind: RateLimitItemPerMinute(amount) for kind, amount in most.items() if amount}

    def wait(self, kind: Kind, who: str) -> float:
        """Count one request; answers 0, or the seconds until it is worth asking again, and then did not count it."""
        item = self._items.get(kind)
        if item is None or self._windows.hit(item, kind, who):
            return 0
        self._telemetry.count("requests_limited", kind=kind)
        # A second more: at that very instant there is no room yet.
        return max(self._windows.get_window_stats(item, kind, who).reset_time - _now(), 0) + 1


def _now() -> float:
    return time.time()  # noqa: TID251  # the library's own clock


class _Forgetful(MemoryStorage):
    """The library's own, but bounded, and without the thread that looks through all of it every 10 ms."""

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        count = self.get(key) + amount  # `get` drops what has expired
        self.storage[key] = count
        if count == amount:
            self.expirations[key] = _now() + expiry
        while len(self.expirations) > MOST_COUNTERS:
            oldest = next(iter(self.expirations))  # begun first, so the nearest to its end
            del self.storage[oldest], self.expirations[oldest]
        return count
