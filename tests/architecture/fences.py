"""Runs the import contracts of .importlinter on a tree and says which of them broke."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CONTRACT = "importlinter:contract:"


@dataclass(frozen=True)
class Linted:
    """The identifiers of the broken contracts, and what import-linter said."""

    broken: frozenset[str]
    said: str


@dataclass(frozen=True)
class Linter:
    """import-linter in a process of its own, where this tree's packages are not yet imported."""

    asks: IO[str]
    hears: IO[str]

    def lint(self, root: Path) -> Linted:
        """Check every contract on the packages in `root`; anything but a verdict on each is an error."""
        self.asks.write(f"{root}\n")
        self.asks.flush()
        answer = json.loads(self.hears.readline())
        said = str(answer["said"])
        verdicts = {
            identifier: verdict
            for identifier, name in contracts(root).items()
            for verdict in ("KEPT", "BROKEN")
            if f"\n{name} {verdict}" in said
        }
        assert len(verdicts) == len(contracts(root)), f"import-linter gave no verdict on some contracts:\n{said}"
        broken = frozenset(identifier for identifier, verdict in verdicts.items() if verdict == "BROKEN")
        assert bool(broken) == answer["failed"], said
        return Linted(broken, said)


@contextmanager
def linter() -> Iterator[Linter]:
    wide = {**os.environ, "COLUMNS": "400", "PYTHONPATH": ""}
    script = [sys.executable, str(Path(__file__).with_name("linter.py"))]
    with subprocess.Popen(script, env=wide, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield Linter(process.stdin, process.stdout)
        process.stdin.close()


def contracts(root: Path) -> dict[str, str]:
    """Each contract's identifier and name."""
    config = ConfigParser()
    config.read(root / ".importlinter", encoding="utf-8")
    return {s.removeprefix(CONTRACT): config[s]["name"] for s in config.sections() if s.startswith(CONTRACT)}
