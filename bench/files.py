"""Uploading files through a real process, against hashing the same bytes and storing them with the driver's GridFS."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import httpx
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from PIL import Image

from bench.file_server import CASES, FileServer, file_server
from bench.photographs import PHONE, photographs, saved
from bench.results import Result, alternate
from bench.stand import Stand
from shared.adapters.mongo_client import Database

TARGET = 0.6
MIB = 1024 * 1024


async def files(stand: Stand, *, quick: bool) -> list[Result]:
    """Streamed over HTTP, hashed, sealed, inspected, named and deduplicated; the bare side hashes and stores."""
    database, bare = await stand.database("files"), await stand.database("files_bare")
    async with file_server(stand.mongo_url, database.name) as server, server.client() as client:
        texts, pictures = (3, 6) if quick else (5, 12)
        rounds = 2 if quick else 7
        on = _Sides(client, server, bare)
        return [
            await on.compared("upload files", lambda: _texts(texts), decode=False, rounds=rounds),
            await on.compared("upload photographs", lambda: _pictures(pictures), decode=True, rounds=rounds),
        ]


def _texts(many: int) -> Sequence[bytes]:
    """What is measured is the way in, not what decoding costs."""
    return [os.urandom(5 * MIB - 512).hex().encode() for _ in range(many)]


def _pictures(many: int) -> Sequence[bytes]:
    """As phones make them. The comment makes each another file, or it would be kept already."""
    taken = list(photographs().values())[:many]
    sized = [one.resize(PHONE, Image.Resampling.BICUBIC) for one in taken]
    return [_remarked(saved(one, quality=95)) for one in sized]


def _remarked(jpeg: bytes) -> bytes:
    remark = os.urandom(16)
    return jpeg[:2] + b"\xff\xfe" + (len(remark) + 2).to_bytes(2) + remark + jpeg[2:]


def _decoded(content: bytes) -> None:
    with Image.open(BytesIO(content)) as picture:
        picture.load()


@dataclass(frozen=True, slots=True)
class _Sides:
    """A real process to upload to, and the database that the bare side writes to."""

    client: httpx.AsyncClient
    server: FileServer
    bare: Database

    async def compared(self, name: str, make: Callable[[], Sequence[bytes]], *, decode: bool, rounds: int) -> Result:
        measured = await alternate(rounds, lambda n: self._ours(n, make()), lambda _: self._theirs(make(), decode))
        files = make()
        size = sum(map(len, files)) / MIB / len(files)
        same = "SHA-256, Pillow's whole decode and GridFS" if decode else "SHA-256 and GridFS"
        note = f"{len(files)} files of {size:.0f} MiB at once; {same} of the like"
        return measured.result(name, "MiB/s", TARGET, "higher", note)

    async def _ours(self, n: int, files: Sequence[bytes]) -> float:
        started = time.perf_counter()
        posts = (self.client.post(f"/cases/{CASES[n]}/files", content=content) for content in files)
        answers = await asyncio.gather(*posts)
        took = time.perf_counter() - started
        if [answer.status_code for answer in answers] != [201] * len(files):
            raise RuntimeError(f"{self.server.url} refused an upload: {[answer.text for answer in answers]}")
        return sum(map(len, files)) / MIB / took

    async def _theirs(self, files: Sequence[bytes], decode: bool) -> float:
        bucket = AsyncIOMotorGridFSBucket(self.bare, bucket_name="files")

        async def one(content: bytes) -> None:
            if decode:
                await asyncio.to_thread(_decoded, content)
            await bucket.upload_from_stream(sha256(content).hexdigest(), content)

        started = time.perf_counter()
        await asyncio.gather(*(one(content) for content in files))
        return sum(map(len, files)) / MIB / (time.perf_counter() - started)
