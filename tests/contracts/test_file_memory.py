"""A real process takes in and gives out all that one side may bring, in no more memory than one file needs."""

import asyncio
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid1

import httpx
import pytest
from pymongo import MongoClient

from bench.file_server import CASES, FileServer, file_server

pytestmark = pytest.mark.timeout(300)  # real processes at work: a machine busy with other things takes its time

MIB = 1024 * 1024
SIZE = 10 * MIB - 1024
FLAT = 32 * MIB
"""What a hundred more may add, once others have brought buffers, threads and arenas: a third of its bytes."""
WHOLE = 384 * MIB
"""What the process may have in all: files in hand, and their copies on the way to two workers."""
CONTENTS = [os.urandom(SIZE // 2).hex().encode() for _ in range(10)]


@pytest.fixture
async def server(mongo_url: str) -> AsyncIterator[FileServer]:
    name = f"contract_{uuid1().hex}"
    async with file_server(mongo_url, name) as running:
        yield running
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(name)


def memory(server: FileServer, what: str) -> int:
    """VmRSS now, or VmHWM at its highest, in bytes."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(what))


async def in_parts(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 100_000):
        yield content[at : at + 100_000]


async def side(client: httpx.AsyncClient, case: str, mark: bytes) -> None:
    """All that one side may bring to a case: up at once, one file too many, and down at once."""
    contents = [content[: -len(mark)] + mark for content in CONTENTS]
    files = f"/cases/{case}/files"
    answers = await asyncio.gather(*(client.post(files, content=in_parts(content)) for content in contents))
    assert [answer.status_code for answer in answers] == [201] * 10, [answer.text for answer in answers]
    one_more = await client.post(files, content=b"x" * MIB)
    assert one_more.json()["rule"] == "side_must_have_room_left"

    async def down(content: bytes) -> bool:
        digest, wanted, size = sha256(), sha256(content).hexdigest(), 0
        async with client.stream("GET", f"{files}/{wanted}") as answer:
            assert answer.status_code == 200
            async for piece in answer.aiter_raw():
                digest.update(piece)
                size += len(piece)
        return (digest.hexdigest(), size) == (wanted, SIZE)

    assert await asyncio.gather(*(down(content) for content in contents)) == [True] * 10


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory as Linux shows it")
async def test_memory_is_flat_for_all_that_one_side_may_bring(server: FileServer) -> None:
    """INVARIANT: memory does not grow with what is uploaded or downloaded, at once or one after the other.

    Content that is kept after its request, or bodies that are gathered whole, break it.
    """
    async with server.client() as client:
        for case in CASES[1:3]:  # with one alone, how the first threads happened to meet weighs up to 30 MiB
            await side(client, case, case.encode())
        before = memory(server, "VmHWM")
        await side(client, CASES[3], b"one more")
        after = memory(server, "VmHWM")

    assert after - before < FLAT, f"{(after - before) / MIB:.0f} MiB for another 100 MiB up and down"
    assert after < WHOLE, f"{after / MIB:.0f} MiB in all"
