"""One process of the kill test: appends to all lanes or reads them, and keeps a journal that survives kill -9.

`python -m tests.kit.log_worker append|count|read URL DATABASE LANES JOURNAL SEED STOP_FILE`
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bson.int64 import Int64
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.adapters.mongo_client import Database, open_database
from shared.adapters.mongo_documents import to_document
from shared.adapters.mongo_log import MongoEventLog
from shared.eventing.commits import Commit
from shared.eventing.ports import (
    AlreadyDone,
    Appended,
    AppendResult,
    EventLog,
    StoreUnavailableError,
    StreamClash,
)
from shared.kernel.lanes import lane_start
from tests.kit.logs import Hand

STREAM_LIVES_S = 2.0
STREAMS_AT_ONCE = 3

Append = Callable[[int, Sequence[Commit]], Awaitable[Sequence[AppendResult]]]


class Journal:
    """Lines on disk. What `write` has returned for is there after any crash of this process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, lines: Sequence[str], *, safely: bool = True) -> None:
        os.write(self._file, "".join(f"{line}\n" for line in lines).encode())
        if safely:
            os.fsync(self._file)


def stopped(stop_file: Path) -> bool:
    return stop_file.exists()


async def keep_appending(
    log: EventLog, append: Append, lane: int, journal: Journal, rng: random.Random, stop: Path
) -> None:
    """Decide chains of commits on streams that all processes share, and note what was acknowledged."""
    hands: dict[str, Hand] = {}
    turn = 0
    while not stopped(stop):
        turn += 1
        # CLOCK_MONOTONIC is the machine's: every process works on the same few streams, and none grows long.
        age = int(time.monotonic() / STREAM_LIVES_S)
        chosen = {f"case-{lane}-{age}-{rng.randrange(STREAMS_AT_ONCE)}" for _ in range(rng.choice((1, 1, 2)))}
        hands = {name: hand for name, hand in hands.items() if name in chosen}
        # The tasks of a lane count turns alike, so at times two of them are asked for the same cause.
        causes = {
            name: [f"{os.getpid()}-{lane}-{turn}-{name}-{n}" for n in range(rng.choice((1, 2, 3)))] for name in chosen
        }
        while not stopped(stop):
            try:
                await _load(log, lane, [name for name in causes if name not in hands], hands)
                commits = [
                    hands[name].commit(cause, facts=rng.choice((1, 1, 2))) for name in causes for cause in causes[name]
                ]
                results = await append(lane, commits)
            except StoreUnavailableError:
                hands.clear()
                continue
            acknowledged = []
            for commit, result in zip(commits, results, strict=True):
                match result:
                    case Appended(position=position):
                        acknowledged.append(f"ack {commit.cause.id} {position} {commit.digest}")
                        causes[commit.stream].remove(commit.cause.id)
                    case AlreadyDone(commit=done):
                        acknowledged.append(f"ack {commit.cause.id} {done.position} {done.digest}")
                        causes[commit.stream].remove(commit.cause.id)
                        hands.pop(commit.stream, None)
                    case StreamClash():
                        acknowledged.append(f"clash {commit.cause.id} 0 -")
                        hands.pop(commit.stream, None)
            journal.write(acknowledged)
            causes = {name: left for name, left in causes.items() if left}
            if not causes:
                break


async def _load(log: EventLog, lane: int, names: Sequence[str], hands: dict[str, Hand]) -> None:
    if names:
        loaded = await log.load(lane, names)
        hands.update({name: Hand.on(name, lane, loaded.get(name, ())) for name in names})


async def keep_reading(log: EventLog, lane: int, journal: Journal | None, stop: Path, *, until_head: bool) -> None:
    """Follow a lane by `_id > cursor`; note every commit, and any position that was passed over."""
    cursor = lane_start(lane)
    while True:
        ending = stopped(stop)
        try:
            await log.wait(lane, cursor, timeout=0.01)
            page = await log.read(lane, cursor, 500)
        except StoreUnavailableError:
            continue
        for commit in page:
            if commit.position != cursor + 1:
                complain = f"gap {lane} {cursor} {commit.position}"
                (journal or Journal(stop.with_name(f"gaps-{os.getpid()}"))).write([complain])
            cursor = commit.position
        if journal is not None and page:
            journal.write([f"saw {c.cause.id} {c.position} {c.digest}" for c in page], safely=False)
        if ending and (not until_head or not page):
            return


def counting(database: Database, log: MongoEventLog) -> Append:
    """The planted bug: `$inc` a counter, then insert."""

    async def append(lane: int, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        lost: set[str] = set()
        results: list[AppendResult] = []
        for commit in commits:
            result = StreamClash() if commit.stream in lost else await one(lane, commit)
            if not isinstance(result, Appended):
                lost.add(commit.stream)
            results.append(result)
        return results

    async def one(lane: int, commit: Commit) -> AppendResult:
        try:
            counter: Any = await database["counters"].find_one_and_update(
                {"_id": lane}, {"$inc": {"n": Int64(1)}}, return_document=True
            )
            numbered = commit.at_position(lane_start(lane) + int(counter["n"]))
            await database["log"].insert_one(to_document(numbered))
        except DuplicateKeyError:
            done = await log.find_cause(lane, commit.cause.id)
            return AlreadyDone(done) if done else StreamClash()
        except PyMongoError as error:
            raise StoreUnavailableError(str(error)) from error
        return Appended(numbered.position)

    return append


async def main(what: str, url: str, name: str, lanes: int, journal: Path, seed: int, stop: Path) -> None:
    database = await open_database(url, name)
    log = MongoEventLog(database, lanes=lanes, patience=10)
    if what == "read":
        notes = Journal(journal)
        await asyncio.gather(*(keep_reading(log, lane, notes, stop, until_head=True) for lane in range(lanes)))
        return
    await log.start()
    append = counting(database, log) if what == "count" else log.append
    rng = random.Random(seed)
    notes = Journal(journal)
    await asyncio.gather(
        *(keep_appending(log, append, lane, notes, rng, stop) for lane in range(lanes) for _ in range(2)),
        *(keep_reading(log, lane, None, stop, until_head=False) for lane in range(lanes) if what == "append"),
    )
    await log.stop()


if __name__ == "__main__":
    what, url, name, lanes, journal, seed, stop = sys.argv[1:]
    asyncio.run(main(what, url, name, int(lanes), Path(journal), int(seed), Path(stop)))
