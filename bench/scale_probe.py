"""What a log of some size costs: appending to it, loading from it, reading on in it, building views of it anew."""

import asyncio
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import Any, Final
from uuid import uuid1

from bson import encode
from bson.int64 import Int64

from bench.results import alternate, percentile
from bench.stamping import Shapes, case_id
from redress.registry import DEFINITIONS, views_of
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_documents import to_document
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_pointers import MongoPointers
from shared.adapters.mongo_views import MongoCursors, MongoViewStore
from shared.eventing.commits import Commit
from shared.eventing.rebuild import Rebuild
from shared.eventing.streams import Codec
from shared.eventing.workbench import Workbench
from shared.kernel.ids import derived_id
from shared.kernel.lanes import LANES, lane_of, lane_start, number_of, position

_ROUNDS: Final = 7
_TOGETHER: Final = 500
"""Commits appended at once, to measure how many a second."""
_SINGLE: Final = 300
_LOADS: Final = 400
_READS: Final = 120
_PAGE: Final = 500
"""Commits of a page, as relay and views read them."""
_SAMPLE: Final = 36_000
_LARGE_SAMPLE: Final = 360_000
"""Commits from which each view is built, and the case file once more: the first of every lane."""
_SPARE: Final = LANES
"""The lane that no case is in, where the bare loop writes."""
_ORDER: Final = [("lane", 1), ("case", 1), ("first", 1)]


