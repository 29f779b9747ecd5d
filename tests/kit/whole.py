"""A whole deployment as processes on servers of its own, for tests that look into all of it or take it apart."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from redress.processes import Processes
from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import KafkaSettings, KeySettings, MongoSettings, Settings
from shared.contracts.topology import SERVICES, topics
from tests.kit.command_line import run_redress
from tests.kit.ports import free_ports, ports_of_each
from tests.kit.servers import Servers, containers, embedded, stack


class Silent:
    """Nobody listens to the story here."""

    def chapter(self, title: str) -> None: ...

    def say(self, text: str) -> None: ...

    def refusal(self, who: str, problem: Any) -> None: ...


@contextmanager
def own_servers() -> Iterator[Servers]:
    """Servers that hold nothing but what this test does, so that all they hold can be searched."""
    if os.environ.get("TEST_BACKEND") == "containers":
        with containers() as started:
            yield started
    elif Path(script := os.environ.get("STACK_SERVERS", "")).is_file():
        plain, _, mongo = free_ports(3)
        with stack(script, plain, mongo) as started:
            yield started
    elif os.environ.get("TEST_BACKEND") == "embedded":
        with embedded() as started:
            yield started
    else:
        pytest.skip("needs servers of its own: set STACK_SERVERS, or TEST_BACKEND=containers or embedded")


@contextmanager
def deployment(
    servers: Servers, folder: Path, keys: KeySettings, services: Sequence[str] = SERVICES
) -> Iterator[tuple[Settings, Processes]]:
    settings = Settings(
        kafka=KafkaSettings(bootstrap=servers.bootstrap),
        mongo=MongoSettings(url=SecretStr(servers.mongo_url)),
        keys=keys,
    )
    asyncio.run(create_topics(settings.kafka, topics(), settings.lanes, 1))
    environment = {
        "REDRESS_KAFKA__BOOTSTRAP": servers.bootstrap,
        "REDRESS_MONGO__URL": servers.mongo_url,
        "REDRESS_KEYS__OFF": str(keys.off),
        "REDRESS_KEYS__MASTER": keys.master.get_secret_value() if keys.master else "",
    }
    processes = Processes(environment, folder, *ports_of_each(SERVICES))
    try:
        for service in services:
            processes.start(service)
        for service in services:
            processes.wait_ready(service)
        yield settings, processes
    finally:
        processes.stop()


async def redress(processes: Processes, *words: str, code: int = 0) -> str:
    """What the command line says, on whichever of its two outputs."""
    ended, said = await run_redress(processes.environment, *words)
    assert ended == code, said
    return said
