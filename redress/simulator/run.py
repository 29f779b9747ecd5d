"""Running a population: worlds of some hundred cases each, spread over processes, and what came of them."""

import asyncio
import gc
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from redress.simulator.cases import SimulatedCase, Temper
from redress.simulator.invariants import broken
from redress.simulator.world import World
from shared.adapters.policy_files import read_policies
from shared.contracts.intake import ComplaintClosed, ComplaintFiled, ComplaintRejected

WORLD: Final = 200
"""Cases of one world. What a world held is let go of when it ends, so that memory does not grow with the population."""


@dataclass
class Outcome:
    """What came of a population."""

    cases: int = 0
    endings: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By how the case ended, and the buyer's temper."""
    days: list[float] = field(default_factory=list)
    """From filing to closing, of the closed cases."""
    facts: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    deadlines: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    digest: int = 0
    """Equal for equal runs: a hash over everything that was decided."""
    seconds: float = 0.0

    def add(self, other: "Outcome") -> None:
        self.cases += other.cases
        for name in ("endings", "facts", "asked", "refusals", "deadlines"):
            getattr(self, name).update(getattr(other, name))
        self.days += other.days
        self.broken += other.broken
        self.digest ^= other.digest


def simulate(
    cases: int,
    seed: int,
    *,
    processes: int = 2,
    policies: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Play `cases` cases; the same seed and policy give the same outcome, on however many processes."""
    started = time.monotonic()
    whole = Outcome()
    with ProcessPoolExecutor(processes) as pool:
        running = [pool.submit(_play, seed, label, size, policies) for label, size in worlds(cases)]
        for done in as_completed(running):
            whole.add(done.result())
            progress(whole.cases)
    whole.broken.sort()
    whole.seconds = time.monotonic() - started
    return whole


def worlds(cases: int) -> Iterator[tuple[str, int]]:
    """The label and size of each world."""
    for n, start in enumerate(range(0, cases, WORLD)):
        yield f"w{n}", min(WORLD, cases - start)


def _play(seed: int, label: str, size: int, policies: Path | None) -> Outcome:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    gc.disable()  # a world is garbage as a whole when it ends
    outcome = asyncio.run(play(seed, label, size, policies))
    gc.enable()
    gc.collect()
    return outcome


async def play(seed: int, label: str, size: int, policies: Path | None = None) -> Outcome:
    """One world, played and checked."""
    book = read_policies(policies) if policies else read_policies()
    world = World(seed, label, size, book)
    await world.play()
    outcome = Outcome(cases=size, broken=await broken(world))
    outcome.asked, outcome.refusals = world.tally.outcomes, world.tally.refusals
    for service in world.system.services.values():
        outcome.deadlines.update(service.lateness.fired)
        async for commit in service.commits():
            outcome.digest ^= int(commit.digest[:15], 16)
    for case in world.cases.values():
        outcome.facts.update(type(fact).__name__ for fact in case.facts)
        outcome.endings[ending_of(case), case.buyer_temper.value] += 1
        closed, filed = case.last(ComplaintClosed), case.last(ComplaintFiled)
        if closed and filed:
            outcome.days.append((closed.at - filed.at).total_seconds() / 86400)
    return outcome


def ending_of(case: SimulatedCase) -> str:
    """How a case ended, in a word or two."""
    closed: ComplaintClosed | None = case.last(ComplaintClosed)
    if closed is not None:
        return str(closed.outcome)
    if case.last(ComplaintRejected):
        return "rejected"
    return "open" if case.last(ComplaintFiled) else "never filed"


TEMPERS: Final = tuple(temper.value for temper in Temper)
