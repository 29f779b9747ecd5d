"""Replicas: what a second process gains, beside what it gains a bare loop that does the same on the same machine.

On two cores the servers need their part, so the gain of the bare loop is all that there is to be had.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from bench.ingest import IN, OUT, fill
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
    return [
        screen.clock.result(
            "a second process screens",
            "times",
            SHARE,
            "higher",
            f"{pictures} photographs, a worker each; bare: what hashing and decoding gain",
        ),
        ingest.clock.result("a second process ingests", "times", SHARE, "higher", facts),
        ingest.cost.result(
            "its processor time per fact", "us", COST, "lower", "of two processes; bare: of one process of ours alone"
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Gains:
    clock: Rounds
    """How many times faster two are than one, by the clock: ours, and bare."""
    cost: Rounds
    """Processor time: of two, and of one."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """All of the work done once: pieces a second by the clock, and microseconds of processor for each."""

    rate: float
    cost: float


async def _gains(stand: Stand, kind: str, size: int, rounds: int) -> _Gains:
    ours, bare, one, two = [], [], [], []
    for n in range(rounds + 1):  # the first is to warm up, and makes what the bare loop writes
        alone, both = await _pass(stand, kind, n, 1, size), await _pass(stand, kind, n, 2, size)
        bare_alone, bare_both = [await _pass(stand, f"bare-{kind}", n, of, size) for of in (1, 2)]
        if n:
            ours.append(both.rate / alone.rate)
            bare.append(bare_both.rate / bare_alone.rate)
            one.append(alone.cost)
            two.append(both.cost)
    return _Gains(Rounds(ours, bare), Rounds(two, one))


async def _pass(stand: Stand, kind: str, n: int, of: int, size: int) -> _Pass:
    name = f"replicas_{kind}_{n}_{of}".replace("-", "_")
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
        async with asyncio.timeout(_TAKES_S):
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
