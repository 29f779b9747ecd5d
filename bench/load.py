"""Loading a long case to decide on it, against one bare indexed find of the same commits."""

import time

from bench.results import Result, Rounds
from bench.samples import Numbering, evidence_case, filed
from bench.stand import Stand, store
from services.evidence.model import MODEL
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import LANES, lane_of

TARGET = 1.3
FACTS = 200


async def load(stand: Stand, *, quick: bool) -> list[Result]:
    """From the log and folded to its state, past every cache, among a thousand other cases."""
    database, log = await stand.log("load")
    number = Numbering()
    others = (filed(f"other-{case}") for case in range(1000))
    cases = [f"long-{case}" for case in range(5)]
    await store(database, map(number, others))
    await store(database, (number(commit) for case in cases for commit in evidence_case(case, FACTS)))
    bench = Workbench(MODEL, log, lanes=LANES)
    order = [("lane", 1), ("case", 1), ("first", 1)]
    mine: list[float] = []
    again: list[float] = []
    theirs: list[float] = []
    for n in range(60 if quick else 200):
        case = cases[n % len(cases)]
        lane = lane_of(case)
        started = time.perf_counter()
        await database["log"].find({"lane": lane, "case": case}, sort=order, batch_size=1000).to_list(None)
        theirs.append((time.perf_counter() - started) * 1000)
        bench.forget(case)
        started = time.perf_counter()
        stream, _ = await bench.stream(lane, case, fresh=True)
        mine.append((time.perf_counter() - started) * 1000)
        if stream.version != FACTS:
            raise RuntimeError(f"{case} was loaded at version {stream.version}")
        bench.remember(stream)
        started = time.perf_counter()
        await bench.stream(lane, case, fresh=True)
        again.append((time.perf_counter() - started) * 1000)
    await log.stop()
    note = f"a case of {FACTS} facts, {{}}: one indexed find of its commits"
    return [
        Rounds(ours[5:], theirs[5:]).result(name, "ms", TARGET, "lower", note.format(what))
        for name, ours, what in (
            ("load a long case", mine, "loaded and folded"),
            ("load it once more", again, "in hand, brought up to date"),
        )
    ]
