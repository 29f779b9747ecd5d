"""`redress export`: what others read with tools of their own."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from cyclopts import App
from rich.console import Console

from redress.event_log import Written, histories, write
from redress.registry import DEFINITIONS, opened
from redress.whole_file import whole_file
from shared.adapters.settings import Settings

app = App(name="export", help="What others read with tools of their own.")
console = Console(soft_wrap=True)


@app.command
def ocel(*, out: Path) -> None:
    """Write all cases as an object-centric event log for process mining: OCEL 2.0, JSON.

    Parameters
    ----------
    out
        The file to write; it is whole, or it is not there.
    """
    written = asyncio.run(_ocel(out))
    console.print(
        f"{out}: {written.cases:,} cases, {written.events:,} events, {written.objects:,} objects", highlight=False
    )


async def _ocel(out: Path) -> Written:
    settings = Settings()
    async with AsyncExitStack() as stack:
        logs = {name: (await stack.enter_async_context(opened(name, settings))).log for name in DEFINITIONS}
        with whole_file(out) as part:
            return await write(histories(logs, settings.lanes), part)
