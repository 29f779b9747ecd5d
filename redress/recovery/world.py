"""What of a deployment a backup knows by name: its databases, groups, and topics of our own and of others."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from redress import registry
from redress.registry import DEFINITIONS
from shared.adapters.mongo_client import open_database
from shared.adapters.settings import Settings
from shared.contracts.topology import group_of

TOLD: Final[Sequence[str]] = sorted({told.TOPIC for d in DEFINITIONS.values() for told in d.model.tells})
"""Topics that only our services write facts on: all of it follows from the logs."""

OUTSIDE: Final[Mapping[str, Sequence[str]]] = {
    group_of(name): sorted(({heard.TOPIC for heard in d.model.hears} | {f"{name}.commands"}) - set(TOLD))
    for name, d in DEFINITIONS.items()
}
"""By group, topics that others write on, too: no log of ours holds all that stands there."""

GROUPS: Final = tuple(OUTSIDE)
PARKED: Final = "parked"
NOTED: Final = (PARKED, "reads")
"""Collections of every service that are truth beside its log."""
REGISTERED: Final = "stored_files"
"""What is known about evidence files. Uploads under way and their pieces are begun anew."""
BLOBS: Final = ("blobs.files", "blobs.chunks")
VAULT: Final = ("people", "masters")


def collections_of(service: str) -> Sequence[str]:
    """The collections, beside its log, of which a service's copy consists."""
    return (*NOTED, REGISTERED) if service == "evidence" else NOTED


@asynccontextmanager
async def databases(settings: Settings) -> AsyncIterator[Mapping[str, Any]]:
    """The database of each service, as it is: nothing is laid out, so a user who may only read will do."""
    opened: dict[str, Any] = {}
    try:
        for service in DEFINITIONS:
            mongo = registry.settings_for(service, settings).mongo
            opened[service] = await open_database(mongo.url.get_secret_value(), mongo.database or "")
        yield opened
    finally:
        for database in opened.values():
            database.client.close()
