"""Evidence files for tests: over memory or MongoDB, on a clock that the test moves."""

from collections.abc import AsyncIterator
from typing import Any

from shared.adapters.clock import VirtualClock
from shared.adapters.file_ports import Files, Registers, assembled, memory_registers, mongo_registers
from shared.adapters.memory_blobs import MemoryBlobs
from shared.adapters.mongo_blobs import MongoBlobs
from shared.adapters.settings import FileSettings
from shared.eventing.blobs import Blobs
from shared.eventing.ports import Keys
from shared.kernel.refusals import Refused

ROOM = 100_000_000


def some_files(
    database: Any, clock: VirtualClock, keys: Keys | None = None, settings: FileSettings | None = None
) -> tuple[Files, Registers, Blobs]:
    """Files, and what they stand on."""
    registers = memory_registers() if database is None else mongo_registers(database)
    blobs: Blobs = MemoryBlobs() if database is None else MongoBlobs(database)
    return assembled(blobs, registers, clock, keys, settings or FileSettings()), registers, blobs


async def as_a_photo(content: bytes, name: str | None) -> str | Refused:
    """Takes everything for a photo but what begins with a bang."""
    if content.startswith(b"!"):
        return Refused("file_must_decode", detail=f"{name} is none")
    return "image/jpeg"


async def in_pieces(content: bytes, size: int = 300_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]
