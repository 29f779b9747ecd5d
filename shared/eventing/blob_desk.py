"""Blobs first, whatever names them after: what was written and then named by nobody is found again and removed.

Before a blob is written an intent stands for it, and goes when somebody names the blob. A crash in between leaves the
intent, so the sweep needs to look at no blob but those.
"""

import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from shared.eventing.blobs import Blob, Blobs
from shared.eventing.ports import Clock
from shared.eventing.registers import Entry, Register, overdue

IsNamed: TypeAlias = Callable[[str], Awaitable[bool]]
"""Whether anything names the blob of this id."""


class BlobIntent(Entry):
    """A blob that is being written, or was and is not named yet. Its id is the blob's."""

    person: str
    sealed: bool


class BlobDesk:
    """Writes, reads and removes blobs."""

    def __init__(
        self,
        blobs: Blobs,
        intents: Register[BlobIntent],
        *,
        clock: Clock,
        new_id: Callable[[], str],
        sealing: bool,
        grace: timedelta,
    ) -> None:
        self._blobs = blobs
        self._intents = intents
        self._clock = clock
        self._new_id = new_id
        self.sealing = sealing
        self._grace = grace

    async def write(self, person: str, content: AsyncIterable[bytes]) -> Blob:
        """Store a stream that nothing names yet; what a stream that breaks off left is removed."""
        blob = Blob(self._new_id(), person, self.sealing)
        due_at = self._clock.now() + self._grace
        await self._intents.add(BlobIntent(id=blob.id, person=person, sealed=blob.sealed, due_at=due_at))
        try:
            await self._blobs.write(blob, content)
        except BaseException:
            # Best done now; if the store is away, or the process is being stopped, the sweep does it.
            with contextlib.suppress(Exception):
                await self.discard(blob)
            raise
        return blob

    async def settle(self, *blobs: Blob) -> None:
        """The blobs are named now."""
        for blob in blobs:
            intent = await self._intents.get(blob.id)
            if intent is not None:
                await self._intents.remove(intent)

    async def discard(self, *blobs: Blob) -> None:
        """Nothing names the blobs, or does any more."""
        for blob in blobs:
            await self._blobs.delete(blob)
            await self.settle(blob)

    async def read(self, blob: Blob, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        async for piece in self._blobs.read(blob, start, stop):
            yield piece

    async def sweep(self, is_named: IsNamed) -> int:
        """Remove blobs that were written a grace time ago and are named by nothing; answers how many."""
        swept = 0
        async for intent in overdue(self._intents, self._clock):
            blob = Blob(intent.id, intent.person, intent.sealed)
            if await is_named(blob.id):
                await self.settle(blob)
            else:
                await self.discard(blob)
                swept += 1
        return swept
