"""The commands of docs/files.md, run as they stand there by a shell against a real process."""

import asyncio
import json
import os
import re
import shutil
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE
from typing import Any
from uuid import uuid1

import pytest
from pymongo import MongoClient

from bench.file_server import CASES, FileServer, file_server
from bench.samples import BUYER
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs/files.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def png(width: int, height: int) -> bytes:
    """A whole picture of noise."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def documents(said: str) -> Iterator[dict[str, Any]]:
    """The JSON answers that stand in it, one behind the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(said):
        document, at = decoder.raw_decode(said, at)
        yield document


PNG = png(40, 40)


@pytest.fixture
async def server(mongo_url: str) -> AsyncIterator[FileServer]:
    name = f"contract_{uuid1().hex}"
    async with file_server(mongo_url, name) as running:
        yield running
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(name)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="the page is written for bash and curl")
async def test_every_command_of_the_page_does_what_it_says(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(PNG)
    known = {
        "EVIDENCE": server.url,
        "CASE": CASES[0],
        "BUYER": BUYER.id,
        "SIZE": str(len(PNG)),
        "SHA256": sha256(PNG).hexdigest(),
    }
    script = "\n".join(["set -euo pipefail", *STEPS])

    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=tmp_path, env={"PATH": "/usr/bin:/bin", **known}, stdout=PIPE, stderr=PIPE
    )
    said, complained = (part.decode() for part in await shell.communicate())

    assert shell.returncode == 0, complained
    raw, form, upload, link = documents(said)
    assert raw["sha256"] == form["sha256"] == known["SHA256"]
    assert upload["outcome"] is not None
    assert link["url"]
    assert (tmp_path / "part").read_bytes() == PNG[:1024]
    assert (tmp_path / f"{known['SHA256'][:16]}.png").read_bytes() == PNG
