"""Uploading files through a real process, against hashing the same bytes and storing them in GridFS's layout."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context

import httpx
from bson import ObjectId

from bench.file_server import CASES, FileServer, file_server
from bench.photographs import PHONE, as_phones_make_them, decoded
from bench.results import Result, Rounds, alternate
from bench.stand import Stand
from shared.adapters.mongo_blobs import CHUNK
from shared.adapters.mongo_client import Database
from shared.adapters.settings import WorkerSettings

TARGET = 0.6
MIB = 1024 * 1024
_TOGETHER = 40
"""Chunks in one message, some 10 MiB: the server takes up to 48."""


async def files(stand: Stand, *, quick: bool) -> list[Result]:
    """Streamed over HTTP, hashed, sealed, inspected, named and deduplicated; the bare side hashes and stores.

    As many processes decode photographs beside the bare loop as beside ours: in its own they would be in its way.
    """
    database, bare = await stand.database("files"), await stand.database("files_bare")
    await bare["chunks"].create_index([("files_id", 1), ("n", 1)], unique=True)
    processes, spawned = WorkerSettings().size, get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawned) as decoders:
        async with file_server(stand.mongo_url, database.name) as server, server.client() as client:
            texts, pictures = (3, 6) if quick else (5, 12)
            rounds = 2 if quick else 7
            on = _Sides(client, server, bare, decoders)
            taken = as_phones_make_them(pictures)
            text = await on.compared(rounds, lambda: _texts(texts), decode=False)
            picture = await on.compared(rounds, lambda: [_remarked(one) for one in taken], decode=True)
    note = f"{texts} files of 10 MiB at once; SHA-256 and GridFS of the like"
    jpegs = (
        f"{pictures} JPEG of {PHONE[0]} x {PHONE[1]} at once; SHA-256, GridFS, Pillow's decode in {processes} processes"
    )
    return [
        text.result("upload files", "MiB/s", TARGET, "higher", note),
        picture.result("upload photographs", "MiB/s", TARGET, "higher", jpegs),
    ]


def _texts(many: int) -> Sequence[bytes]:
    """What is measured is the way in, not what decoding costs."""
    return [os.urandom(5 * MIB - 512).hex().encode() for _ in range(many)]


def _remarked(jpeg: bytes) -> bytes:
    """The same picture as another file, or it would be kept already."""
    remark = os.urandom(16)
    return jpeg[:2] + b"\xff\xfe" + (len(remark) + 2).to_bytes(2) + remark + jpeg[2:]


@dataclass(frozen=True, slots=True)
class _Sides:
    """A real process to upload to, and the database that the bare side writes to."""

    client: httpx.AsyncClient
    server: FileServer
    bare: Database
    decoders: Executor

    async def compared(self, rounds: int, make: Callable[[], Sequence[bytes]], *, decode: bool) -> Rounds:
        if decode:
            await asyncio.gather(*(self._decoded(content) for content in make()))  # the processes start with the first
        return await alternate(rounds, lambda n: self._ours(n, make()), lambda _: self._theirs(make(), decode))

    async def _ours(self, n: int, files: Sequence[bytes]) -> float:
        started = time.perf_counter()
        posts = (self.client.post(f"/cases/{CASES[n]}/files", content=content) for content in files)
        answers = await asyncio.gather(*posts)
        took = time.perf_counter() - started
        if [answer.status_code for answer in answers] != [201] * len(files):
            raise RuntimeError(f"{self.server.url} refused an upload: {[answer.text for answer in answers]}")
        return sum(map(len, files)) / MIB / took

    async def _theirs(self, files: Sequence[bytes], decode: bool) -> float:
        async def one(content: bytes) -> None:
            if decode:
                await self._decoded(content)
            await self._stored(sha256(content).hexdigest(), content)

        started = time.perf_counter()
        await asyncio.gather(*(one(content) for content in files))
        return sum(map(len, files)) / MIB / (time.perf_counter() - started)

    async def _stored(self, name: str, content: bytes) -> None:
        """As GridFS lays a file out. The driver's own writer is slower with small files at once: 4 against 12 MiB/s."""
        file, pieces = ObjectId(), range(0, len(content), CHUNK)
        chunks = [{"files_id": file, "n": n, "data": content[at : at + CHUNK]} for n, at in enumerate(pieces)]
        for first in range(0, len(chunks), _TOGETHER):
            await self.bare["chunks"].insert_many(chunks[first : first + _TOGETHER], ordered=False)
        await self.bare["files"].insert_one({"_id": file, "length": len(content), "chunkSize": CHUNK, "filename": name})

    async def _decoded(self, content: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(self.decoders, decoded, content)
