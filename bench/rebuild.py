"""Rebuilding a view from the log, against a bare scan of the same log and bulk writes of the same documents."""

import time
from collections.abc import Mapping
from typing import Any

from pymongo import InsertOne

from bench.results import Result, alternate
from bench.samples import Numbering, intake_case
from bench.stand import Document, Stand, store
from services.intake.model import MODEL
from services.intake.views.case_timeline import VIEW
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_pointers import MongoPointers
from shared.adapters.mongo_views import MongoCursors, MongoViewStore
from shared.eventing.rebuild import Rebuild
from shared.eventing.streams import Codec
from shared.kernel.lanes import LANES

TARGET = 0.5
PAGE = 5000


async def rebuild(stand: Stand, *, quick: bool) -> list[Result]:
    """Of the case timeline in intake's log: filling the green collection from nothing."""
    cases = 1500 if quick else 8000
    database, log = await stand.log("rebuild")
    number = Numbering()
    await store(database, (number(commit) for case in range(cases) for commit in intake_case(f"case-{case}")))
    entries = 5 * cases
    views, pointers = MongoViewStore(database), MongoPointers(database)
    parts: Mapping[str, Any] = {
        "codec": Codec(MODEL),
        "log": log,
        "store": views,
        "cursors": MongoCursors(database),
        "pointers": pointers,
        "lanes": LANES,
    }
    documents: list[Document] = []

    async def ours(n: int) -> float:
        building = Rebuild(VIEW, settle=0, **parts)  # nobody else reads or feeds this view
        started = time.perf_counter()
        await building.build()
        spent = time.perf_counter() - started
        green = (await building.swap()).live
        await building.finish()
        if not n:
            documents.extend(await database[green].find({}).to_list(None))
        return entries / spent

    async def theirs(n: int) -> float:
        collection = f"bare_{n}"
        started = time.perf_counter()
        await views.prepare(collection, VIEW.indexed)
        await _scan_and_write(database, collection, documents)
        return entries / (time.perf_counter() - started)

    try:
        measured = await alternate(3, ours, theirs)
    finally:
        await log.stop()
    note = f"{cases} cases, {entries} facts: cursor scan of the log, bulk_write of the same documents and indexes"
    return [measured.result("rebuild", "facts/s", TARGET, "higher", note)]


async def _scan_and_write(database: Database, collection: str, documents: list[Document]) -> None:
    cursor = database["log"].find({}, sort=[("_id", 1)], batch_size=PAGE)
    while await cursor.to_list(PAGE):
        pass
    for start in range(0, len(documents), PAGE):
        page = documents[start : start + PAGE]
        await database[collection].bulk_write([InsertOne(d) for d in page], ordered=False)