class Probe:
    """One measurement of a log that holds `size` cases."""

    def __init__(self, database: Database, log: MongoEventLog, made: Shapes, size: int, *, quick: bool = False) -> None:
        self._database = database
        self._commits = database["log"]
        self._log = log
        self._made = made
        self._size = size
        self._quick = quick
        self._share = 20 if quick else 1
        self._chance = random.Random(size)
        self._name = uuid1().hex
        self._fresh = 0
        self._model = DEFINITIONS[made.service].model

    async def figures(self) -> dict[str, Any]:
        """Everything that is measured at one size."""
        heads = [number_of(head) for head in await asyncio.gather(*map(self._log.head, range(LANES)))]
        found: dict[str, Any] = {"commits": sum(heads), **self._weight()}
        found |= await self._loads()
        found |= await self._reads(heads)
        found |= await self._together()
        found |= await self._one_by_one()
        found["resident_mib"] = round(_resident(), 1)
        found["rebuild"] = await self._rebuilds(heads)
        found["most_resident_mib"] = round(getrusage(RUSAGE_SELF).ru_maxrss / 1024, 1)
        return found

    def _weight(self) -> dict[str, Any]:
        """Commits of a case and bytes of a commit as it is encoded, before anything is compressed."""
        shapes = [to_document(commit) for _, made in self._made.cases for commit in made]
        return {
            "bytes_per_commit": round(sum(len(encode(one)) for one in shapes) / len(shapes)),
            "commits_per_case": round(self._made.commits_per_case, 2),
        }

    async def _together(self) -> dict[str, float]:
        """Callers that append one commit each, all at once; bare: one `insert_many` of documents made before."""
        places = _Places()
        together = _TOGETHER // self._share

        async def ours(_: int) -> float:
            commits = self._more(together)
            started = time.perf_counter()
            await asyncio.gather(*(self._log.append(commit.lane, [commit]) for commit in commits))
            return together / (time.perf_counter() - started)

        async def theirs(_: int) -> float:
            documents = [to_document(places(commit)) for commit in self._more(together)]
            started = time.perf_counter()
            await self._commits.insert_many(documents, ordered=True)
            return together / (time.perf_counter() - started)

        measured = await alternate(1 if self._quick else _ROUNDS, ours, theirs)
        await self._forget(places)
        return {"append_rate": round(median(measured.ours)), "append_rate_bare": round(median(measured.bare))}

    async def _one_by_one(self) -> dict[str, float]:
        places = _Places()
        singles = _SINGLE // self._share
        ours: list[float] = []
        bare: list[float] = []
        for commit, other in zip(self._more(singles), self._more(singles), strict=True):
            started = time.perf_counter()
            await self._log.append(commit.lane, [commit])
            ours.append(time.perf_counter() - started)
            document = to_document(places(other))
            started = time.perf_counter()
            await self._commits.insert_one(document)
            bare.append(time.perf_counter() - started)
        await self._forget(places)
        return _percentiles("append", ours) | _percentiles("append_bare", bare)

    async def _loads(self) -> dict[str, float]:
        """A case read whole and folded; bare: one find of another case's commits. Both any of all, by chance."""
        bench = Workbench(self._model, self._log, lanes=LANES)
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(_LOADS // self._share):
            case, other = (case_id(self._chance.randrange(self._size)) for _ in range(2))
            started = time.perf_counter()
            stream, _ = await bench.stream(lane_of(case), case, fresh=True)
            ours.append(time.perf_counter() - started)
            if not stream.version:
                raise RuntimeError(f"case {case} is not in the log")
            bench.forget(case)
            where = {"lane": lane_of(other), "case": other}
            started = time.perf_counter()
            await self._commits.find(where, sort=_ORDER, batch_size=1000).to_list(None)
            bare.append(time.perf_counter() - started)
        return _percentiles("load", ours) | _percentiles("load_bare", bare)

    async def _reads(self, heads: Sequence[int]) -> dict[str, float]:
        """A page anywhere in a lane, as a reader far behind gets it; and a look at the end that finds nothing new."""
        pages: list[float] = []
        ends: list[float] = []
        for n in range(_READS // self._share):
            lane = n % LANES
            after = lane_start(lane) + self._chance.randrange(max(1, heads[lane] - _PAGE))
            started = time.perf_counter()
            await self._log.read(lane, after, _PAGE)
            pages.append(time.perf_counter() - started)
            head = await self._log.head(lane)
            another = MongoEventLog(self._database, lanes=LANES + 1)  # one that has no window in memory
            started = time.perf_counter()
            await another.read(lane, head, _PAGE)
            ends.append(time.perf_counter() - started)
        return _percentiles("page", pages) | _percentiles("poll", ends)

    async def _rebuilds(self, heads: Sequence[int]) -> dict[str, float]:
        """Commits a second, of each view, as far as the log has so many."""
        views = views_of(self._made.service)
        first, *_ = views
        if self._quick:
            views = {first: views[first]}
        part, large = (_Part(self._log, -(-sample // LANES)) for sample in (_SAMPLE, _LARGE_SAMPLE))
        rates = {name: await self._rebuilt(name, part, heads) for name in views}
        return rates | {f"{first}, long": await self._rebuilt(first, large, heads)}

    async def _rebuilt(self, name: str, part: "_Part", heads: Sequence[int]) -> float:
        building = Rebuild(
            views_of(self._made.service)[name],
            settle=0,  # nobody else reads or feeds this view
            codec=Codec(self._model),
            log=part,
            store=MongoViewStore(self._database),
            cursors=MongoCursors(self._database),
            pointers=MongoPointers(self._database),
            lanes=LANES,
        )
        started = time.perf_counter()
        await building.build()
        spent = time.perf_counter() - started
        await building.swap()
        await building.finish()
        return round(sum(min(head, part.most) for head in heads) / spent)

    def _more(self, count: int) -> list[Commit]:
        """First commits of cases that the log does not have yet."""
        made = []
        for _ in range(count):
            self._fresh += 1
            first = self._made.stamped(self._fresh)[0]
            stream = f"{self._name}-{self._fresh}"
            cause = first.cause._replace(id=derived_id(stream))
            made.append(first._replace(stream=stream, lane=lane_of(stream), cause=cause).sealed())
        return made

    async def _forget(self, places: "_Places") -> None:
        """Take out what the bare loop wrote, so that the next one starts where this one did."""
        for start in range(1, places.count + 1, 1000):
            named = [Int64(position(_SPARE, n)) for n in range(start, min(start + 1000, places.count + 1))]
            await self._commits.delete_many({"_id": {"$in": named}})


class _Places:
    """Positions in the spare lane, for documents that are stored past the writer."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, commit: Commit) -> Commit:
        self.count += 1
        return commit._replace(lane=_SPARE, position=position(_SPARE, self.count))


class _Part:
    """The first `most` commits of every lane, as if a log had no more."""

    def __init__(self, log: MongoEventLog, most: int) -> None:
        self._log = log
        self.most = most

    async def head(self, lane: int) -> int:
        return min(await self._log.head(lane), lane_start(lane) + self.most)

    async def read(self, lane: int, after: int, limit: int) -> Sequence[Commit]:
        left = self.most - number_of(max(after, 0))
        return await self._log.read(lane, after, min(limit, left)) if left > 0 else ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


def _percentiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    warm = seconds[len(seconds) // 20 :]
    return {f"{name}_p{p}_ms": round(percentile(warm, p / 100) * 1000, 2) for p in (50, 99)}


def _resident() -> float:
    """This process's resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
