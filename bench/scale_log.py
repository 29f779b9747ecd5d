"""A log of a million cases, really built by the real writer, and what one more case costs on the way there.

It can be interrupted at any time: what was stored and measured stands in the database and is taken up again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

from bson.int64 import Int64
from motor.motor_asyncio import AsyncIOMotorClient

from bench.scale_probe import Probe
from bench.stamping import Shapes, shapes, waves
from bench.stand import quiet
from shared.adapters.mongo_client import DURABLE, MAJORITY, Database
from shared.adapters.mongo_documents import CODEC
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.process import calm_collector
from shared.eventing.commits import Commit
from shared.kernel.lanes import LANES, lane_start

_Answer = TypeVar("_Answer")

DATABASE: Final = "redress_scale_log"
SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_ALL_LANES: Final = LANES + 1
"""One more than cases have: a bare loop writes there, into the same collection and indexes."""
_CHUNK: Final = 20_000
"""Cases after which it is noted how far the log is; all of them are at their end then."""
_BATCH: Final = 1000
"""Cases opened at once: those of some twenty batches go on beside each other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which log is to be built: whose, of what cases, and how many of them."""

    service: str = "intake"
    cases: int = 1_000_000
    seed: int = 7
    played: int = 150
    longest: int = 12

    @property
    def sizes(self) -> Sequence[int]:
        """Where is stopped to measure."""
        return [*(size for size in SIZES if size < self.cases), self.cases]

    @property
    def kind(self) -> dict[str, Any]:
        """What must not change between two runs that go on with one log."""
        return {name: value for name, value in asdict(self).items() if name != "cases"}


async def scale_log(
    mongo_url: str,
    wanted: Wanted,
    *,
    folder: Path | None = None,
    keep: bool = False,
    quick: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Build the log and measure at every size; answers a row for each. The database is dropped unless `keep`.

    `folder` is where the server keeps its data, if that is on this machine; `quick` measures less often, and one view.
    Raises LookupError when a log of another kind was begun there.
    """
    async with opened_log(mongo_url) as (database, log):
        await _check(database, wanted)
        tell(f"playing {wanted.played} cases")
        made = await _apart(_play, wanted)
        building = Building(database, log, made, tell)
        rows = []
        for size in wanted.sizes:
            row = await database["scale"].find_one({"_id": size})
            if row is None:
                await building.fill(size)
                taken = _on_disk(folder)
                row = {"_id": size, **await _apart(_measure, mongo_url, made, size, quick), "disk_bytes": taken}
                await database["scale"].insert_one(row)
            rows.append({"cases": row.pop("_id"), **row})
            tell(f"measured at {size:,} cases")
        if not keep:
            await database.client.drop_database(DATABASE)
        return rows


def _play(wanted: Wanted) -> Shapes:
    return asyncio.run(shapes(wanted.service, seed=wanted.seed, size=wanted.played, longest=wanted.longest))


def _measure(mongo_url: str, made: Shapes, size: int, quick: bool) -> dict[str, Any]:
    async def figures() -> dict[str, Any]:
        async with opened_log(mongo_url) as (database, log):
            return await Probe(database, log, made, size, quick=quick).figures()

    with quiet():
        calm_collector()  # as a service does
        return asyncio.run(figures())


async def _apart(work: Callable[..., _Answer], *arguments: object) -> _Answer:
    """Do it in a process of its own: what it leaves in memory must not count as what something else weighs."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)


@asynccontextmanager
async def opened_log(mongo_url: str) -> AsyncIterator[tuple[Database, MongoEventLog]]:
    # Not as services open it: they ask for statistics, which the server of our stack takes minutes to count up by then.
    client: Any = AsyncIOMotorClient(mongo_url, tz_aware=True, retryWrites=False)
    database = client.get_database(DATABASE, codec_options=CODEC, write_concern=DURABLE, read_concern=MAJORITY)
    log = _AskedByName(database, lanes=_ALL_LANES)
    await log.start()
    try:
        yield database, log
    finally:
        await log.stop()
        client.close()


async def _check(database: Database, wanted: Wanted) -> None:
    """Note which log is built here, or see that it is the same one."""
    begun = await database["scale"].find_one({"_id": "kind"}) or {"_id": "kind", **wanted.kind}
    if begun != {"_id": "kind", **wanted.kind}:
        raise LookupError(f"database {DATABASE} holds another log, begun as {begun}: go on with it, or drop it")
    await database["scale"].replace_one({"_id": "kind"}, begun, upsert=True)


def _on_disk(folder: Path | None) -> int | None:
    """Bytes that the server's files take, all of it: journal, and whatever it keeps beside the log."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()) if folder else None


class _AskedByName(MongoEventLog):
    """The log, which finds the end of a lane that it knows nothing of by halves, for positions are dense.

    The server of our stack scans the whole collection for the last of a range (ADR 0003): a minute for each lane.
    """

    async def last(self, lane: int) -> int:
        if self._tails[lane].latest is not None:
            return await super().last(lane)
        there, not_there = lane_start(lane), lane_start(lane + 1)
        step = 1
        while there + step < not_there and await self._commits.find_one({"_id": Int64(there + step)}, {"_id": 1}):
            there, step = there + step, step * 2
        not_there = min(not_there, there + step)
        while not_there - there > 1:
            middle = (there + not_there) // 2
            if await self._commits.find_one({"_id": Int64(middle)}, {"_id": 1}):
                there = middle
            else:
                not_there = middle
        return there


class Building:
    """The log as it grows."""

    def __init__(self, database: Database, log: MongoEventLog, made: Shapes, tell: Callable[[str], None]) -> None:
        self._log = log
        self._notes = database["scale"]
        self._made = made
        self._tell = tell

    async def fill(self, size: int) -> None:
        """Go on to `size` cases. What was stored of a chunk that broke off is met again and stays as it is."""
        noted = await self._notes.find_one({"_id": "built"})
        built = noted["cases"] if noted else 0
        while built < size:
            upto = min(built + _CHUNK, size)
            started, commits = time.perf_counter(), 0
            for wave in waves(self._made, built, upto, batch=_BATCH):
                await self._store(wave)
                commits += len(wave)
            built = upto
            await self._notes.replace_one({"_id": "built"}, {"cases": built}, upsert=True)
            spent = time.perf_counter() - started
            self._tell(f"{built:,} cases; {commits:,} commits in {spent:.0f} s, {commits / spent:,.0f} a second")

    async def _store(self, wave: Sequence[Commit]) -> None:
        lanes: list[list[Commit]] = [[] for _ in range(LANES)]
        for commit in wave:
            lanes[commit.lane].append(commit)
        await asyncio.gather(*(self._log.append(lane, commits) for lane, commits in enumerate(lanes)))
