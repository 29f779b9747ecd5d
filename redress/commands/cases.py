"""`redress case`: one case as the system sees it."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from cyclopts import App
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from redress.bundling import exported
from redress.registry import DEFINITIONS, opened, views_of
from redress.whole_file import whole_file
from services.evidence.views import equal_treatment as in_evidence
from services.evidence.views import time_given
from services.mediation.views import equal_treatment as in_mediation
from services.mediation.views import mediation_file
from shared.adapters.clock import SystemClock
from shared.adapters.sealing import opened_value
from shared.adapters.settings import Settings
from shared.eventing.pointers import pointer_of
from shared.eventing.ports import Shown
from shared.eventing.reads import Read
from shared.eventing.views import View
from shared.kernel.treatment import EqualTreatment

app = App(name="case", help="One case as the system sees it.")
console = Console()

_PAGE: Final = 500
D = TypeVar("D", bound=BaseModel)


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
    with whole_file(out) as file:
        async for piece in exported(case_id, Settings(), key):
            size += file.write(piece)
    return size


@app.command
def equal_treatment(case_id: str, *, json: bool = False) -> None:
    """What each side was given and did, compared: evidence's and mediation's parts of the report.

    Parameters
    ----------
    json
        Print the parts as the services answer them, instead of tables.
    """
    parts = asyncio.run(_treatment(case_id))
    if not parts:
        _unknown(case_id)
    elif json:
        console.print_json(data=[part.model_dump(mode="json") for part in parts])
    else:
        for part in parts:
            _tell(part)


def _tell(part: EqualTreatment) -> None:
    for chapter in part.chapters:
        table = Table("what", "", "buyer", "seller", title=chapter.title, title_justify="left")
        for one in chapter.measures:
            table.add_row(one.name, one.of, str(one.buyer), str(one.seller))
        console.print(table)
        for one in chapter.measures:
            if one.difference:
                console.print(one.difference, soft_wrap=True, highlight=False)


async def _treatment(case_id: str) -> Sequence[EqualTreatment]:
    """The parts of every service that has begun something for the case."""
    parts = (
        await _part("evidence", time_given.VIEW, in_evidence.part_of, case_id),
        await _part("mediation", mediation_file.VIEW, in_mediation.part_of, case_id),
    )
    return [part for part in parts if part is not None]


async def _part(
    service: str, view: View[D], part_of: Callable[[str, D], EqualTreatment], case_id: str
) -> EqualTreatment | None:
    async with opened(service, Settings()) as ports:
        live = (await pointer_of(ports.pointers, view)).live
        shown = (await ports.store.fetch(live, [case_id])).get(case_id)
        return part_of(case_id, view.document.model_validate(shown.body)) if shown else None


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
