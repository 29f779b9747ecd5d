"""Documents of one database byte for byte, out of it and into it: what backups are made of and restored from."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

import bson
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne

from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_client import Database, translated
from shared.adapters.mongo_documents import CODEC, from_document
from shared.eventing.commits import Commit
from shared.kernel.lanes import lane_at, number_of

_PAGE: Final = 500
_MARK: Final = "recovery"
_RAW = CODEC.with_options(document_class=RawBSONDocument)


class MongoArchive:
    """One service's database, as whoever backs it up or restores it sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.name = database.name

    async def lane(self, after: int, until: int) -> AsyncIterator[Sequence[bytes]]:
        """The commits of one lane after a position, up to another and with it, in order.

        Raises Misconfigured where one is missing: the log lost what it had acknowledged.
        """
        log: Any = self._database.get_collection("log", codec_options=_RAW)
        while after < until:
            # By name, as the log itself is read (ADR 0003).
            places = [Int64(place) for place in range(after + 1, min(after + _PAGE, until) + 1)]
            with translated():
                found = await log.find({"_id": {"$in": places}}, sort=[("_id", 1)], batch_size=_PAGE).to_list(None)
            if len(found) != len(places):
                where = f"lane {lane_at(after)} between {number_of(places[0])} and {number_of(places[-1])}"
                raise Misconfigured(f"{self.name} lacks commits of {where}: restore it from a backup")
            after = places[-1]
            yield [document.raw for document in found]

    async def every(self, collection: str) -> AsyncIterator[Sequence[bytes]]:
        """Every document of a collection, in the order of their ids."""
        raw: Any = self._database.get_collection(collection, codec_options=_RAW)
        page: list[bytes] = []
        with translated():
            async for document in raw.find({}, sort=[("_id", 1)], batch_size=_PAGE):
                page.append(document.raw)
                if len(page) == _PAGE:
                    yield page
                    page = []
        if page:
            yield page

    async def holds(self, collections: Sequence[str]) -> str | None:
        """The first of the collections that is not empty, if any."""
        for collection in collections:
            with translated():
                if await self._database[collection].find_one({}, {"_id": 1}):
                    return collection
        return None

    async def append(self, documents: Sequence[bytes]) -> None:
        """Put commits into the log, in order: where this breaks off, what is there has no gap."""
        log: Any = self._database.get_collection("log", codec_options=_RAW)
        with translated():
            await log.insert_many([RawBSONDocument(document) for document in documents], ordered=True)

    async def put(self, collection: str, documents: Sequence[bytes]) -> None:
        """Put documents into a collection, each over the one of its id: repeating it changes nothing."""
        raw: Any = self._database.get_collection(collection, codec_options=_RAW)
        whole = [RawBSONDocument(document) for document in documents]
        with translated():
            await raw.bulk_write([ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in whole], ordered=False)

    async def begin(self, work: str) -> None:
        """Note that a recovery is under way: until it has ended no service starts on this database."""
        with translated():
            await self._database["deployment"].update_one({"_id": _MARK}, {"$set": {"work": work}}, upsert=True)

    async def under_way(self) -> str | None:
        """The recovery that has begun and not ended, if any."""
        with translated():
            found = await self._database["deployment"].find_one({"_id": _MARK})
        return None if found is None else str(found["work"])

    async def end(self) -> None:
        """Let services start again."""
        with translated():
            await self._database["deployment"].delete_one({"_id": _MARK})

    async def publish_again(self) -> None:
        """Let the relay begin anew, and forget how often batches were tried: offsets of a new Kafka mean others."""
        with translated():
            await self._database["cursors"].delete_many({"_id": {"$regex": "^relay/"}})
            await self._database["attempts"].delete_many({})


async def refuse_half_recovered(database: Database) -> None:
    """Raise Misconfigured while a recovery of this database is under way; driver errors pass through."""
    if await database["deployment"].find_one({"_id": _MARK}):
        raise Misconfigured(
            f"a recovery of {database.name} was begun and has not ended: run the same `redress restore` or "
            f"`redress republish` again, which takes it up where it was"
        )


def commit_in(document: bytes) -> Commit:
    """The commit that a document of the log is."""
    return from_document(fields_of(document))


def fields_of(document: bytes) -> dict[str, Any]:
    """What a document says."""
    return bson.decode(document, CODEC)


def document_of(fields: Mapping[str, Any]) -> bytes:
    """The document that says this."""
    return bytes(bson.encode(fields, codec_options=CODEC))
