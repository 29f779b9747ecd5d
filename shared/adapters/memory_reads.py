"""Noted reads in memory, for wiring tests and simulation. Proven by the suite of the real ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.eventing.reads import Read


class MemoryReads:
    """The `Reads` port without a server."""

    def __init__(self) -> None:
        self._noted: list[Read] = []

    async def note(self, read: Read) -> None:
        self._noted.append(read)

    async def of(self, stream: str, now: datetime, *, after: str | None = None, limit: int = 50) -> Sequence[Read]:
        kept = (read for read in self._noted if stream in read.shown and read.until > now and read.id > (after or ""))
        ordered = sorted(kept, key=lambda read: read.id)
        return [replace(read, shown={stream: read.shown[stream]}) for read in ordered[:limit]]
