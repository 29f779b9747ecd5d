"""`redress case`: one case as the system sees it."""

import asyncio
import sys
from typing import Any, Final

from cyclopts import App
from rich.console import Console
from rich.table import Table

from redress.registry import DEFINITIONS, opened, views_of
from shared.adapters.clock import SystemClock
from shared.adapters.settings import Settings
from shared.eventing.pointers import pointer_of
from shared.eventing.ports import Shown
from shared.eventing.reads import Read

app = App(name="case", help="One case as the system sees it.")
console = Console()

_PAGE: Final = 500


@app.command
def show(case_id: str) -> None:
    """Every service's views of a case, as JSON."""
    found = asyncio.run(_documents(case_id))
    if not found:
        _unknown(case_id)
    console.print_json(data=found, default=str)


@app.command
def timeline(case_id: str) -> None:
    """Who did what, in order, in plain English."""
    document = asyncio.run(_documents(case_id)).get("intake.case_timeline")
    if document is None:
        _unknown(case_id)
        return
    table = Table("#", "at", "service", "by", "what happened", title=f"{case_id}: {document['status']}")
    for line in document["timeline"]:
        table.add_row(str(line["version"]), line["at"][:19], line["source"], line["by"]["id"], line["summary"])
    console.print(table)


@app.command
def reads(case_id: str) -> None:
    """Who of the staff read a case, when and what, in every service; by now, as far as it is kept."""
    found = asyncio.run(_reads(case_id))
    table = Table("at", "service", "role", "who", "what", "version", "request", title=f"{case_id}: reads")
    for service, read in found:
        what = f"{read.what} {read.part}" if read.part else read.what
        who = (read.role or "none named", read.actor or "nobody named")
        table.add_row(read.at.isoformat()[:19], service, *who, what, str(read.shown[case_id]), read.request)
    console.print(table)


async def _reads(case_id: str) -> list[tuple[str, Read]]:
    found: list[tuple[str, Read]] = []
    now = SystemClock().now()
    for service in DEFINITIONS:
        async with opened(service, Settings()) as ports:
            after: str | None = None
            while page := await ports.reads.of(case_id, now, after=after, limit=_PAGE):
                found += [(service, read) for read in page]
                after = page[-1].id
    return sorted(found, key=lambda one: one[1].id)


async def _documents(case_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for service in DEFINITIONS:
        async with opened(service, Settings()) as ports:
            for name, view in views_of(service).items():
                live = (await pointer_of(ports.pointers, view)).live
                shown: Shown | None = (await ports.store.fetch(live, [case_id])).get(case_id)
                if shown is not None:
                    found[f"{service}.{name}"] = {"version": shown.version, **shown.body}
    return found


def _unknown(case_id: str) -> None:
    console.print(f"no service knows case {case_id}")
    sys.exit(1)
