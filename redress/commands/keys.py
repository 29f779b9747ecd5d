"""`redress keys` and `redress person`: the keys of people, and the end of them."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cyclopts import App
from rich.console import Console

from redress.registry import opened, settings_for
from services.intake.app import DEFINITION as INTAKE
from services.intake.domain.erasing import PERSON, ErasePerson
from services.intake.views import erasures
from services.intake.views.erasures import Erasure
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_client import open_database
from shared.adapters.mongo_keys import MongoKeys, keep_new_master, new_master, open_keys
from shared.adapters.service import Service
from shared.adapters.settings import Settings
from shared.eventing.outcomes import Rejected
from shared.eventing.requests import Request, request_model
from shared.kernel.actors import SYSTEM
from shared.kernel.ids import derived_id

app = App(name="keys", help="The keys under which what people write is kept.")
person = App(name="person", help="What is kept of a person.")
console = Console()


@app.command
def master(name: str, *, into: Path | None = None) -> None:
    """Make a new master key, as a line for the file of REDRESS_KEYS__MASTER_FILE; put it first to use it.

    Parameters
    ----------
    name
        Its id, which the vault knows it by.
    into
        A file to leave it in for our user alone, unless there is one already: for the first start.
    """
    if into is None:
        console.print(new_master(name), soft_wrap=True, highlight=False)
        return
    try:
        made = keep_new_master(into, name)
    except OSError as error:
        raise Misconfigured(f"no master key can be left in {into}: {error.strerror}") from error
    console.print(f"{into}: {'made' if made else 'there already, left as it is'}", soft_wrap=True, highlight=False)


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
def erase(person_id: str, *, yes: bool = False, wait: float = 60) -> None:
    """Have a person's key destroyed: what they wrote can then be read by nobody. Repeating it changes nothing.

    Parameters
    ----------
    person_id
        The person's id, as callers and orders give it.
    yes
        Say that it is meant: it cannot be undone.
    wait
        Seconds to wait for the proof, which a running intake leaves.
    """
    if not yes:
        raise LookupError("this cannot be undone; say --yes if it is meant")
    erased = asyncio.run(erasure_of(person_id, wait))
    if isinstance(erased, str):
        console.print(erased, highlight=False)
        sys.exit(1)
    console.print(
        f"the key of {person_id} was destroyed at {erased.destroyed_at:%Y-%m-%dT%H:%M:%SZ}; "
        f"its SHA-256 was {erased.key_fingerprint or 'none: nothing of theirs was ever kept'}",
        highlight=False,
        soft_wrap=True,
    )


async def erasure_of(person_id: str, wait: float) -> Erasure | str:
    """The proof, or why there is none: the rule that refused, or an intake that does not run."""
    settings = settings_for("intake", Settings())
    async with opened("intake", settings) as ports:
        intake = Service(INTAKE, settings, ports)
        await intake.pointers.refresh()
        stream = f"{PERSON}{person_id}"
        cause = derived_id(ErasePerson.NAME, stream)
        body = request_model(ErasePerson)()
        request = Request(ErasePerson, body, cause, stream, ports.clock.now(), SYSTEM)
        outcome = await intake.engine.carry_out(request, source="operator")
        if isinstance(outcome, Rejected):
            told = outcome.refused
            return f"{told.rule}: {told.detail}" + (f"; {told.cure}" if told.cure else "")
        end = time.monotonic() + wait
        while time.monotonic() < end:
            seen = await intake.reader.one(erasures.VIEW, stream)
            if seen and seen.document.status == "erased":
                return seen.document
            await asyncio.sleep(0.2)
        return f"the erasure of {person_id} is ordered; a running intake carries it out. Ask again for the proof"


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
