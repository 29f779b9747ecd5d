"""`redress mongo prepare`: what services find laid out when they start."""

import asyncio

from cyclopts import App
from rich.console import Console

from redress.registry import DEFINITIONS, opened, settings_for, views_of
from shared.adapters.file_ports import lay_out_files
from shared.adapters.mongo_client import open_database
from shared.adapters.settings import Settings
from shared.adapters.vocabulary import require_readable
from shared.eventing.projector import LivePointers

app = App(name="mongo", help="The databases of the services.")
console = Console()


@app.command
def prepare() -> None:
    """Make what services find when they start, as a user who may; run it before each new release. Safe to repeat."""
    asyncio.run(_prepare(Settings()))
    console.print(f"{len(DEFINITIONS)} databases are laid out", highlight=False)


async def _prepare(settings: Settings) -> None:
    for service, definition in DEFINITIONS.items():
        async with opened(service, settings) as ports:
            await require_readable(ports.database, definition.model)
            await LivePointers(ports.pointers, ports.store, list(views_of(service).values())).refresh()
    own = settings_for("evidence", settings).mongo
    database = await open_database(own.url.get_secret_value(), str(own.database))
    try:
        await lay_out_files(settings.files, database)
    finally:
        database.client.close()
