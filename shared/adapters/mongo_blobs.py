"""Blobs in MongoDB, laid out as GridFS lays files out, so that every tool for GridFS reads them.

The chunks are written by ourselves: the driver's own writer gathers 16 MiB and more before it sends any, which would
hold whole files in memory. No transaction: a blob counts once its files document stands, which is written last.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from bson.binary import Binary
from pymongo import IndexModel
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.adapters.mongo_client import Database, translated
from shared.adapters.mongo_layout import lay_out
from shared.eventing.blobs import Blob, FileDamagedError, even, length_of

CHUNK: Final = 255 * 1024
"""As GridFS does by default: with its frame a chunk stays under a power of two."""
_AT_ONCE: Final = 4
"""Chunks sent together, and held."""
_TAKEN: Final = 11000


class MongoBlobs:
    """The `Blobs` port over GridFS."""

    def __init__(self, database: Database, bucket: str = "blobs") -> None:
        self._files = database[f"{bucket}.files"]
        self._chunks = database[f"{bucket}.chunks"]
        self._laid_out = False
        self._laying_out = asyncio.Lock()

    async def write(self, blob: Blob, content: AsyncIterable[bytes]) -> int:
        await self.lay_out()
        length = number = 0
        try:
            async for batch in even(content, CHUNK * _AT_ONCE):
                pieces = [batch[at : at + CHUNK] for at in range(0, len(batch), CHUNK)]
                documents = [
                    {"files_id": blob.id, "n": n, "data": Binary(piece)} for n, piece in enumerate(pieces, number)
                ]
                with translated():
                    await self._chunks.insert_many(documents, ordered=False)
                length += len(batch)
                number += len(pieces)
            with translated():
                await self._files.insert_one(self._described(blob, length))
        except (DuplicateKeyError, BulkWriteError) as error:
            codes = {found.get("code") for found in (error.details or {}).get("writeErrors", ())}
            if isinstance(error, BulkWriteError) and codes != {_TAKEN}:
                raise
            raise ValueError(f"there is a blob {blob.id} already") from error
        return length

    async def size(self, blob: Blob) -> int | None:
        with translated():
            found = await self._files.find_one({"_id": blob.id}, {"length": 1})
        return None if found is None else int(found["length"])

    async def read(self, blob: Blob, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        length = await length_of(self, blob)
        end = length if stop is None else min(stop, length)
        if start >= end:
            return
        first, last = start // CHUNK, (end - 1) // CHUNK
        where = {"files_id": blob.id, "n": {"$gte": first, "$lte": last}}
        cursor = self._chunks.find(where, {"data": 1, "n": 1}, batch_size=_AT_ONCE).sort("n", 1)
        number = first
        with translated():
            async for chunk in cursor:
                if chunk["n"] != number or len(chunk["data"]) != min(CHUNK, length - number * CHUNK):
                    break
                lower, upper = max(start - number * CHUNK, 0), end - number * CHUNK
                yield bytes(chunk["data"][lower:upper])
                number += 1
        if number <= last:
            raise FileDamagedError(f"chunk {number} of blob {blob.id} is missing or cut short")

    async def delete(self, blob: Blob) -> None:
        with translated():
            await self._files.delete_one({"_id": blob.id})
            await self._chunks.delete_many({"files_id": blob.id})

    async def lay_out(self) -> None:
        """Make the index that is missing, once for each process."""
        async with self._laying_out:
            if not self._laid_out:
                with translated():
                    await lay_out(self._chunks, [IndexModel([("files_id", 1), ("n", 1)], unique=True)])
                self._laid_out = True

    @staticmethod
    def _described(blob: Blob, length: int) -> dict[str, Any]:
        uploaded = datetime.now(UTC)  # noqa: TID251  # what GridFS tools show; nothing here reads it
        return {"_id": blob.id, "length": length, "chunkSize": CHUNK, "uploadDate": uploaded, "filename": blob.id}
