"""A service that starts while MongoDB fails over starts a little later; it does not end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit
from uuid import uuid1

import pytest
from pymongo.errors import AutoReconnect

from shared.adapters.failures import Unreachable
from shared.adapters.mongo_client import AWAY, at_start, open_database
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_park import MongoPark

Breaks = Callable[[bytes], bool]

STEPS = (b"ping", b"dbStats", b"createIndexes", b"update", b"find")


@asynccontextmanager
async def proxy_of(url: str, breaks: Breaks) -> AsyncIterator[str]:
    """An address that leads to the server, and cuts the connection at the request that `breaks` says."""
    server = urlsplit(url)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, breaks: Breaks) -> None:
        while (some := await source.read(65536)) and not breaks(some):
            sink.write(some)
            await sink.drain()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection(server.hostname, server.port)
        ways = [
            asyncio.create_task(pump(reader, requests, breaks)),
            asyncio.create_task(pump(answers, writer, lambda _: False)),
        ]
        with suppress(ConnectionError, asyncio.CancelledError):
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (requests, writer):
            end.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"mongodb://127.0.0.1:{port}/?directConnection=true"


async def start(url: str, name: str) -> None:
    """What every service does before anything else."""
    database = await open_database(url, name, timeout=5)
    try:
        log = MongoEventLog(database, lanes=4)
        await log.start()
        await log.stop()
        await MongoPark(database).start()
    finally:
        await database.client.drop_database(name)
        # Closing asks the server, through a proxy that this loop runs.
        await asyncio.to_thread(database.client.close)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.decode())
async def test_a_connection_that_breaks_at_any_step_of_a_start_is_made_again(mongo_url: str, step: bytes) -> None:
    """INVARIANT: a fail-over in the midst of a start costs time, not the process."""
    seen: list[bytes] = []

    def breaks(some: bytes) -> bool:
        if step in some and b"hello" not in some:
            seen.append(some)
            return len(seen) == 1
        return False

    async with proxy_of(mongo_url, breaks) as url:
        await start(url, f"start_{uuid1().hex[:12]}")

    assert len(seen) > 1, f"{step.decode()} was cut once and never asked again"


async def test_a_server_that_cuts_every_time_is_unreachable_in_the_end(mongo_url: str) -> None:
    async with proxy_of(mongo_url, lambda some: b"dbStats" in some) as url:
        with pytest.raises(Unreachable, match="MongoDB cannot be reached at"):
            await open_database(url, "start_never", timeout=0.5)


async def test_work_of_a_start_that_never_goes_through_says_that_the_server_went_away() -> None:
    tried = 0

    async def fails() -> None:
        nonlocal tried
        tried += 1
        raise AutoReconnect("connection closed")

    with pytest.raises(Unreachable, match=AWAY):
        await at_start(fails, seconds=0.2)

    assert tried > 1
