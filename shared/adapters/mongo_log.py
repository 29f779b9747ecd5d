"""The event log in MongoDB: one collection, one document per commit, gap-free positions per lane (ADR 0003)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import structlog
from bson.int64 import Int64
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import PyMongoError

from shared.adapters.backoff import backoff
from shared.adapters.failures import Misconfigured
from shared.adapters.lane_tail import LaneTail
from shared.adapters.lane_writer import LaneWriter
from shared.adapters.mongo_client import Database, at_start, translated
from shared.adapters.mongo_documents import from_document
from shared.eventing.commits import Commit
from shared.eventing.ports import AppendResult
from shared.kernel.lanes import lane_at, lane_start

_log = structlog.get_logger(__name__)


_BATCH: Final = 1000
"""Commits in one answer; without a word a server stops after 101 and waits to be asked again."""

_PROBE: Final = 32
"""Positions asked for at first: most looks at the end of a lane find few commits or none."""


class MongoEventLog:
    """The `EventLog` port over MongoDB. Any number of processes may append to the same lanes."""

    def __init__(self, database: Database, *, lanes: int, patience: float = 30.0) -> None:
        self._database = database
        self._commits = database["log"]
        self._lanes = lanes
        self._tails = [LaneTail() for _ in range(lanes)]
        self._writers = [LaneWriter(lane, self, self._tails[lane], patience=patience) for lane in range(lanes)]
        self._wakeup: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Create the indexes, check that the lane count is the deployment's, and listen for other writers.

        Raises Misconfigured when the database was laid out with another lane count, Unreachable when it went away.
        """
        await at_start(self.lay_out)
        self._wakeup = asyncio.create_task(self._watch(), name="log-wakeup")

    async def lay_out(self) -> None:
        """Create the indexes and hold the lane count against the deployment's; raises Misconfigured."""
        await self._commits.create_indexes(
            [
                IndexModel(
                    [("lane", ASCENDING), ("case", ASCENDING), ("first", ASCENDING)], unique=True, name="stream"
                ),
                IndexModel([("lane", ASCENDING), ("cause.id", ASCENDING)], unique=True, name="cause"),
            ]
        )
        await self._database["deployment"].update_one(
            {"_id": "lanes"}, {"$setOnInsert": {"count": self._lanes}}, upsert=True
        )
        laid_out = await self._database["deployment"].find_one({"_id": "lanes"})
        if laid_out is None or laid_out["count"] != self._lanes:
            count = laid_out and laid_out["count"]
            raise Misconfigured(
                f"REDRESS_LANES is {self._lanes}, but database {self._database.name} was laid out with {count}: "
                f"set REDRESS_LANES={count}; the lane count is fixed for the life of a deployment"
            )

    async def stop(self) -> None:
        """Finish what is in flight and stop listening."""
        for writer in self._writers:
            await writer.settled()
        if self._wakeup is not None:
            self._wakeup.cancel()
            with suppress(asyncio.CancelledError):
                await self._wakeup

    async def append(self, lane: int, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        return await self._writers[lane].append(commits)

    async def load(self, lane: int, streams: Sequence[str], *, after: int = 0) -> Mapping[str, Sequence[Commit]]:
        case: Any = streams[0] if len(streams) == 1 else {"$in": list(streams)}
        where = {"lane": lane, "case": case} | ({"first": {"$gt": after}} if after else {})
        order = [("lane", ASCENDING), ("case", ASCENDING), ("first", ASCENDING)]
        with translated():
            found = self._commits.find(where, sort=order, batch_size=_BATCH)
            documents = await found.to_list(None)
        loaded: dict[str, list[Commit]] = {}
        for document in documents:
            loaded.setdefault(document["case"], []).append(from_document(document))
        return loaded

    async def read(self, lane: int, after: int, limit: int) -> Sequence[Commit]:
        tail = self._tails[lane]
        if tail.at_end(after):
            return ()
        fresh = tail.after(after, limit)
        if fresh is not None:
            return fresh
        changes = tail.changes
        with translated():
            documents = await self._following(max(after, lane_start(lane)), limit)
        if not documents:
            tail.ended(after, changes)
        return [from_document(document) for document in documents]

    async def find_cause(self, lane: int, cause_id: str) -> Commit | None:
        with translated():
            return (await self.causes(lane, [cause_id])).get(cause_id)

    async def head(self, lane: int) -> int:
        with translated():
            return await self.last(lane)

    async def wait(self, lane: int, after: int, timeout: float) -> None:
        await self._tails[lane].wait(after, timeout)

    # What a lane writer needs; driver errors pass through, it tells them apart itself.

    async def insert(self, documents: list[dict[str, Any]]) -> None:
        await self._commits.insert_many(documents, ordered=True)

    async def last(self, lane: int) -> int:
        """The lane's last majority-durable position."""
        known = self._tails[lane].latest
        while known is not None:
            more = await self._following(known, _PROBE, {"_id": 1})
            if len(more) < _PROBE:
                return int(more[-1]["_id"]) if more else known
            known = int(more[-1]["_id"])
        where = {"_id": {"$gt": Int64(lane_start(lane)), "$lt": Int64(lane_start(lane + 1))}}
        last = await self._commits.find_one(where, projection={"_id": 1}, sort=[("_id", DESCENDING)])
        return int(last["_id"]) if last else lane_start(lane)

    async def _following(self, after: int, limit: int, fields: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
        """Up to `limit` documents after a position, without a gap.

        Positions are dense, so they are asked for by name: nothing is searched, however long the log (ADR 0003).
        """
        found = await self._at(after, min(limit, _PROBE), fields)
        if len(found) == _PROBE < limit:
            found += await self._at(after + _PROBE, limit - _PROBE, fields)
        return found

    async def _at(self, after: int, count: int, fields: Mapping[str, int] | None) -> list[dict[str, Any]]:
        places = [Int64(place) for place in range(after + 1, after + 1 + count)]
        asked = self._commits.find({"_id": {"$in": places}}, fields, sort=[("_id", ASCENDING)], batch_size=count)
        found = await asked.to_list(None)
        # A commit stored between two looks of one query may be missed, and the one after it seen.
        return [document for place, document in zip(places, found, strict=False) if document["_id"] == place]

    async def causes(self, lane: int, ids: Sequence[str]) -> dict[str, Commit]:
        documents = await self._commits.find({"lane": lane, "cause.id": {"$in": list(ids)}}).to_list(None)
        return {document["cause"]["id"]: from_document(document) for document in documents}

    async def _watch(self) -> None:
        """Wake readers when another process appends. Only a wake-up: readers poll all the same (lessons.md rule 8)."""
        pauses = backoff(1.0, 60.0)
        while True:
            try:
                async for positions in self._changes():
                    pauses = backoff(1.0, 60.0)
                    for position in {lane_at(position): position for position in positions}.values():
                        self._tails[lane_at(position)].heard_of(position)
            except PyMongoError as error:
                pause = next(pauses)
                _log.info("change stream unavailable; polling alone", error=str(error), retry_in=round(pause, 1))
                await asyncio.sleep(pause)

    async def _changes(self) -> AsyncIterator[list[int]]:
        """Positions stored by anyone, a batch at a time: motor's own iterator costs a thread hop for each."""
        stages: list[dict[str, Any]] = [
            {"$changeStream": {}},
            {"$match": {"operationType": "insert"}},
            {"$project": {"documentKey": 1}},
        ]
        name = self._commits.name
        async with await self._database.client.start_session() as session:
            answer = await self._database.command("aggregate", name, pipeline=stages, cursor={}, session=session)
            cursor, batch = answer["cursor"]["id"], answer["cursor"]["firstBatch"]
            try:
                while cursor:
                    if batch:
                        yield [int(change["documentKey"]["_id"]) for change in batch]
                    answer = await self._database.command(
                        "getMore", Int64(cursor), collection=name, maxTimeMS=1000, session=session
                    )
                    cursor, batch = answer["cursor"]["id"], answer["cursor"]["nextBatch"]
            finally:
                with suppress(PyMongoError):
                    await self._database.command("killCursors", name, cursors=[Int64(cursor)], session=session)
