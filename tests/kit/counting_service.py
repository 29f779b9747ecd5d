"""The counter as a real process, with handles by which a test makes it die or dawdle at one exact moment.

`python -m tests.kit.counting_service`; HOOK_DIE_BEFORE_CURSOR names a file, HOOK_SLOW_APPEND is in seconds.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI

from shared.adapters.definition import Definition
from shared.adapters.http import build_app
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_views import MongoCursors
from shared.adapters.ports import Ports
from shared.adapters.process import run
from shared.adapters.settings import Settings
from shared.eventing.agenda import Agenda, Due
from shared.eventing.commits import Commit
from shared.eventing.messages import Command, Published
from shared.eventing.model import Entry
from shared.eventing.ports import AppendResult
from shared.eventing.views import View, people_view
from shared.kernel.actors import Role
from shared.kernel.policy import PolicyBook
from shared.kernel.rights import EVERY, Right
from tests.kit.counter import COUNTER, Count, Counted, NumberHeard, Total
from tests.kit.counter import react as react_soundly

DEADLY: Final = 6660
"""A number that takes the process down: what a crash in native code, or the kernel's OOM killer, does."""


def _react(message: Published, book: PolicyBook) -> Sequence[Command]:
    if isinstance(message, NumberHeard) and message.number == DEADLY:
        os._exit(137)
    return react_soundly(message, book)


def _total(document: Total | None, entry: Entry) -> Total | None:
    if isinstance(entry.message, Counted):
        return Total(total=(document or Total()).total + entry.message.by_how_much)
    return document


def _no_deadlines(due: Due, stream: str, at: datetime) -> Command:
    raise LookupError(due.kind)


DEFINITION: Final = Definition(
    model=replace(COUNTER, react=_react),
    views=(View(name="totals", version=1, document=Total, evolve=_total),),
    people=people_view(lambda people, _: people),
    right=lambda _: Right(dict.fromkeys(Role, EVERY)),
    deadlines=View(name="deadlines", version=1, document=Agenda, evolve=lambda document, _: document),
    command_for=_no_deadlines,
    open_commands=(Count,),
    providers=lambda _: {},
    routes=lambda _: APIRouter(),
)


def _hook_in() -> None:
    if file := os.environ.get("HOOK_DIE_BEFORE_CURSOR"):
        _die_before_cursor(Path(file))
    if seconds := os.environ.get("HOOK_SLOW_APPEND"):
        _append_slowly(float(seconds))


def _die_before_cursor(file: Path) -> None:
    """Each time the relay has sent a page and is about to note it, die if the file still has a line to take off."""
    advance = MongoCursors.advance

    def die_if_due() -> None:
        if lives := file.read_text().splitlines():
            file.write_text("\n".join(lives[1:]))
            os._exit(137)

    async def dying(self: MongoCursors, name: str, lane: int, position: int) -> None:
        if name == "relay":
            die_if_due()
        await advance(self, name, lane, position)

    MongoCursors.advance = dying  # type: ignore[method-assign]


def _append_slowly(seconds: float) -> None:
    append = MongoEventLog.append

    async def slow(self: MongoEventLog, lane: int, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        sys.stdout.write("appending\n")
        sys.stdout.flush()
        await asyncio.sleep(seconds)
        return await append(self, lane, commits)

    MongoEventLog.append = slow  # type: ignore[method-assign]


def build(settings: Settings, ports: Ports | None = None) -> FastAPI:
    return build_app(DEFINITION, settings, ports)


if __name__ == "__main__":
    _hook_in()
    sys.exit(run("counter", build))
