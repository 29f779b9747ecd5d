"""The four services as child processes, for `redress up` and the demo."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from redress.embedded import leash
from shared.adapters.mongo_keys import keep_new_master
from shared.adapters.settings import KeySettings
from shared.contracts.topology import SERVICES

START: Final = 45.0
"""Seconds within which a service must be ready."""


class NotReadyError(Exception):
    """A service did not get ready; the message holds its last words."""


@dataclass
class Processes:
    """Starts, kills and stops services on loopback ports. Only ever touches its own children."""

    environment: Mapping[str, str]
    folder: Path
    ports: Mapping[str, int]
    operations: Mapping[str, int]
    """By service, the port on which it answers those who run it."""
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is in the environment of one service alone, by its name."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def urls(self) -> dict[str, str]:
        return {service: f"http://127.0.0.1:{self.ports[service]}" for service in SERVICES}

    @property
    def operations_urls(self) -> dict[str, str]:
        return {service: f"http://127.0.0.1:{self.operations[service]}" for service in SERVICES}

    def start(self, service: str) -> None:
        environment = {
            "REDRESS_AUTH__MODE": "gateway",  # loopback: whoever starts it calls it
            **os.environ,
            **self.environment,
            **self.own.get(service, {}),
            "REDRESS_HTTP__PORT": str(self.ports[service]),
            "REDRESS_OPS__PORT": str(self.operations[service]),
            "REDRESS_INSTANCE": f"{service}-0",
        }
        with (self.folder / f"{service}.log").open("ab") as log:
            self.running[service] = subprocess.Popen(  # noqa: S603  # our own module, with this interpreter
                [sys.executable, leash.__file__, str(os.getpid()), sys.executable, "-m", f"services.{service}"],
                env=environment,
                stdout=log,
                stderr=log,
            )

    def with_keys(self, settings: KeySettings) -> KeySettings:
        """Let the services seal under a master key of this folder's own, unless the settings say something of keys.

        Answers what holds for them, for whoever looks into their stores.
        """
        if settings.given or settings.off:
            return settings
        file = (self.folder / "master.key").absolute()
        keep_new_master(file, "own")
        self.environment = {**self.environment, "REDRESS_KEYS__MASTER_FILE": str(file)}
        return settings.model_copy(update={"master_file": file})

    def wait_ready(self, service: str) -> None:
        """Return when the service owns its lanes; raises NotReadyError with its last log lines."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and self.running[service].poll() is None:
            try:
                answer = httpx.get(f"{self.operations_urls[service]}/readyz", timeout=2)
                if answer.status_code == 200 and answer.json()["lanes"]:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        words = (self.folder / f"{service}.log").read_text("utf-8", "replace").splitlines()[-5:]
        raise NotReadyError(f"{service} is not ready after {START:.0f} s; it last said:\n" + "\n".join(words))

    def kill(self, service: str) -> int:
        """Kill -9 a service; answers its pid."""
        process = self.running.pop(service)
        process.send_signal(signal.SIGKILL)
        process.wait()
        return process.pid

    def stop(self) -> dict[str, int]:
        """Ask every service to drain, and answer their exit codes."""
        for process in self.running.values():
            process.terminate()
        codes = {}
        for service, process in self.running.items():
            try:
                codes[service] = process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[service] = process.wait()
        self.running.clear()
        return codes
