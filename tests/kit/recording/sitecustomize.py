"""Python runs this first in every process that has this folder in PYTHONPATH: it notes each kind of MongoDB command.

One line `database collection action` for each kind that the process sent, in a file of RECORD_INTO named after whom
RECORD_AS says it works for.
"""

import os
from pathlib import Path
from typing import Any

from pymongo import monitoring

_SILENT = {
    *("ping", "hello", "ismaster", "isMaster", "saslStart", "saslContinue"),
    *("endSessions", "killCursors", "getMore", "abortTransaction"),
}
"""Needs no right of its own: a login, or what goes on with a cursor or session that its user opened."""
_READS = frozenset(("find", "count", "distinct"))
_AS_CALLED = frozenset(("listIndexes", "insert", "dbStats"))
_OTHERWISE = {"delete": "remove", "createIndexes": "createIndex", "drop": "dropCollection"}


def actions(name: str, command: Any) -> set[str]:
    """What MongoDB asks a right for before it carries out a command."""
    match name:
        case "aggregate":
            return {"find"} | {"changeStream" for stage in command["pipeline"] if "$changeStream" in stage}
        case "update":
            return {"update"} | {"insert" for update in command["updates"] if update.get("upsert")}
        case "findAndModify":
            return {"find", "remove" if command.get("remove") else "update"} | (
                {"insert"} if command.get("upsert") else set()
            )
        case _ if name in _READS:
            return {"find"}
        case _ if name in _AS_CALLED:
            return {name}
        case _:
            return {_OTHERWISE.get(name, f"unknown:{name}")}


class _Recorder(monitoring.CommandListener):
    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in _SILENT:
            return
        collection = event.command[event.command_name]
        for action in actions(event.command_name, event.command):
            line = f"{event.database_name} {collection if isinstance(collection, str) else '-'} {action}\n"
            if line not in self._seen:
                self._seen.add(line)
                with self._file.open("a") as file:
                    file.write(line)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


if "RECORD_INTO" in os.environ:
    monitoring.register(_Recorder(Path(os.environ["RECORD_INTO"]) / f"{os.environ['RECORD_AS']}.{os.getpid()}"))
