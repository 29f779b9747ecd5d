"""Replicas: what a second process gains, beside what it gains a bare loop that does the same on the same machine.

On two cores the servers need their part, so with all of both even the bare loop gains less than two. By turns, each
process running half of the time, the servers have the rest, and what is missing to two is lost by the sharing itself.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

from bench.ingest import IN, OUT, fill
from bench.rationing import by_turns
from bench.replica import COMMANDS, photographs_of, screened_cases
from bench.results import Result, Rounds
from bench.samples import BUYER, Numbering, case_with_files
from bench.stand import Stand, store
from shared.adapters.clock import SystemClock
from shared.adapters.file_ports import open_files
from shared.adapters.settings import FileSettings
from shared.kernel.lanes import LANES
from shared.kernel.refusals import Refused

SHARE: Final = 0.85
"""1.7 times with two processes, where the bare loop gains 2."""
COST: Final = 1.15
"""What a fact may cost each of two processes, in processor time, beside what it costs one alone."""
_STARTS_S: Final = 120.0
_TAKES_S: Final = 300.0
_MIB: Final = 1024 * 1024


async def replicas(stand: Stand, *, quick: bool) -> list[Result]:
    """The same work by one process and by two, which share its lanes: ours and the bare loop, in turn."""
    cases, pictures, rounds = (500, LANES, 1) if quick else (3000, 3 * LANES, 3)
    await stand.topics(*IN, *OUT, COMMANDS)
    await fill(stand, cases)
    ingest = await _gains(stand, "ingest", cases, rounds)
    screen = await _gains(stand, "screen", pictures, rounds)
    facts = f"evidence, {2 * cases} facts; bare: what getmany, insert_many, send and commit gain"
    photographs = f"{pictures} photographs, a worker each; bare: what hashing and decoding gain"
    half = "; each runs half of the time"
    return [
        screen.clock.result("a second process screens", "times", SHARE, "higher", photographs),
        screen.turns.result("a second one screens, by turns", "times", SHARE, "higher", photographs + half),
        ingest.clock.result("a second process ingests", "times", SHARE, "higher", facts),
        ingest.turns.result("a second one ingests, by turns", "times", SHARE, "higher", facts + half),
        ingest.cost.result(
            "its processor time per fact", "us", COST, "lower", "of two processes; bare: of one process of ours alone"
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Gains:
    clock: Rounds
    """How many times faster two are than one, by the clock: ours, and bare."""
    turns: Rounds
    """The same by turns, each running half of the time."""
    cost: Rounds
    """Processor time: of two, and of one."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """All of the work done once: pieces a second by the clock, and microseconds of processor for each."""

    rate: float
    cost: float


async def _gains(stand: Stand, kind: str, size: int, rounds: int) -> _Gains:
    clock, turns, cost = [], [], []
    for n in range(rounds + 1):  # the first is to warm up, and makes what the bare loop writes
        alone, both = await _pass(stand, kind, n, 1, size), await _pass(stand, kind, n, 2, size)
        bare = await _gain(stand, f"bare-{kind}", n, size)
        if n:
            clock.append((both.rate / alone.rate, bare))
            cost.append((both.cost, alone.cost))
            ours = await _gain(stand, kind, n, size, turns=True)
            turns.append((ours, await _gain(stand, f"bare-{kind}", n, size, turns=True)))
    return _Gains(_rounds(clock), _rounds(turns), _rounds(cost))


def _rounds(pairs: Sequence[tuple[float, float]]) -> Rounds:
    return Rounds([ours for ours, _ in pairs], [bare for _, bare in pairs])


async def _gain(stand: Stand, kind: str, n: int, size: int, *, turns: bool = False) -> float:
    alone, both = [await _pass(stand, kind, n, of, size, turns=turns) for of in (1, 2)]
    return both.rate / alone.rate


async def _pass(stand: Stand, kind: str, n: int, of: int, size: int, *, turns: bool = False) -> _Pass:
    name = f"replicas_{kind}_{n}_{of}{'_turns' if turns else ''}".replace("-", "_")
    stand.clean_up(await stand.database(name))
    if kind == "screen":
        await _lay_out(stand, name, size)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.replica", stand.bootstrap, stand.mongo_url, stand.prefix, kind, name,
            str(number), str(of), str(size), stdin=PIPE, stdout=PIPE,
        )
        for number in range(of)
    ]  # fmt: skip
    try:
        async with asyncio.timeout(_STARTS_S):
            for process in processes:
                await _line(process)
        begun = time.perf_counter()
        await _tell_all(processes)
        shared = by_turns([one.pid for one in processes]) if turns else nullcontext()
        async with asyncio.timeout(_TAKES_S), shared:
            said = [json.loads(await _line(process)) for process in processes]
        spent = time.perf_counter() - begun
        await _tell_all(processes)
        done = sum(one["done"] for one in said)
        return _Pass(done / spent, sum(one["cpu"] for one in said) / done * 1e6)
    finally:
        for process in processes:
            if process.returncode is None and process.stdin is not None:
                process.stdin.close()
            await process.wait()


async def _lay_out(stand: Stand, name: str, size: int) -> None:
    """Cases with a photograph each, that nobody has looked at yet."""
    database = await stand.database(name)
    files = open_files(FileSettings(), database, SystemClock(), keys=None).store
    number = Numbering()
    for case, content in zip(screened_cases(size), photographs_of(size), strict=True):
        file = await files.put(BUYER.id, case, _at_once(content), _is_jpeg, side_bytes=100 * _MIB)
        if isinstance(file, Refused):
            raise RuntimeError(f"a photograph was refused: {file}")  # noqa: TRY004  # it is no matter of types
        await store(database, map(number, case_with_files(case, [(BUYER, file)])))


async def _at_once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _is_jpeg(_content: bytes, _name: str | None) -> str:
    return "image/jpeg"


async def _line(process: Process) -> bytes:
    said = await process.stdout.readline() if process.stdout else b""
    if not said:
        raise RuntimeError(f"a process of the measurement ended with {await process.wait()}")
    return said


async def _tell_all(processes: list[Process]) -> None:
    for process in processes:
        if process.stdin is not None:
            process.stdin.write(b"go\n")
            await process.stdin.drain()
