"""Parked records and attempt counts in MongoDB."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel, ReturnDocument

from shared.adapters.mongo_client import Database, at_start, translated
from shared.eventing.parking import Action, Lineage, Parked

_ORDER = [("stream", ASCENDING), ("source", ASCENDING), ("seq", ASCENDING), ("parked_at", ASCENDING)]


class MongoPark:
    """The `Park` port over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._parked = database["parked"]
        self._attempts = database["attempts"]

    async def start(self) -> None:
        indexes = [IndexModel(_ORDER, name="lineage"), IndexModel([("action", 1)])]
        await at_start(lambda: self._parked.create_indexes(indexes))

    async def put(self, parked: Parked) -> None:
        document = _document(parked)
        told = {name: document.pop(name) for name in ("reason", "attempts")}
        with translated():
            await self._parked.update_one(
                {"_id": document.pop("_id")}, {"$set": told, "$setOnInsert": document}, upsert=True
            )

    async def blocked(self) -> Mapping[Lineage, int]:
        blocked: dict[Lineage, int] = {}
        with translated():
            fields = {"stream": 1, "source": 1, "seq": 1}
            async for found in self._parked.find({"seq": {"$gt": 0}}, fields):
                lineage = (found["stream"], found["source"])
                blocked[lineage] = min(found["seq"], blocked.get(lineage, found["seq"]))
        return blocked

    async def asked(self) -> Sequence[Parked]:
        return await self._find({"action": {"$in": [action.value for action in Action]}})

    async def of(self, lineage: Lineage) -> Sequence[Parked]:
        return await self._find({"stream": lineage[0], "source": lineage[1]})

    async def every(self, limit: int = 1000) -> Sequence[Parked]:
        return await self._find({}, limit)

    async def remove(self, parked_id: str) -> None:
        with translated():
            await self._parked.delete_one({"_id": parked_id})

    async def ask(self, parked_id: str, action: Action | None) -> bool:
        with translated():
            result = await self._parked.update_one({"_id": parked_id}, {"$set": {"action": action}})
        return bool(result.matched_count)

    async def attempt(self, mark: str, offset: int) -> int:
        # Only the lane's owner counts. A mark that stands at another offset begins again at 1, with one durable write:
        # a lane that was handed over rests until this is done.
        with translated():
            counted = await self._attempts.find_one_and_update(
                {"_id": mark, "offset": offset}, {"$inc": {"count": 1}}, return_document=ReturnDocument.AFTER
            )
            if counted is None:
                await self._attempts.replace_one({"_id": mark}, {"offset": offset, "count": 1}, upsert=True)
        return int(counted["count"]) if counted else 1

    async def begun(self, mark: str) -> int:
        with translated():
            known = await self._attempts.find_one({"_id": mark})
        return int(known["offset"]) if known else 0

    async def _find(self, where: Mapping[str, Any], limit: int = 0) -> Sequence[Parked]:
        with translated():
            found = await self._parked.find(where, sort=_ORDER, limit=limit).to_list(None)
        return [_parked(document) for document in found]


def _document(parked: Parked) -> dict[str, Any]:
    return {
        "_id": parked.id,
        "topic": parked.topic,
        "partition": parked.partition,
        "offset": parked.offset,
        "key": _binary(parked.key),
        "value": _binary(parked.value),
        "headers": [[name, _binary(value)] for name, value in parked.headers],
        "stream": parked.stream,
        "source": parked.source,
        "seq": parked.seq,
        "type": parked.type,
        "reason": parked.reason,
        "attempts": parked.attempts,
        "parked_at": parked.parked_at,
        "action": parked.action,
        **({"era": parked.era} if parked.era else {}),
    }


def _parked(document: Mapping[str, Any]) -> Parked:
    fields = {name: value for name, value in document.items() if name != "_id"}
    fields["headers"] = tuple((name, _bytes(value)) for name, value in document["headers"])
    fields["key"], fields["value"] = _bytes(document["key"]), _bytes(document["value"])
    fields["action"] = Action(document["action"]) if document["action"] else None
    return Parked(**fields)


def _binary(value: bytes | None) -> Binary | None:
    return None if value is None else Binary(value)


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)
