"""Where the bytes of files lie: streams by a name of ours, apart from what is known about them."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Protocol


class FileDamagedError(Exception):
    """What is stored is not what was stored: it was cut short or changed."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One stored stream. `person` is whose it is; `sealed` says that it lies under that person's key."""

    id: str
    person: str
    sealed: bool = False


class Blobs(Protocol):
    """A store of streams that are written once, whole or not at all, and read in any part.

    A write that fails or is given up leaves nothing that `size` or `read` would find. What it may leave behind
    `delete` removes.
    """

    async def write(self, blob: Blob, content: AsyncIterable[bytes]) -> int:
        """Store a stream under a name that nothing has yet, holding only a piece of it at a time; answers its size."""
        ...

    async def size(self, blob: Blob) -> int | None:
        """How many bytes are stored, None when there is no such blob."""
        ...

    def read(self, blob: Blob, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `stop`, in pieces; raises LookupError when there is no such blob."""
        ...

    async def delete(self, blob: Blob) -> None:
        """Remove what is stored under the name, and whatever a broken write left; repeating it changes nothing."""
        ...


async def length_of(blobs: Blobs, blob: Blob) -> int:
    """How many bytes are stored; raises LookupError when there is no such blob."""
    length = await blobs.size(blob)
    if length is None:
        raise LookupError(f"no blob {blob.id} is stored")
    return length


async def joined(content: AsyncIterable[bytes]) -> bytes:
    """A stream as one value, where it is known to be small enough."""
    return b"".join([piece async for piece in content])


async def one_piece(content: bytes) -> AsyncIterator[bytes]:
    """A value as a stream."""
    yield content


async def even(content: AsyncIterable[bytes], size: int) -> AsyncIterator[bytes]:
    """The same bytes in pieces of one size; the last one is what is left."""
    held: list[bytes] = []
    length = 0
    async for piece in content:
        held.append(piece)
        length += len(piece)
        if length < size:
            continue
        # Joined once and sliced once: what files spend here is copying.
        whole, at = b"".join(held), 0
        while length - at >= size:
            yield whole[at : at + size]
            at += size
        held, length = [whole[at:]], length - at
    if length:
        yield b"".join(held)
