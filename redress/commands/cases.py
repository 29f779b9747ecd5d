"""`redress case`: one case as the system sees it."""

import asyncio
import sys
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table

from redress.registry import DEFINITIONS, opened, views_of
from shared.adapters.sealing import opened_value
from shared.adapters.settings import Settings
from shared.eventing.pointers import pointer_of
from shared.eventing.ports import Shown

app = App(name="case", help="One case as the system sees it.")
console = Console()


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


async def _documents(case_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for service in DEFINITIONS:
        async with opened(service, Settings()) as ports:
            for name, view in views_of(service).items():
                live = (await pointer_of(ports.pointers, view)).live
                shown: Shown | None = (await ports.store.fetch(live, [case_id])).get(case_id)
                if shown is not None:
                    found[f"{service}.{name}"] = {
                        "version": shown.version,
                        **await opened_value(shown.body, ports.keys),
                    }
    return found


def _unknown(case_id: str) -> None:
    console.print(f"no service knows case {case_id}")
    sys.exit(1)
