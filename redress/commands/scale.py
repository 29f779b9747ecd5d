"""`redress scale`: what a case costs, in a log of a million and for any number of cases a day."""

import asyncio
import json
import logging
from pathlib import Path

import structlog
from cyclopts import App
from rich.console import Console

from shared.adapters.settings import Settings

app = App(name="scale", help="What a case costs in a large log, and what a deployment of some size needs.")
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
