"""`redress scorecard` and `redress cycle-times`: the figures that intake answers over HTTP, as JSON."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import App, Parameter
from pydantic import BaseModel
from rich.console import Console

from redress.charts import Bar, bars
from redress.registry import opened, views_of
from services.intake.entrypoints.scorecards import Figures
from services.intake.views.scorecards import MONTH, CycleTimes, Period, StepTime
from shared.adapters.policy_files import read_policies
from shared.adapters.settings import Settings
from shared.eventing.projector import LivePointers
from shared.eventing.reading import Reader

app = App(name="scorecard", help="How the cases of a seller, category, adjudicator or buyer came out.")
console = Console(soft_wrap=True)

C = TypeVar("C", bound=BaseModel)

Since = Annotated[str | None, Parameter(name="--from", help="The first month of filing to count, such as 2026-01.")]
Until = Annotated[str | None, Parameter(name="--until", help="The last month of filing to count.")]


@app.command
def seller(seller_id: str, *, since: Since = None, until: Until = None) -> None:
    """A seller's card."""
    period = _period(since, until)
    _print(lambda figures: figures.seller(seller_id, period))


@app.command
def category(category: str, *, since: Since = None, until: Until = None) -> None:
    """A category's card."""
    period = _period(since, until)
    _print(lambda figures: figures.category(category, period))


@app.command
def adjudicator(adjudicator_id: str, *, since: Since = None, until: Until = None) -> None:
    """An adjudicator's card, with consistency and reversal rate."""
    period = _period(since, until)
    _print(lambda figures: figures.adjudicator(adjudicator_id, period))


@app.command
def buyer(buyer_id: str) -> None:
    """A buyer's card, with the patterns that staff are told of."""
    _print(lambda figures: figures.buyer(buyer_id))


def cycle_times(category: str, *, since: Since = None, until: Until = None, chart: Path | None = None) -> None:
    """How long each step took in a category: median and nine in ten, over all and by month.

    Parameters
    ----------
    chart
        A file to write a chart to, as SVG, instead of printing JSON.
    """
    period = _period(since, until)
    if chart is None:
        _print(lambda figures: figures.cycle_times(category, period))
        return
    chart.write_text(chart_of(asyncio.run(_answer(lambda figures: figures.cycle_times(category, period)))), "utf-8")
    console.print(str(chart), highlight=False)


def chart_of(times: CycleTimes) -> str:
    """The steps over the whole period as bars: the median, and on to what nine in ten did not exceed."""
    months = f"{times.period.first or 'the first month'} to {times.period.last or 'now'}"
    return bars(
        f"Hours that each step took: {times.category}, {months}",
        ("median", "nine in ten within"),
        [Bar(step.step, step.median_hours, step.p90_hours, _note(step)) for step in times.steps],
    )


def _note(step: StepTime) -> str:
    if not step.cases:
        return "no case"
    return f"{step.median_hours} h, {step.p90_hours} h; n = {step.cases:,}"


def _print(asked: Callable[[Figures], Awaitable[C]]) -> None:
    console.print_json(asyncio.run(_answer(asked)).model_dump_json())


async def _answer(asked: Callable[[Figures], Awaitable[C]]) -> C:
    settings = Settings()
    async with opened("intake", settings) as ports:
        pointers = LivePointers(ports.pointers, ports.store, list(views_of("intake").values()))
        await pointers.refresh()
        return await asked(Figures(Reader(ports.store, pointers), read_policies(settings.policies)))


def _period(since: str | None, until: str | None) -> Period:
    for month in (since, until):
        if month is not None and not re.fullmatch(MONTH, month):
            raise LookupError(f"{month} is no month; write it like 2026-01")
    return Period(first=since, last=until)
