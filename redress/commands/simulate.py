"""`redress simulate`: whole populations of cases through the real services, on a virtual clock."""

import json as _json
import sys
from collections import Counter
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from redress.simulator.run import TEMPERS, Outcome
from redress.simulator.run import simulate as play

_MOST = 20


def simulate(
    cases: int = 1000, seed: int = 7, *, processes: int = 2, policies: Path | None = None, json: bool = False
) -> None:
    """Play a population and check what may never happen; exits with 1 when something did.

    Parameters
    ----------
    cases
        How many cases; their people are honest, silent, late, abusive, contradictory or fond of appealing.
    seed
        The same seed and policy give the same outcome, told by the digest.
    processes
        How many worker processes to spread the worlds over.
    policies
        A policy folder instead of the shipped one.
    json
        Print JSON instead of tables.
    """
    console = Console()
    with Progress(
        TextColumn("cases"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task("cases", total=cases)
        outcome = play(
            cases, seed, processes=processes, policies=policies, progress=lambda done: bar.update(task, completed=done)
        )
    if json:
        console.print_json(_json.dumps(_plain(outcome)))
    else:
        _show(outcome, seed, console)
    sys.exit(1 if outcome.broken else 0)


def _show(outcome: Outcome, seed: int, console: Console) -> None:
    endings = Table(title=f"How {outcome.cases:,} cases ended, by the buyer's temper (seed {seed})")
    endings.add_column("ending")
    for temper in (*TEMPERS, "all"):
        endings.add_column(temper, justify="right")
    for ending in sorted({ending for ending, _ in outcome.endings}):
        counts = [outcome.endings[ending, temper] for temper in TEMPERS]
        endings.add_row(ending, *map(str, counts), str(sum(counts)))
    console.print(endings)
    _counts(console, "What was told", outcome.facts)
    _counts(console, "Deadlines that fired", outcome.deadlines)
    _counts(console, "Refusals, the most frequent", Counter(dict(outcome.refusals.most_common(_MOST))))
    days = f"{median(outcome.days):.1f} days in the median" if outcome.days else "no case closed"
    console.print(
        f"{sum(outcome.asked.values()):,} requests ({_said(outcome.asked)}); filing to closing: {days}; "
        f"digest {outcome.digest:015x}; {outcome.seconds:.0f} s"
    )
    if outcome.broken:
        console.print(f"[red]{len(outcome.broken)} broken promises, such as:[/]")
        for line in outcome.broken[:_MOST]:
            console.print(f"  {line}", highlight=False)
    else:
        console.print("[green]no invariant was broken[/]")


def _counts(console: Console, title: str, counts: Counter[str]) -> None:
    table = Table(title=title, show_header=False)
    for name, count in counts.most_common():
        table.add_row(name, f"{count:,}")
    console.print(table)


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())


def _plain(outcome: Outcome) -> dict[str, object]:
    endings: dict[str, dict[str, int]] = {}
    for (ending, temper), count in outcome.endings.items():
        endings.setdefault(ending, {})[temper] = count
    return {
        "cases": outcome.cases,
        "endings": endings,
        "facts": dict(outcome.facts),
        "deadlines": dict(outcome.deadlines),
        "asked": dict(outcome.asked),
        "refusals": dict(outcome.refusals),
        "median_days": median(outcome.days) if outcome.days else None,
        "broken": outcome.broken,
        "digest": f"{outcome.digest:015x}",
        "seconds": round(outcome.seconds, 1),
    }
