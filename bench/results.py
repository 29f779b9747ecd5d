"""What a measurement comes to, and how it is shown: always as a ratio to a bare loop of the same run."""

import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Literal, TypeAlias

from rich.console import Console
from rich.table import Table

Better: TypeAlias = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Result:
    """One claim and what was measured. `ratio` is ours / bare; it is met at or beyond `target`, on its better side."""

    name: str
    ours: float
    bare: float
    unit: str
    ratio: float
    target: float
    better: Better
    note: str = ""

    @property
    def met(self) -> bool:
        return self.ratio >= self.target if self.better == "higher" else self.ratio <= self.target


@dataclass(frozen=True, slots=True)
class Rounds:
    """Figures of ours and of bare, measured in turn; pairs share their moment, so ratios are taken per pair."""

    ours: Sequence[float]
    bare: Sequence[float]

    def result(self, name: str, unit: str, target: float, better: Better, note: str = "") -> Result:
        ratio = median(o / b for o, b in zip(self.ours, self.bare, strict=True))
        return Result(name, median(self.ours), median(self.bare), unit, ratio, target, better, note)


async def alternate(
    rounds: int, ours: Callable[[int], Awaitable[float]], bare: Callable[[int], Awaitable[float]]
) -> Rounds:
    """Run both once to warm up, then in turn; each answers one figure. The one that goes first alternates too."""
    await ours(0)
    await bare(0)
    mine: list[float] = []
    theirs: list[float] = []
    for n in range(1, rounds + 1):
        if n % 2:
            mine.append(await ours(n))
            theirs.append(await bare(n))
        else:
            theirs.append(await bare(n))
            mine.append(await ours(n))
    return Rounds(mine, theirs)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(results: Sequence[Result], as_json: bool) -> None:
    """Print results: one JSON document for machines, or a table for people."""
    if as_json:
        sys.stdout.write(json.dumps([asdict(r) | {"met": r.met} for r in results], indent=2) + "\n")
        return
    table = Table("what", "bare", "ours", "unit", "ratio", "target", "met", "note", title="Redress against bare loops")
    for column in table.columns[1:3]:
        column.justify = "right"
    for r in results:
        sign = "≥" if r.better == "higher" else "≤"
        verdict = "[green]yes[/]" if r.met else "[red]no[/]"
        figures = (_figure(r.bare), _figure(r.ours), r.unit, f"{r.ratio:.2f}", f"{sign} {r.target:g}")
        table.add_row(r.name, *figures, verdict, r.note)
    Console().print(table)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
