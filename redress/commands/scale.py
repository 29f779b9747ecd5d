"""`redress scale`: what a case costs, in a log of a million and for any number of cases a day."""

import asyncio
import json
import logging
from pathlib import Path

import structlog
from cyclopts import App
from rich.console import Console

from redress.catalogue import ROOT
from redress.flatness import plot
from redress.flatness import table as flat_table
from redress.scaling import table
from shared.adapters.settings import Settings

app = App(name="scale", help="What a case costs in a large log, and what a deployment of some size needs.")
COST = ROOT / "docs/scale/cost.json"
SIZES = (1e6, 1e8)
_errors = Console(stderr=True)


@app.command
def log(
    *,
    cases: int = 1_000_000,
    service: str = "intake",
    seed: int = 7,
    played: int = 150,
    longest: int = 12,
    folder: Path | None = None,
    keep: bool = False,
    out: Path | None = None,
) -> None:
    """Build a log of so many cases and measure what one more costs at 1,000, 10,000, 100,000 and so on.

    A million take half an hour or more and 10 GB. What was interrupted goes on where it was. Needs a checkout.

    Parameters
    ----------
    cases
        How many cases the log gets.
    service
        Whose log it is.
    seed
        Of the simulated cases that the log is made of.
    played
        How many cases are simulated; each is stamped again and again under other names.
    longest
        Most commits of a case; longer ones of those that were simulated are left out.
    folder
        Where MongoDB keeps its data, to weigh it.
    keep
        Leave the database redress_scale_log as it is in the end.
    out
        A file for the figures, instead of standard output.
    """
    from bench.scale_log import Wanted, scale_log  # noqa: PLC0415  # not needed by any other command

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wanted = Wanted(service=service, cases=cases, seed=seed, played=played, longest=longest)
    url = Settings().mongo.url.get_secret_value()
    rows = asyncio.run(scale_log(url, wanted, folder=folder, keep=keep, tell=_errors.print))
    told = json.dumps(rows, indent=1)
    if out is None:
        print(told)  # noqa: T201  # a machine reads it
    else:
        out.write_text(f"{told}\n", encoding="utf-8")


@app.command
def show(figures: Path, *, svg: bool = False) -> None:
    """Print the figures of `redress scale log` as a table in Markdown, or as a drawing.

    Parameters
    ----------
    figures
        What `redress scale log --out` wrote.
    svg
        Draw what each size costs beside the smallest one.
    """
    rows = json.loads(figures.read_text(encoding="utf-8"))
    print(plot(rows) if svg else flat_table(rows), end="")  # noqa: T201


@app.command
def cost(*, cases: int = 300, seed: int = 7) -> None:
    """Play some cases and print what one leaves behind in each service, as docs/scale/cost.json keeps it.

    Parameters
    ----------
    cases
        How many are played.
    seed
        The same seed and policy give the same figures.
    """
    from bench.case_cost import case_cost  # noqa: PLC0415  # not needed by any other command

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(json.dumps(asyncio.run(case_cost(seed=seed, cases=cases)), indent=1))  # noqa: T201  # a machine reads it


@app.command
def plan(*cases_per_day: float) -> None:
    """Print what so many cases a day need; 1,000,000 and 100,000,000 by default. Needs a checkout.

    Parameters
    ----------
    cases_per_day
        For example 5e6.
    """
    if not COST.is_file():
        raise LookupError("`redress scale plan` works in a checkout of the repository only: docs/scale/cost.json")
    measured = json.loads(COST.read_text(encoding="utf-8"))
    print(table(measured, cases_per_day or SIZES), end="")  # noqa: T201  # Markdown, as it stands in docs/scale.md
