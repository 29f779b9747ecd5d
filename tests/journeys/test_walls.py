"""docker-compose.secure.yml puts the walls up: a case runs inside them, and whoever is not let in gets nowhere."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from pymongo import MongoClient
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError

from redress.acl.kafka_rights import PLATFORM, user_of
from redress.demo import story
from redress.demo.world import World
from shared.adapters.failures import Misconfigured
from shared.adapters.kafka_client import check_kafka
from shared.adapters.kafka_security import client_options
from shared.adapters.settings import KafkaSettings, Settings
from tests.journeys.composed import SERVICES, Composed
from tests.kit.ports import free_ports
from tests.kit.whole import Silent

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1500)]

FILES = ("docker-compose.yml", "docker-compose.secure.yml")


@pytest.fixture(scope="module")
def walled() -> Iterator[Composed]:
    """All of it behind walls, healthy, with what there is to read from outside left in its folder."""
    listening = (*SERVICES, "kafka", "mongo")
    version = ["docker", "run", "--rm", "--entrypoint", "mongod", "mongo:8", "--version"]
    stands_in = "stand-in" in subprocess.run(version, check=True, capture_output=True, text=True).stdout
    files = (*FILES, "tests/journeys/stand_in/docker-compose.yml") if stands_in else FILES
    ports = dict(zip(listening, free_ports(len(listening)), strict=True))
    deployment = Composed(f"redress-walls-{os.getpid()}", ports, files)
    try:
        deployment.must("build", within_s=900)
        deployment.must("up", "--detach", "--wait", "--wait-timeout", "420", within_s=480)
        yield deployment
    finally:
        deployment.run("down", "--volumes", "--remove-orphans", "--timeout", "5")


@dataclass(frozen=True)
class Left:
    """What the job that makes all secrets has left, read as whoever runs the machine may."""

    bootstrap: str
    authority: Path
    secrets: Mapping[str, str]

    def login(self, user: str) -> KafkaSettings:
        """How this user reaches Kafka from outside."""
        said = {"bootstrap": self.bootstrap, "security_protocol": "SASL_SSL", "username": user}
        password = self.secrets[f"/secrets/{user}/kafka__password"]
        return KafkaSettings.model_validate({**said, "password": password, "ca_file": self.authority})


@pytest.fixture(scope="module")
def left(walled: Composed, tmp_path_factory: pytest.TempPathFactory) -> Left:
    looked = 'cat /servers/authority/ca.crt; for file in /secrets/*/*; do echo "$file $(cat $file)"; done'
    said = walled.must("run", "--rm", "--no-deps", "-T", "secrets", "sh", "-c", looked)
    authority, _, secrets = said.partition("/secrets/")
    file = tmp_path_factory.mktemp("walls") / "ca.crt"
    file.write_text(authority)
    lines = f"/secrets/{secrets}".splitlines()
    return Left(walled.bootstrap, file, dict(line.split(" ", 1) for line in lines))


async def test_a_case_runs_to_its_end_inside_the_walls(walled: Composed, left: Left, tmp_path: Path) -> None:
    settings = Settings(kafka=left.login(PLATFORM))
    world = World(walled.base_urls, settings, Silent(), httpx.AsyncClient(timeout=20, trust_env=False))

    async def nobody_is_killed() -> None: ...

    try:
        await story.play(world, tmp_path, nobody_is_killed)
    finally:
        await world.close()

    assert world.checked > 50
    verified = walled.must("run", "--rm", "--no-deps", "-T", "-e", "COLUMNS=200", "operator", "redress", "verify")
    assert all(service in verified for service in SERVICES), verified


async def written(kafka: KafkaSettings, topic: str) -> None:
    producer = AIOKafkaProducer(**client_options(kafka), request_timeout_ms=10_000)
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"{}", key=b"nobody")
    finally:
        await producer.stop()


async def test_nobody_writes_a_record_without_a_password_or_with_that_of_another(walled: Composed, left: Left) -> None:
    mediation, platform = left.login(user_of("mediation")), left.login(PLATFORM)
    mistaken = mediation.model_copy(update={"password": platform.password})

    with pytest.raises(KafkaConnectionError):
        await written(KafkaSettings(bootstrap=walled.bootstrap), "order.recorded")
    with pytest.raises(KafkaConnectionError):
        await written(KafkaSettings(bootstrap=walled.bootstrap, security_protocol="SSL", ca_file=left.authority), "x")
    with pytest.raises(Misconfigured, match="refused the credentials"):
        await check_kafka(Settings(kafka=mistaken), {"mediation.parked"})
    with pytest.raises(TopicAuthorizationFailedError):
        await written(mediation, "order.recorded")
    await written(platform, "order.recorded")


async def test_nobody_reads_a_log_without_tls_without_a_password_or_as_another_service(
    walled: Composed, left: Left
) -> None:
    own = left.secrets["/secrets/redress-intake/mongo__url"].rpartition("@")[0]
    host = f"localhost:{walled.ports['mongo']}/?directConnection=true&serverSelectionTimeoutMS=3000"
    tls = f"&tls=true&tlsCAFile={left.authority}"

    def first(url: str, database: str) -> Any:
        with MongoClient[dict[str, Any]](url) as client:
            return client[database]["log"].find_one()

    tried: dict[str, tuple[Callable[[], Any], type[Exception]]] = {
        "without TLS": (lambda: first(f"mongodb://{host}", "redress_intake"), ServerSelectionTimeoutError),
        "without a password": (lambda: first(f"mongodb://{host}{tls}", "redress_intake"), OperationFailure),
        "as another": (lambda: first(f"{own}@{host}&authSource=admin{tls}", "redress_mediation"), OperationFailure),
    }
    for what, (attempt, error) in tried.items():
        with pytest.raises(error):
            raise AssertionError(f"{what}: {attempt()}")
    first(f"{own}@{host}&authSource=admin{tls}", "redress_intake")  # its own it may read, were it empty yet


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_holds_its_own_secrets_and_no_others(walled: Composed, service: str) -> None:
    seen = walled.must("exec", "-T", service, "sh", "-c", "ls /run/secrets; cat /run/secrets/kafka__username; env")

    lines = seen.splitlines()
    assert lines[:4] == ["kafka__password", "kafka__username", "mongo__url", user_of(service)]
    assert not [line for line in lines if "mongodb://" in line or "PASSWORD" in line]


def test_to_come_up_again_makes_no_new_secrets(walled: Composed) -> None:
    again = walled.must("run", "--rm", "--no-deps", "-T", "secrets")

    assert "passwords made for 0 users" in again
    assert "/servers: there already" in again
