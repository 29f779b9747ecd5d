"""What one more case costs in a small log and in a large one, and what the process weighs then."""

import asyncio
import os
import time
from pathlib import Path

from bench.results import Result, alternate
from bench.samples import Numbering, filed
from bench.stand import Stand, store
from services.intake.model import MODEL
from services.intake.views.case_timeline import VIEW
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_views import MongoCursors, MongoViewStore
from shared.eventing.feeds import Feed, Shelf
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import LANES

TARGET = 1.15
SMALL = 1000
PROBE = 240


async def flat(stand: Stand, *, quick: bool, large: int | None = None) -> list[Result]:
    """Append, load and view `PROBE` more cases, in turn in a log of 1,000 cases and in one of `large`."""
    large = large or (10_000 if quick else 100_000)
    small_probe, large_probe = await _Probe.open(stand, SMALL), await _Probe.open(stand, large)
    before = _resident()
    try:
        measured = await alternate(5 if quick else 15, large_probe.cost, small_probe.cost)
    finally:
        await asyncio.gather(small_probe.log.stop(), large_probe.log.stop())
    after = _resident()
    note = f"append, load and view one case in a log of {large:,}; bare: in a log of {SMALL:,}"
    weight = Result(
        "memory in use", after, before, "MiB", after / before, TARGET, "lower", "resident, after and before"
    )
    return [measured.result("flat cost per case", "ms", TARGET, "lower", note), weight]


class _Probe:
    """One log of some size, and the cost of going on with it."""

    def __init__(self, database: Database, log: MongoEventLog, size: int) -> None:
        self.log = log
        self._name = f"probe-{size}"
        self._bench = Workbench(MODEL, log, lanes=LANES)
        shelf = Shelf()
        self._feeds = [
            Feed(
                VIEW,
                "case_timeline",
                lane,
                codec=self._bench.codec,
                log=log,
                store=MongoViewStore(database),
                cursors=MongoCursors(database),
                shelf=shelf,
            )
            for lane in range(LANES)
        ]

    @classmethod
    async def open(cls, stand: Stand, size: int) -> "_Probe":
        database, log = await stand.log(f"flat_{size}")
        number = Numbering()
        await store(database, (number(filed(f"case-{case}")) for case in range(size)))
        await MongoViewStore(database).prepare("case_timeline", VIEW.indexed)
        probe = cls(database, log, size)
        while sum([await feed.step() for feed in probe._feeds]):
            pass
        return probe

    async def cost(self, n: int) -> float:
        """Milliseconds per case."""
        commits = [filed(f"{self._name}-{n}-{case}") for case in range(PROBE)]
        started = time.perf_counter()
        await asyncio.gather(*(self.log.append(commit.lane, [commit]) for commit in commits))
        for commit in commits:
            await self._bench.stream(commit.lane, commit.stream, fresh=True)
        for feed in self._feeds:
            while await feed.step():
                pass
        return (time.perf_counter() - started) / PROBE * 1000


def _resident() -> float:
    """This process's resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
