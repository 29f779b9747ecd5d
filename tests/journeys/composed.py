"""The project's own docker-compose.yml, run under a name and on ports of its own."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.architecture.tree import ROOT

SERVICES = ("intake", "evidence", "mediation", "appeals")
POLLED_EVERY_S = 0.5

_PROBE = """
import http.client, json, sys
connection = http.client.HTTPConnection("127.0.0.1", 9464, timeout=5)
connection.request("GET", "/readyz")
answer = connection.getresponse()
print(json.dumps({"status": answer.status, "body": json.loads(answer.read())}))
"""


@dataclass(frozen=True)
class Composed:
    """One deployment under docker compose."""

    project: str
    ports: dict[str, int] = field(default_factory=dict)
    """Published on loopback: the four services, `kafka` and `mongo`."""
    files: tuple[str, ...] = ("docker-compose.yml",)
    """Compose files, each changing what those before it say."""

    @property
    def base_urls(self) -> dict[str, str]:
        """Where each service answers HTTP."""
        return {service: f"http://127.0.0.1:{self.ports[service]}" for service in SERVICES}

    @property
    def bootstrap(self) -> str:
        """Where Kafka answers."""
        return f"localhost:{self.ports['kafka']}"

    @property
    def mongo_url(self) -> str:
        """Where MongoDB answers."""
        return f"mongodb://127.0.0.1:{self.ports['mongo']}/?directConnection=true"

    def run(self, *arguments: str, within_s: float = 300) -> subprocess.CompletedProcess[str]:
        """`docker compose ...`, whatever comes of it."""
        files = [word for file in self.files for word in ("--file", file)]
        command = ["docker", "compose", *files, "--env-file", os.devnull, "--project-name", self.project, *arguments]
        ports = {f"{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        environment = os.environ | ports | {"REDRESS_IMAGE": "redress:journeys"}
        return subprocess.run(
            command, cwd=ROOT, env=environment, timeout=within_s, check=False, capture_output=True, text=True
        )

    def must(self, *arguments: str, within_s: float = 300) -> str:
        """`docker compose ...`, which succeeds; what it printed."""
        done = self.run(*arguments, within_s=within_s)
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}: {done.stderr[-4000:]}{self._last_words()}"
        return done.stdout

    def up(self, *arguments: str) -> None:
        """Bring up, or change, and wait until every container is healthy."""
        self.must("up", "--detach", "--wait", "--wait-timeout", "240", *arguments)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What Docker knows about each container of a service, stopped ones too, by replica number."""
        ids = self.must("ps", "--all", "--quiet", service).split()
        found = subprocess.run(["docker", "inspect", *ids], check=True, capture_output=True, text=True).stdout
        return sorted(json.loads(found), key=lambda each: int(_label(each, "container-number")))

    def readiness(self, service: str) -> list[dict[str, Any]]:
        """Status and body of every running replica's own /readyz."""
        replicas = (_label(each, "container-number") for each in self.containers(service) if each["State"]["Running"])
        return [
            json.loads(self.must("exec", "-T", "--index", number, service, "python", "-c", _PROBE))
            for number in replicas
        ]

    def _last_words(self) -> str:
        return "\n" + self.run("logs", "--tail", "30", "--no-color").stdout[-8000:]


def eventually(probe: Callable[[], object], expected: object, within_s: float = 60) -> None:
    """Ask until the answer is the expected one; the failure says what came instead."""
    deadline = time.monotonic() + within_s
    while (seen := probe()) != expected:
        assert time.monotonic() < deadline, f"after {within_s} s still {seen}, not {expected}"
        time.sleep(POLLED_EVERY_S)


def _label(container: dict[str, Any], name: str) -> str:
    return str(container["Config"]["Labels"][f"com.docker.compose.{name}"])
