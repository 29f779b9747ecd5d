"""`redress case`: one case as the system sees it."""

import asyncio
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table

from redress.bundling import exported
from redress.registry import DEFINITIONS, opened, views_of
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


@app.command
def export(case_id: str, *, out: Path, sign_with: Path | None = None) -> None:
    """Write the case bundle: all four services' facts of the case, its evidence files, and a report.

    Parameters
    ----------
    case_id
        The case.
    out
        The file to write; it is whole, or it is not there.
    sign_with
        An Ed25519 private key in PEM instead of REDRESS_BUNDLE_KEY.
    """
    size = asyncio.run(_export(case_id, out, sign_with))
    console.print(f"{out}: {size:,} bytes; check it with: redress verify-bundle {out}", highlight=False)


async def _export(case_id: str, out: Path, key: Path | None) -> int:
    size = 0
    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as part:
        try:
            async for piece in exported(case_id, Settings(), key):
                size += part.write(piece)
            part.flush()
            Path(part.name).replace(out)  # noqa: ASYNC240
        except BaseException:
            Path(part.name).unlink(missing_ok=True)  # noqa: ASYNC240
            raise
    return size


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
