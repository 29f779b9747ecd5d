"""Registers in MongoDB: one document an entry, compared by revision when it is replaced."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from shared.adapters.mongo_client import Database, translated
from shared.adapters.mongo_layout import lay_out
from shared.eventing.registers import Entry

E = TypeVar("E", bound=Entry)


class MongoRegister(Generic[E]):
    """The `Register` port over one collection, laid out when it is first written to."""

    def __init__(self, database: Database, collection: str, kind: type[E]) -> None:
        self._entries = database[collection]
        self._kind = kind
        self._laid_out = False
        self._laying_out = asyncio.Lock()

    async def get(self, entry_id: str) -> E | None:
        with translated():
            found = await self._entries.find_one({"_id": entry_id})
        return None if found is None else self._read(found)

    async def add(self, entry: E) -> bool:
        await self.lay_out()
        try:
            with translated():
                await self._entries.insert_one(self._document(entry))
        except DuplicateKeyError:
            # Its own write, if the first answer was lost and somebody sent it again, is no clash.
            return await self.get(entry.id) == entry
        return True

    async def replace(self, entry: E) -> E | None:
        stored = entry.model_copy(update={"revision": entry.revision + 1})
        where = {"_id": entry.id, "revision": entry.revision}
        with translated():
            result = await self._entries.replace_one(where, self._document(stored))
        return stored if result.matched_count else None

    async def remove(self, entry: E) -> bool:
        with translated():
            result = await self._entries.delete_one({"_id": entry.id, "revision": entry.revision})
        return bool(result.deleted_count)

    async def find(self, **where: str) -> Sequence[E]:
        with translated():
            found = await self._entries.find(where).sort("_id", 1).to_list(None)
        return [self._read(document) for document in found]

    async def due(self, until: datetime, limit: int, *, after: str = "") -> Sequence[E]:
        where = {"due_at": {"$lte": until}, "_id": {"$gt": after}}
        with translated():
            found = await self._entries.find(where).sort("_id", 1).to_list(limit)
        return [self._read(document) for document in found]

    async def lay_out(self) -> None:
        """Make the indexes that are missing, once for each process."""
        async with self._laying_out:
            if self._laid_out:
                return
            unique = [IndexModel([(name, 1)], unique=True) for name in self._kind.UNIQUE]
            looked_for = [IndexModel([(name, 1)]) for name in (*self._kind.INDEXED, "due_at")]
            with translated():
                await lay_out(self._entries, [*unique, *looked_for])
            self._laid_out = True

    @staticmethod
    def _document(entry: E) -> dict[str, Any]:
        document = entry.model_dump()
        return {"_id": document.pop("id"), **document}

    def _read(self, document: dict[str, Any]) -> E:
        known = {("id" if name == "_id" else name): value for name, value in document.items()}
        return self._kind.model_validate(known)
