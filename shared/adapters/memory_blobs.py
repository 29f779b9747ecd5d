"""Blobs in memory, for wiring tests. Proven by the suite of the real stores."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from shared.eventing.blobs import Blob, joined

_PIECE: Final = 256 * 1024


class MemoryBlobs:
    """The `Blobs` port without a server."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    async def write(self, blob: Blob, content: AsyncIterable[bytes]) -> int:
        whole = await joined(content)
        if blob.id in self.stored:
            raise ValueError(f"there is a blob {blob.id} already")
        self.stored[blob.id] = whole
        return len(whole)

    async def size(self, blob: Blob) -> int | None:
        whole = self.stored.get(blob.id)
        return None if whole is None else len(whole)

    async def read(self, blob: Blob, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if blob.id not in self.stored:
            raise LookupError(f"no blob {blob.id} is stored")
        asked = self.stored[blob.id][start:stop]
        for at in range(0, len(asked), _PIECE):
            yield asked[at : at + _PIECE]

    async def delete(self, blob: Blob) -> None:
        self.stored.pop(blob.id, None)
