"""Uploading files through a real process, against hashing the same bytes and storing them with the driver's GridFS."""

import asyncio
import os
import time
from hashlib import sha256

import httpx
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from bench.file_server import CASES, FileServer, file_server
from bench.results import Result, alternate
from bench.stand import Stand
from shared.adapters.mongo_client import Database

TARGET = 0.6
MIB = 1024 * 1024


async def files(stand: Stand, *, quick: bool) -> list[Result]:
    """Streamed over HTTP, hashed, sealed, inspected, named and deduplicated; the bare side hashes and stores."""
    database, bare = await stand.database("files"), await stand.database("files_bare")
    async with file_server(stand.mongo_url, database.name) as server, server.client() as client:
        return [await _uploads(client, server, bare, 10 * MIB - 1024, 3 if quick else 5, 2 if quick else 7)]


async def _uploads(
    client: httpx.AsyncClient, server: FileServer, bare: Database, size: int, many: int, rounds: int
) -> Result:
    def contents() -> list[bytes]:
        # Text: what is measured is the way in, not what decoding a picture costs.
        return [os.urandom(size // 2).hex().encode() for _ in range(many)]

    async def ours(n: int) -> float:
        made = contents()
        started = time.perf_counter()
        answers = await asyncio.gather(*(client.post(f"/cases/{CASES[n]}/files", content=content) for content in made))
        took = time.perf_counter() - started
        if [answer.status_code for answer in answers] != [201] * many:
            raise RuntimeError(f"{server.url} refused an upload: {[answer.text for answer in answers]}")
        return size * many / MIB / took

    async def theirs(_: int) -> float:
        bucket = AsyncIOMotorGridFSBucket(bare, bucket_name="files")
        made = contents()

        async def one(content: bytes) -> None:
            await bucket.upload_from_stream(sha256(content).hexdigest(), content)

        started = time.perf_counter()
        await asyncio.gather(*(one(content) for content in made))
        return size * many / MIB / (time.perf_counter() - started)

    measured = await alternate(rounds, ours, theirs)
    note = f"{many} files of 10 MiB at once; SHA-256 and GridFS of the same bytes"
    return measured.result("upload files", "MiB/s", TARGET, "higher", note)
