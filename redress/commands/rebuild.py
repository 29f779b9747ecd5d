"""`redress rebuild`: a view anew from the log, blue/green, while it is read."""

import asyncio
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from redress.registry import definition_of, opened, views_of
from shared.adapters.settings import Settings
from shared.eventing.ports import StoreUnavailableError
from shared.eventing.rebuild import Difference, Rebuild, RebuildError
from shared.eventing.rebuild import Progress as Step
from shared.eventing.streams import Codec

console = Console()


def rebuild(service: str, view: str, *, diff: bool = False, roll_back: bool = False, finish: bool = False) -> None:
    """Build a view anew from the log beside the live one, then swap; interrupted, it resumes.

    Parameters
    ----------
    service
        The service that owns the view.
    view
        The view's name.
    diff
        Compare the contents and do not swap when they differ.
    roll_back
        Make the previous collection live again.
    finish
        Drop the previous collection.
    """
    views = views_of(service)
    if view not in views:
        raise LookupError(f"{service} has no view {view}; one of: {', '.join(views)}")
    try:
        asyncio.run(_rebuild(service, view, diff=diff, roll_back=roll_back, finish=finish))
    except (RebuildError, StoreUnavailableError) as error:
        console.print(f"[red]{error}[/]", highlight=False)
        sys.exit(1)


async def _rebuild(service: str, view: str, *, diff: bool, roll_back: bool, finish: bool) -> None:
    settings = Settings()
    async with opened(service, settings) as ports:
        work = Rebuild(
            views_of(service)[view],
            codec=Codec(definition_of(service).model),
            log=ports.log,
            store=ports.store,
            cursors=ports.cursors,
            pointers=ports.pointers,
            lanes=settings.lanes,
        )
        if roll_back:
            console.print(f"live again: {(await work.roll_back()).live}")
        elif finish:
            console.print(f"only {(await work.finish()).live} is kept")
        else:
            await _build_and_swap(work, diff=diff)


async def _build_and_swap(work: Rebuild, *, diff: bool) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("commits", total=None)

        def progress(step: Step) -> None:
            bar.update(task, completed=step.done, total=max(step.total, step.done))

        await work.build(progress)
    await work.catch_up()
    if diff:
        different = await work.compare()
        for one in different:
            _show(one)
        if different:
            raise RebuildError("the contents differ: not swapped; run without --diff to swap all the same")
        console.print("the contents are equal")
    pointer = await work.swap()
    console.print(f"live: {pointer.live}; kept for a rollback: {pointer.previous}")


def _show(difference: Difference) -> None:
    console.print(f"[yellow]{difference.stream}[/]\n  live:    {difference.live}\n  rebuilt: {difference.rebuilt}")
