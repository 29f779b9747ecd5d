"""`redress keys` and `redress person`: the keys of people, and the end of them."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cyclopts import App
from rich.console import Console

from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_client import open_database
from shared.adapters.mongo_keys import MongoKeys, open_keys
from shared.adapters.settings import Settings

app = App(name="keys", help="The keys under which what people write is kept.")
person = App(name="person", help="What is kept of a person.")
console = Console()


@app.command
def master(name: str) -> None:
    """Make a new master key, as a line for the file of REDRESS_KEYS__MASTER_FILE; put it first to use it."""
    console.print(f"{name}:{b64encode(secrets.token_bytes(32)).decode()}", soft_wrap=True, highlight=False)


@app.command
def status() -> None:
    """How many keys lie under each master, and how many people were erased."""

    async def count() -> None:
        async with _vault() as keys:
            for name, number in sorted((await keys.counts()).items()):
                console.print(f"{name}: {number}", highlight=False)

    asyncio.run(count())


@app.command
def rotate() -> None:
    """Wrap every key under the first master; interrupted, run it again."""

    async def move() -> None:
        async with _vault() as keys:
            console.print(f"{await keys.rotate()} keys wrapped anew", highlight=False)

    asyncio.run(move())


@person.command
def erase(person_id: str, *, yes: bool = False) -> None:
    """Destroy a person's key: nothing that lies under it can be read again, by anyone. Repeating it changes nothing.

    Parameters
    ----------
    person_id
        The person's id, as callers and orders give it.
    yes
        Say that it is meant: it cannot be undone.
    """
    if not yes:
        raise LookupError("this cannot be undone; say --yes if it is meant")

    async def destroy() -> None:
        async with _vault() as keys:
            at = await keys.destroy(person_id)
            console.print(f"the key of {person_id} was destroyed at {at:%Y-%m-%dT%H:%M:%SZ}", highlight=False)

    asyncio.run(destroy())


@asynccontextmanager
async def _vault() -> AsyncIterator[MongoKeys]:
    settings = Settings()
    database = await open_database(settings.mongo.url.get_secret_value(), settings.keys.database)
    try:
        keys = open_keys(settings.keys, database.client)
        if keys is None:
            raise Misconfigured("no master key is configured: set REDRESS_KEYS__MASTER_FILE or REDRESS_KEYS__MASTER")
        yield keys
    finally:
        database.client.close()
