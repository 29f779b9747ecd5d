"""View pointers in MongoDB: one small document per view version, changed by compare-and-set."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.adapters.mongo_client import Database, translated
from shared.adapters.mongo_layout import laid_out_before
from shared.eventing.pointers import Pointer


class MongoPointers:
    """The `Pointers` port over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._pointers = database["views"]

    async def get(self, view: str) -> Pointer | None:
        with translated():
            document = await self._pointers.find_one({"_id": view})
        return _pointer(document) if document else None

    async def create(self, pointer: Pointer) -> Pointer:
        try:
            with translated(), laid_out_before(f"view {pointer.view}"):
                await self._pointers.insert_one(_document(pointer))
        except DuplicateKeyError:
            standing = await self.get(pointer.view)
            if standing is None:
                raise
            return standing
        return pointer

    async def change(self, old: Pointer, new: Pointer) -> bool:
        with translated():
            result = await self._pointers.replace_one(_document(old), _document(new))
        return bool(result.matched_count)


def _document(pointer: Pointer) -> dict[str, Any]:
    document = asdict(pointer)
    document["_id"] = document.pop("view")
    document["feeds"] = list(pointer.feeds)
    return document


def _pointer(document: Mapping[str, Any]) -> Pointer:
    fields = {**document, "view": document["_id"], "feeds": tuple(document["feeds"])}
    del fields["_id"]
    return Pointer(**fields)
