"""The gateway passes a connection to whoever answers, and says so if nobody does. Needs no Docker."""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.architecture.tree import ROOT
from tests.kit.ports import free_ports

LARGE = b"evidence" * 100_000


@asynccontextmanager
async def gateway(port: int, target: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, ROOT / "docker" / "gateway.py", f"{port}={target}")
    try:
        for _ in range(400):
            if await _listens(port):
                break
            await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        assert await process.wait() == 0


async def test_both_ways_to_their_end() -> None:
    outside, inside = free_ports(2)

    async def echo(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(await reader.read())
        writer.write_eof()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", inside)
    async with server, gateway(outside, f"localhost:{inside}"), asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", outside)
        writer.write(LARGE)
        writer.write_eof()

        assert await reader.read() == LARGE
        writer.close()


async def test_nobody_answers() -> None:
    outside, inside = free_ports(2)

    async with gateway(outside, f"127.0.0.1:{inside}"), httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{outside}/readyz")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
