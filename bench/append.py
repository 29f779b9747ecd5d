"""Appending: group commit against one bare `insert_many` of the same documents, and one by one against `insert_one`."""

import asyncio
import time

from bench.results import Result, Rounds, alternate
from bench.samples import Numbering, filed
from bench.stand import Stand
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_documents import to_document
from shared.adapters.mongo_log import MongoEventLog
from shared.eventing.commits import Commit

TARGET_GROUP = 0.7
TARGET_SINGLE = 1.5


async def append(stand: Stand, *, quick: bool) -> list[Result]:
    _, log = await stand.log("append")
    bare, bare_log = await stand.log("append_bare")
    await bare_log.stop()
    number = Numbering()
    try:
        return [
            await _group(log, bare, number, 1000 if quick else 2000, 5 if quick else 9),
            await _single(log, bare, number, 100 if quick else 400),
        ]
    finally:
        await log.stop()


async def _group(log: MongoEventLog, bare: Database, number: Numbering, many: int, rounds: int) -> Result:
    """Callers append one commit each, all at once; the bare side has all documents ready in one list."""

    def commits(n: int) -> list[Commit]:
        return [filed(f"group-{n}-{case}") for case in range(many)]

    async def ours(n: int) -> float:
        made = commits(n)
        started = time.perf_counter()
        await asyncio.gather(*(log.append(commit.lane, [commit]) for commit in made))
        return many / (time.perf_counter() - started)

    async def theirs(n: int) -> float:
        documents = [to_document(number(commit)) for commit in commits(n)]
        started = time.perf_counter()
        await bare["log"].insert_many(documents, ordered=True)
        return many / (time.perf_counter() - started)

    measured = await alternate(rounds, ours, theirs)
    note = f"{many} callers at once; insert_many of the same documents, indexes and write concern"
    return measured.result("append, group commit", "commits/s", TARGET_GROUP, "higher", note)


async def _single(log: MongoEventLog, bare: Database, number: Numbering, many: int) -> Result:
    """One caller, one commit at a time; each append stands beside an insert of the same moment."""
    mine: list[float] = []
    theirs: list[float] = []
    for n in range(many + 10):
        commit = filed(f"single-{n}")
        started = time.perf_counter()
        await log.append(commit.lane, [commit])
        mine.append((time.perf_counter() - started) * 1000)
        document = to_document(number(filed(f"single-bare-{n}")))
        started = time.perf_counter()
        await bare["log"].insert_one(document)
        theirs.append((time.perf_counter() - started) * 1000)
    measured = Rounds(sorted(mine[10:]), sorted(theirs[10:]))
    p50 = Rounds([measured.ours[many // 2]], [measured.bare[many // 2]])
    return p50.result("append, one by one, p50", "ms", TARGET_SINGLE, "lower", "insert_one of the same documents")
