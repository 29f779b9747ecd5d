"""A real process takes in and gives out all that one side may bring, and needs no more memory for it than for one file."""

import asyncio
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid1

import pytest
from pymongo import MongoClient

from bench.file_server import CASES, FileServer, file_server

MIB = 1024 * 1024
SIZE = 10 * MIB - 1024
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
FLAT = 96 * MIB
"""What may come on top: four files in hand for their inspection, each for a moment twice."""
CONTENTS = [PNG + os.urandom(SIZE - len(PNG)) for _ in range(10)]


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


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory as Linux shows it")
async def test_memory_is_flat_for_all_that_one_side_may_bring(server: FileServer) -> None:
    """INVARIANT: memory does not grow with what is uploaded or downloaded, at once or one after the other."""
    async with server.client() as client:
        small = await client.post(f"/cases/{CASES[0]}/files", content=b"warm")
        assert small.status_code == 201, small.text
        before = memory(server, "VmRSS")

        answers = await asyncio.gather(
            *(client.post(f"/cases/{CASES[1]}/files", content=in_parts(content)) for content in CONTENTS)
        )
        assert [answer.status_code for answer in answers] == [201] * 10, [answer.text for answer in answers]
        one_more = await client.post(f"/cases/{CASES[1]}/files", content=b"x" * MIB)
        assert one_more.json()["rule"] == "side_must_have_room_left"

        async def down(content: bytes) -> bool:
            digest, size = sha256(), 0
            path = f"/cases/{CASES[1]}/files/{sha256(content).hexdigest()}"
            async with client.stream("GET", path) as answer:
                assert answer.status_code == 200
                async for piece in answer.aiter_raw():
                    digest.update(piece)
                    size += len(piece)
            return (digest.hexdigest(), size) == (sha256(content).hexdigest(), SIZE)

        assert await asyncio.gather(*(down(content) for content in CONTENTS)) == [True] * 10

    grown = memory(server, "VmHWM") - before
    assert grown < FLAT, f"{grown / MIB:.0f} MiB on top of {before / MIB:.0f} for 100 MiB up and down"
