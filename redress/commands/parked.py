"""`redress parked`: what could not be handled, and what to do with it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cyclopts import App
from rich.console import Console
from rich.table import Table

from redress.registry import DEFINITIONS, opened
from shared.adapters.settings import Settings
from shared.eventing.parking import Action, Park, Parked

T = TypeVar("T")

app = App(name="parked", help="Facts that could not be handled, kept in order.")
console = Console()


@app.command(name="list")
def show_all(service: str | None = None) -> None:
    """What is parked, by service, case and sequence."""
    table = Table("service", "id", "case", "source", "seq", "type", "tries", "asked", "reason")
    for name in [service] if service else DEFINITIONS:
        for parked in _with_park(name, lambda park: park.every()):
            table.add_row(
                name, parked.id, parked.stream, parked.source, str(parked.seq), parked.type,
                str(parked.attempts), parked.action or "", parked.reason,
            )  # fmt: skip
    console.print(table)


@app.command
def show(service: str, parked_id: str) -> None:
    """One parked record in full, byte for byte."""
    for parked in _with_park(service, lambda park: park.every()):
        if parked.id == parked_id:
            _print(parked)
            return
    console.print(f"nothing is parked under {parked_id}")
    sys.exit(1)


@app.command
def replay(service: str, parked_id: str) -> None:
    """Try a record again, and then what waits behind it; the running service does it within a second."""
    _ask(service, parked_id, Action.REPLAY)


@app.command
def drop(service: str, parked_id: str) -> None:
    """Give a record up: the log notes that its sequence was skipped, and what waits behind it goes on."""
    _ask(service, parked_id, Action.DROP)


def _ask(service: str, parked_id: str, action: Action) -> None:
    if not _with_park(service, lambda park: park.ask(parked_id, action)):
        console.print(f"nothing is parked under {parked_id}; see `redress parked list`")
        sys.exit(1)
    console.print(f"asked {service} to {action} {parked_id}")


def _with_park(service: str, work: Callable[[Park], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opened(service, Settings()) as ports:
            return await work(ports.park)

    return asyncio.run(run())


def _print(parked: Parked) -> None:
    console.print(
        f"{parked.id}: {parked.reason} ({parked.attempts} tries, parked {parked.parked_at:%Y-%m-%d %H:%M:%S})"
    )
    for name, value in parked.headers:
        console.print(f"  {name}: {value!r}", highlight=False)
    console.print((parked.value or b"").decode("utf-8", "replace"), highlight=False)
