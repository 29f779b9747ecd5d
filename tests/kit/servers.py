"""The Kafka and the MongoDB that tests talk to.

Those of TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL if set; else containers if TEST_BACKEND=containers; else embedded ones.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

KAFKA_IMAGE = "apache/kafka:4.3.1"
MONGO_IMAGE = "mongo:8"
STARTS_WITHIN_S = 120

_ALREADY_INITIALIZED = 23
_START = "/tmp/start.sh"  # noqa: S108 - in the container
_WAIT_FOR_START = ["bash", "-c", f"until [ -x {_START} ]; do sleep 0.1; done; exec {_START}"]
_KAFKA = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
}


@dataclass(frozen=True)
class Servers:
    """Where Kafka and MongoDB answer."""

    bootstrap: str
    mongo_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """One pair of servers for the whole run: tests keep apart by their own topics, groups and databases."""
    with start_servers() as started:
        yield started


def start_servers() -> AbstractContextManager[Servers]:
    """The servers that the environment asks for, for as long as the `with` block runs."""
    bootstrap, mongo_url = os.environ.get("TEST_KAFKA_BOOTSTRAP"), os.environ.get("TEST_MONGO_URL")
    if bootstrap and mongo_url:
        return nullcontext(Servers(bootstrap, mongo_url))
    if bootstrap or mongo_url:
        raise pytest.UsageError("set both TEST_KAFKA_BOOTSTRAP and TEST_MONGO_URL, or neither")
    match os.environ.get("TEST_BACKEND", "embedded"):
        case "containers":
            return containers()
        case "embedded":
            return embedded()
        case other:
            raise pytest.UsageError(f"TEST_BACKEND is containers or embedded, not {other}")


@contextmanager
def embedded() -> Iterator[Servers]:
    """The servers of the extra `embedded`, as child processes."""
    from redress.embedded import EmbeddedServers  # noqa: PLC0415 - an optional extra

    with tempfile.TemporaryDirectory(prefix="redress-test-") as folder, EmbeddedServers(Path(folder)) as running:
        yield Servers(running.bootstrap, running.mongo_url)


@contextmanager
def stack(script: str, kafka_port: int, mongo_port: int, *told: str, **more: str) -> Iterator[Servers]:
    """Servers of their own, started by the stack's control script.

    `told` are further words to its `up`, `more` further variables.
    """
    names = {**more, "STACK_INSTANCE": f"own{kafka_port}", "STACK_PORT": str(kafka_port), "MONGO_PORT": str(mongo_port)}
    environment = {**os.environ, **names}

    def control(*words: str) -> None:
        run = subprocess.run(
            [script, *words], env=environment, timeout=110, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, f"{script} {words[0]} ended with {run.returncode}: {run.stderr}"

    control("up", *told)
    try:
        yield Servers(f"127.0.0.1:{kafka_port}", f"mongodb://127.0.0.1:{mongo_port}/?directConnection=true")
    finally:
        control("down", "--wipe")


@contextmanager
def containers() -> Iterator[Servers]:
    """The official images, through testcontainers."""
    with _kafka() as bootstrap, _mongo() as mongo_url:
        yield Servers(bootstrap, mongo_url)


@contextmanager
def _kafka() -> Iterator[str]:
    """A broker that learns its published port, which it has to advertise, from a script put in after the start."""
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy  # noqa: PLC0415

    container = _container(KAFKA_IMAGE).with_envs(**_KAFKA).with_command(_WAIT_FOR_START).with_exposed_ports(9092)
    try:
        container.start()
        address = f"{container.get_container_host_ip()}:{container.get_exposed_port(9092)}"
        script = f"#!/bin/bash\nexport KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://{address}\nexec /etc/kafka/docker/run\n"
        container.copy_into_container(script.encode(), _START, mode=0o755)
        LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(STARTS_WITHIN_S).wait_until_ready(container)
        yield address
    finally:
        container.stop()


@contextmanager
def _mongo() -> Iterator[str]:
    """A replica set of one."""
    container = _container(MONGO_IMAGE).with_command("--replSet rs0 --bind_ip_all").with_exposed_ports(27017)
    try:
        container.start()
        address = f"{container.get_container_host_ip()}:{container.get_exposed_port(27017)}"
        url = f"mongodb://{address}/?directConnection=true"
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=STARTS_WITHIN_S * 1000) as client:
            _initiate(client)
        yield url
    finally:
        container.stop()


def _initiate(client: "MongoClient[dict[str, object]]") -> None:
    """Make the replica set and wait until it takes writes."""
    try:
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": "localhost:27017"}]})
    except OperationFailure as refused:
        if refused.code != _ALREADY_INITIALIZED:
            raise
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not (seen := client.admin.command("hello"))["isWritablePrimary"]:
        assert time.monotonic() < deadline, f"MongoDB became no primary: {seen}"
        time.sleep(0.1)


def _container(image: str) -> "DockerContainer":
    # Ryuk, a container that cleans up after a killed run, is one more image to pull; without it `finally` cleans up.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - reads the variable when imported

    return DockerContainer(image)
