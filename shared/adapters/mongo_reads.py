"""Noted reads in MongoDB, one document for each, which the server removes when its time is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from shared.adapters.mongo_client import Database, at_start, translated
from shared.adapters.mongo_layout import lay_out
from shared.eventing.reads import Read
from shared.kernel.actors import Role


class MongoReads:
    """The `Reads` port over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._reads = database["reads"]

    async def start(self) -> None:
        await at_start(self._lay_out)

    async def _lay_out(self) -> None:
        await lay_out(
            self._reads,
            [
                IndexModel([("shown.stream", ASCENDING), ("_id", ASCENDING)], name="of"),
                IndexModel([("until", ASCENDING)], name="until", expireAfterSeconds=0),
            ],
        )

    async def note(self, read: Read) -> None:
        with translated():
            await self._reads.insert_one(_document(read))

    async def of(self, stream: str, now: datetime, *, after: str | None = None, limit: int = 50) -> Sequence[Read]:
        # The server removes what is over about once a minute; until then it is left out here.
        where = {"shown.stream": stream, "_id": {"$gt": after or ""}, "until": {"$gt": now}}
        with translated():
            found = await self._reads.find(where, sort=[("_id", ASCENDING)], limit=limit).to_list(None)
        return [_read(document, stream) for document in found]


def _document(read: Read) -> dict[str, Any]:
    return {
        "_id": read.id,
        "at": read.at,
        "role": read.role,
        "actor": read.actor,
        "request": read.request,
        "what": read.what,
        "part": read.part,
        "shown": [{"stream": stream, "version": version} for stream, version in read.shown.items()],
        "until": read.until,
    }


def _read(document: Mapping[str, Any], stream: str) -> Read:
    fields = {name: value for name, value in document.items() if name != "_id"}
    fields["role"] = Role(document["role"]) if document["role"] else None
    fields["shown"] = {one["stream"]: one["version"] for one in document["shown"] if one["stream"] == stream}
    return Read(id=document["_id"], **fields)
