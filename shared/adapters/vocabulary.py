"""Which facts a log may hold: noted by every build that starts, so that an older one knows what it cannot read."""

from collections.abc import Iterator
from typing import Any

from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_client import Database, at_start
from shared.eventing.model import Model

_ID = "vocabulary"


def words_of(model: Model) -> frozenset[str]:
    """Every fact that a build writes into its log, with each of its fields, and every fact that it hears."""
    own = {f"{fact.TYPE} {name}" for fact in model.facts for name in ("", *fact.model_fields)}
    return frozenset(own | {f"{heard.TYPE} " for heard in model.hears})


async def require_readable(database: Database, model: Model) -> None:
    """Note this build's words; raise Misconfigured when the log holds what only a newer build can read.

    That a newer one ran is no harm. The log is searched only where one did, and only for what is unknown here. A server
    that is away is waited for as at every start.
    """
    await at_start(lambda: _hold_against(database, words_of(model)))


async def _hold_against(database: Database, own: frozenset[str]) -> None:
    known = await database["deployment"].find_one({"_id": _ID}) or {"words": []}
    for word, where in _searches(frozenset(known["words"]) - own, own):
        if await database["log"].find_one(where, {"_id": 1}):
            raise Misconfigured(
                f"the log in {database.name} holds {word.strip().replace(' ', ' with field ')}, written by a newer "
                f"version: start that version, or restore a backup from before it ran"
            )
    if not own <= set(known["words"]):
        await database["deployment"].update_one(
            {"_id": _ID}, {"$addToSet": {"words": {"$each": sorted(own)}}}, upsert=True
        )


def _searches(unknown: frozenset[str], own: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for word in sorted(unknown):
        kind, _, name = word.partition(" ")
        if not name:
            yield word, {"$or": [{"facts.type": kind}, {"heard.type": kind}]}
        elif f"{kind} " in own:
            yield word, {"facts": {"$elemMatch": {"type": kind, "data": {"$regex": f'"{name}":'}}}}
