"""View documents in MongoDB, one per stream, each written only over an older version of itself."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson.int64 import Int64
from pymongo import ASCENDING, IndexModel, InsertOne, ReplaceOne, WriteConcern
from pymongo.errors import BulkWriteError

from shared.adapters.mongo_client import Database, is_transient, translated
from shared.adapters.mongo_layout import lay_out
from shared.eventing.ports import Between, Shown, StoreUnavailableError, Tallied
from shared.kernel.lanes import lane_start

_DUPLICATE = 11000


class MongoViewStore:
    """The `ViewStore` port over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self, collection: str, indexed: Sequence[str]) -> None:
        models = [_index(keys) for keys in indexed]
        with translated():
            if models:
                await lay_out(self._database[collection], models)

    async def fetch(self, collection: str, streams: Sequence[str]) -> Mapping[str, Shown]:
        where: Any = streams[0] if len(streams) == 1 else {"$in": list(streams)}
        with translated():
            documents = await self._database[collection].find({"_id": where}).to_list(None)
        return {document["_id"]: _shown(document) for document in documents}

    async def write(self, collection: str, lane: int, documents: Sequence[Shown], *, fresh: bool = False) -> None:
        if not documents:
            return
        stored = [_document(lane, shown) for shown in documents]
        if fresh:
            requests: list[Any] = [InsertOne(document) for document in stored]
            again = await self._bulk(collection, requests)
            stored = [stored[index] for index in again]
        if stored:
            # A duplicate key here means that a newer version stands: exactly what the guard is for.
            await self._bulk(
                collection,
                [ReplaceOne({"_id": d["_id"], "version": {"$lt": d["version"]}}, d, upsert=True) for d in stored],
            )

    async def _bulk(self, collection: str, requests: list[Any]) -> list[int]:
        """Write unordered; answer the indexes that met a duplicate key."""
        try:
            with translated():
                await self._database[collection].bulk_write(requests, ordered=False)
        except BulkWriteError as error:
            if is_transient(error):
                raise StoreUnavailableError(f"MongoDB: {error}") from error
            problems = (error.details or {}).get("writeErrors", [])
            if any(problem["code"] != _DUPLICATE for problem in problems):
                raise
            return [problem["index"] for problem in problems]
        return []

    async def select(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: str | None = None,
        after: Any = None,
        limit: int = 50,
    ) -> Sequence[Shown]:
        query: dict[str, Any] = {f"keys.{key}": value for key, value in where.items()}
        field = f"keys.{order}" if order else "_id"
        if after is not None:
            query[field] = {"$gt": after}
        with translated():
            found = await self._database[collection].find(query, sort=[(field, ASCENDING)], limit=limit).to_list(None)
        return [_shown(document) for document in found]

    async def tally(self, collection: str, where: Mapping[str, Any], by: Sequence[str]) -> Sequence[Tallied]:
        fitting = {f"keys.{key}": _fitting(value) for key, value in where.items()}
        match = {key: value for key, value in fitting.items() if value != {}}
        group = {"_id": {key: f"$keys.{key}" for key in by}, "count": {"$sum": 1}}
        with translated():
            cursor = self._database[collection].aggregate([{"$match": match}, {"$group": group}])
            found = await cursor.to_list(None)
        return [Tallied(tuple(one["_id"].get(key) for key in by), one["count"]) for one in found]

    async def due(self, collection: str, lanes: Sequence[int], until: datetime, limit: int) -> Sequence[Shown]:
        # Other owners' due rows are few: reading past them is cheaper than one query per lane.
        query = {"keys.next_due": {"$lte": until}, "lane": {"$in": list(lanes)}}
        order = [("keys.next_due", ASCENDING), ("_id", ASCENDING)]
        with translated():
            documents = await self._database[collection].find(query, sort=order, limit=limit).to_list(None)
        return [_shown(document) for document in documents]

    async def scan(self, collection: str) -> AsyncIterator[Shown]:
        with translated():
            async for document in self._database[collection].find({}, sort=[("_id", ASCENDING)], batch_size=1000):
                yield _shown(document)

    async def drop(self, collection: str) -> None:
        with translated():
            await self._database.drop_collection(collection)


class MongoCursors:
    """The `Cursors` port over MongoDB.

    Written with w=1: a cursor that is lost with a server only makes its reader repeat what it did.
    """

    def __init__(self, database: Database) -> None:
        self._cursors = database.get_collection("cursors", write_concern=WriteConcern(1))

    async def get(self, name: str, lane: int) -> int:
        with translated():
            cursor = await self._cursors.find_one({"_id": f"{name}/{lane}"})
        return int(cursor["position"]) if cursor else lane_start(lane)

    async def get_many(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        named = [f"{name}/{lane}" for name, lane in places]
        with translated():
            found = await self._cursors.find({"_id": {"$in": named}}).to_list(None)
        known = {cursor["_id"]: int(cursor["position"]) for cursor in found}
        return {(name, lane): known.get(f"{name}/{lane}", lane_start(lane)) for name, lane in places}

    async def advance(self, name: str, lane: int, position: int) -> None:
        with translated():
            await self._cursors.update_one(
                {"_id": f"{name}/{lane}"}, {"$max": {"position": Int64(position)}}, upsert=True
            )


def _index(keys: str) -> IndexModel:
    """One key in order of streams too, for pages. A compound one ends with the key that is asked for in a range.

    With another field behind it SecantusDB takes `$lte` for `$lt`.
    """
    fields = [(f"keys.{key}", ASCENDING) for key in keys.split("+")]
    return IndexModel(fields if len(fields) > 1 else [*fields, ("_id", ASCENDING)], name=keys)


def _fitting(value: Any) -> Any:
    if not isinstance(value, Between):
        return value
    bounds = {"$gte": value.first, "$lte": value.last}
    return {operator: bound for operator, bound in bounds.items() if bound is not None}


def _document(lane: int, shown: Shown) -> dict[str, Any]:
    return {
        "_id": shown.stream,
        "lane": lane,
        "version": shown.version,
        "position": Int64(shown.position),
        "keys": dict(shown.keys),
        "body": shown.body,
    }


def _shown(document: Mapping[str, Any]) -> Shown:
    return Shown(document["_id"], document["version"], int(document["position"]), document["body"], document["keys"])
