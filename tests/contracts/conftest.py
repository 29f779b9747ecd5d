"""The stores that the contracts are asked of: in memory, and in the MongoDB of the environment."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from uuid import uuid1

import pytest

from shared.adapters.mongo_client import Database, open_database
from tests.kit.servers import start_servers
from tests.kit.stores import Fresh


@pytest.fixture(scope="session")
def mongo_url() -> Iterator[str]:
    if url := os.environ.get("TEST_MONGO_URL"):
        yield url
        return
    with start_servers() as servers:
        yield servers.mongo_url


@pytest.fixture
async def database(mongo_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database of this test's own, gone when it ends."""
    opened = await open_database(mongo_url, f"{re.sub(r'[^a-z0-9]+', '_', request.node.name)[:30]}_{uuid1().hex[:12]}")
    yield opened
    await opened.client.drop_database(opened.name)
    opened.client.close()


@pytest.fixture
async def fresh_database(mongo_url: str) -> AsyncIterator[Fresh]:
    """Opens databases of this test's own, all gone when it ends: for suites that also run in memory."""
    opened: list[Database] = []

    async def open_one() -> Database:
        opened.append(await open_database(mongo_url, f"contract_{uuid1().hex}"))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.client.drop_database(database.name)
        database.client.close()
