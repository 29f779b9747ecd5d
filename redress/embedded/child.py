"""One embedded server as a child process: started, awaited until it answers, stopped by pid."""

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from redress.embedded import leash

# noida-db is linked against a newer glibc than most distributions ship; the symbol is weak and the server runs.
HARMLESS = re.compile(r"weak version `GLIBC_[\d.]+' not found")
BETWEEN_PROBES_S = 0.02
LOG_LINES = 15


class EmbeddedUnavailable(RuntimeError):  # noqa: N818 - it names a state of the machine, not a mistake
    """An embedded server cannot be had here; the message says why and what to do instead."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}\nThis is Python {platform.python_version()} on {platform.platform()}; the embedded servers need "
            "Python 3.11 to 3.13 and a recent Linux, macOS or Windows.\n"
            "Instead, run the servers with Docker compose, or set TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL "
            "to servers that already run."
        )


@dataclass(frozen=True)
class Child:
    """A server that runs, or ran."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, command: Sequence[str], folder: Path) -> "Child":
        """Start the command in a session of its own, so that a Ctrl-C in the terminal does not reach it."""
        log = folder / f"{name}.log"
        on_leash = [sys.executable, "-I", leash.__file__, str(os.getpid()), *command]
        # Windows cannot replace a running process by another, so a leash would hide the server's pid.
        run = list(command) if os.name == "nt" else on_leash
        try:
            with log.open("wb") as written:
                process = subprocess.Popen(  # noqa: S603 - the command is ours
                    run,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=written,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise EmbeddedUnavailable(f"The embedded {name} cannot be started: {error}") from error
        return cls(name, process, log)

    def wait_until(self, answers: Callable[[], bool], deadline_s: float) -> None:
        """Come back as soon as the server answers; raises EmbeddedUnavailable if it dies or stays silent."""
        deadline = time.monotonic() + deadline_s
        while not answers():
            if time.monotonic() > deadline:
                raise EmbeddedUnavailable(
                    f"The embedded {self.name} did not answer within {deadline_s:g} s.{self._last_words()}"
                )
            self._raise_if_dead_within(BETWEEN_PROBES_S)
        self._raise_if_dead_within(0)

    def check(self) -> None:
        """Raise EmbeddedUnavailable if the server has died."""
        self._raise_if_dead_within(0)

    def stop(self, patience_s: float) -> None:
        """End the server: SIGTERM, and SIGKILL if it is still there after `patience_s`."""
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _raise_if_dead_within(self, seconds: float) -> None:
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        raise EmbeddedUnavailable(f"The embedded {self.name} ended with exit code {code}.{self._last_words()}")

    def _last_words(self) -> str:
        said = self.log.read_text(errors="replace").splitlines()
        kept = [line for line in said if not HARMLESS.search(line)][-LOG_LINES:]
        return "\n".join([f" Its log, {self.log}, ends with:", *(f"  {line}" for line in kept)])
