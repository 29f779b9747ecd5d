"""Replicas of the services on real servers: child processes, or in this one where a test must reach inside."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid1

import httpx
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI
from pydantic import SecretStr

from shared.adapters.mongo_client import Database, open_database
from shared.adapters.mongo_documents import from_document
from shared.adapters.ports import Ports, open_ports
from shared.adapters.service import Service
from shared.adapters.settings import KafkaSettings, MongoSettings, Settings
from shared.eventing.commits import Commit
from tests.kit.http import UNBOUND
from tests.kit.ports import free_ports
from tests.kit.servers import Servers

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
SESSION_MS = 6000
"""The shortest session a broker allows by default: a static member that is gone is soon missed."""

NAMELESS: Mapping[str, str] = {"REDRESS_INSTANCE": ""}


async def until(what: str, probe: Callable[[], Awaitable[T | None]], patience: float = 45) -> T:
    """Probe until there is an answer; fails with what the probe last raised or answered."""
    seen: object = "nothing"
    try:
        async with asyncio.timeout(patience):
            while True:
                try:
                    if (found := await probe()) is not None:
                        return found
                    seen = "no"
                except (AssertionError, httpx.TransportError) as error:
                    seen = error
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {patience:g} s; last seen: {seen}") from None


@dataclass
class Replica:
    """One child process of a service."""

    instance: str
    url: str
    operations: str
    """Where it answers those who run it."""
    process: asyncio.subprocess.Process
    log: Path

    async def ready(self, lanes: int | None = None) -> Sequence[int]:
        """Return the lanes it owns once it is ready and owns so many."""

        async def look() -> Sequence[int] | None:
            assert self.process.returncode is None, f"{self.instance} ended: {self.last_words()}"
            found = await self.lanes()
            assert found if lanes is None else len(found) == lanes, f"{self.instance} owns {found}"
            return found

        return await until(f"{self.instance} is ready with {lanes or 'its'} lanes", look)

    async def lanes(self) -> Sequence[int]:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.operations}/readyz", timeout=5)
        return list(answer.json()["lanes"]) if answer.status_code == 200 else []

    def words(self) -> list[str]:
        return self.log.read_text("utf-8", "replace").splitlines()

    def last_words(self) -> str:
        return "\n".join(self.words()[-5:])

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it, and answer its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(30):
            return await self.process.wait()


@dataclass
class Deployment:
    """One database, and the replicas that work on it."""

    servers: Servers
    database: str
    replicas: list[Replica] = field(default_factory=list)
    run: str = field(default_factory=lambda: uuid1().hex[:8])

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "REDRESS_KAFKA__BOOTSTRAP": self.servers.bootstrap,
            "REDRESS_KAFKA__SESSION_TIMEOUT_MS": str(SESSION_MS),
            "REDRESS_MONGO__URL": self.servers.mongo_url,
            "REDRESS_MONGO__DATABASE": self.database,
            "REDRESS_HTTP__PORT": "0",
            "REDRESS_OPS__PORT": "0",
            "REDRESS_KEYS__OFF": "true",
            "REDRESS_AUTH__MODE": "gateway",
            **UNBOUND,
            **more,
        }

    async def start(self, module: str, instance: str, folder: Path, **more: str) -> Replica:
        """Start `python -m module` as a replica of that name; its standard error goes to a file.

        With `NAMELESS` Kafka knows it by no name, as under compose.
        """
        port, operations = free_ports(2)
        log = folder / f"{instance}-{port}.log"
        name = {"REDRESS_INSTANCE": f"{self.run}-{instance}"}
        listening = {"REDRESS_HTTP__PORT": str(port), "REDRESS_OPS__PORT": str(operations)}
        environment = self.environment(**(listening | name | more))
        environment = {variable: value for variable, value in environment.items() if value}
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                cwd=ROOT,
                env={**clean(os.environ), **environment},
                stdout=file,
                stderr=file,
            )
        replica = Replica(instance, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{operations}", process, log)
        self.replicas.append(replica)
        return replica

    def settings(self, instance: str) -> Settings:
        return Settings(
            kafka=KafkaSettings(bootstrap=self.servers.bootstrap, session_timeout_ms=SESSION_MS),
            mongo=MongoSettings(url=SecretStr(self.servers.mongo_url), database=self.database),
            instance=f"{self.run}-{instance}",
        )

    @asynccontextmanager
    async def inside(
        self,
        build: Callable[[Settings, Ports], FastAPI],
        name: str,
        instance: str,
        how: Callable[[Ports], Ports] = lambda ports: ports,
    ) -> AsyncIterator[tuple[FastAPI, Service]]:
        """A service in this process on the real servers, with its ports changed as `how` says."""
        settings = self.settings(instance)
        app = build(settings, how(await open_ports(settings, name)))
        async with app.router.lifespan_context(app):
            yield app, app.state.service

    async def publish(self, records: Iterable[Any], *, partition: Callable[[Any], int] | None = None) -> None:
        """Put records on Kafka as another service would, or wherever `partition` says."""
        producer = AIOKafkaProducer(bootstrap_servers=self.servers.bootstrap, acks="all")
        try:
            await producer.start()
            sent = [
                await producer.send(
                    record.topic,
                    record.value,
                    key=record.key,
                    headers=list(record.headers),
                    partition=partition(record) if partition else record.partition,
                )
                for record in records
            ]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    async def heard(self, cases: Iterable[str]) -> Mapping[str, Sequence[Commit]]:
        """The commits of cases in the order of their versions."""
        opened: Database = await open_database(self.servers.mongo_url, self.database)
        try:
            found = opened["log"].find({"case": {"$in": list(cases)}}).sort([("case", 1), ("first", 1)])
            commits = [from_document(document) async for document in found]
        finally:
            opened.client.close()
        return {case: [commit for commit in commits if commit.stream == case] for case in cases}

    async def all_heard(
        self, cases: Sequence[str], so_many: int, patience: float = 60
    ) -> Mapping[str, Sequence[Commit]]:
        """The commits of the cases once each has so many heard facts; fails when one has more or less."""

        async def look() -> Mapping[str, Sequence[Commit]] | None:
            found = await self.heard(cases)
            lacking = {case: len(commits) for case, commits in found.items() if len(commits) < so_many}
            assert not lacking, f"{len(lacking)} cases lack facts, such as {list(lacking.items())[:3]}"
            return found

        return await until(f"{so_many} facts of each of {len(cases)} cases are heard", look, patience)

    async def end(self) -> None:
        for replica in self.replicas:
            if replica.process.returncode is None:
                replica.process.kill()
                await replica.process.wait()


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Without settings of Redress that happen to be set here."""
    return {name: value for name, value in environment.items() if not name.startswith("REDRESS_")}
