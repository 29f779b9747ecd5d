"""The rehearsal: a case is in the midst of mediation when MongoDB is lost, and later Kafka; it ends all the same.

Real processes on real servers. A backup is taken while they work and killed once; what was told after it is lost with
MongoDB; the topics are told anew, record for record; and then once more, after every topic was deleted.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr
from pymongo import MongoClient

from redress.demo import story
from redress.demo.people import LIN, Case, money
from redress.demo.world import World
from redress.processes import Processes
from redress.recovery.world import TOLD
from redress.verifying import verify
from shared.adapters.clock import SystemClock
from shared.adapters.kafka_looking import every_record, lags
from shared.adapters.kafka_security import client_options
from shared.adapters.mongo_keys import new_master
from shared.adapters.settings import KeySettings, Settings
from shared.contracts.topology import SERVICES, topics
from tests.kit.command_line import run_redress
from tests.kit.replicas import ROOT
from tests.kit.servers import Servers
from tests.kit.whole import Silent, deployment, own_servers

pytestmark = [pytest.mark.connected, pytest.mark.timeout(600)]

DATABASES = (*(f"redress_{service}" for service in SERVICES), "redress_keys")
Told: TypeAlias = Mapping[tuple[str, int, str], Sequence[tuple[bytes | None, bytes | None, Any]]]
"""By topic, partition and source: key, value and headers of each record, in order. Sent twice counts once."""


@pytest.fixture(name="own_servers")
def _own_servers() -> Iterator[Servers]:
    with own_servers() as started:
        yield started


@dataclass
class Rehearsal:
    """A deployment, what is lost of it, and what was seen."""

    settings: Settings
    processes: Processes
    client: MongoClient[dict[str, Any]]
    folder: Path
    said: list[str] = field(default_factory=list)

    async def ran(self, *words: str, until: Callable[[], object] | None = None) -> tuple[int, str]:
        """Exit code and words of the command line; with `until`, it is killed as soon as that is so."""
        return await run_redress(self.processes.environment, *words, kill_when=until)

    async def done(self, *words: str) -> None:
        code, said = await self.ran(*words)
        assert code == 0, said
        self.said += said.splitlines()

    async def left(self, *words: str, until: Callable[[], object] | None = None) -> tuple[int, str]:
        """The same once Kafka no longer counts the stopped services as members; until then it is refused."""
        deadline = asyncio.get_running_loop().time() + 60
        while True:
            code, said = await self.ran(*words, until=until)
            if "have members: stop all services first" not in said:
                return code, said
            assert code == 78
            assert asyncio.get_running_loop().time() < deadline, said

    async def stop(self) -> None:
        assert set((await asyncio.to_thread(self.processes.stop)).values()) == {0}

    async def start(self, *services: str) -> None:
        for service in services or SERVICES:
            await asyncio.to_thread(self.processes.start, service)
        for service in services or SERVICES:
            await asyncio.to_thread(self.processes.wait_ready, service)

    async def told(self) -> Told:
        found: dict[tuple[str, int, str], dict[str, tuple[bytes | None, bytes | None, Any]]] = defaultdict(dict)
        async for record in every_record(self.settings, TOLD):
            headers = {name: value.decode() for name, value in record.headers}
            place = record.topic, record.partition, headers["ce_source"]
            found[place].setdefault(headers["ce_id"], (record.key, record.value, record.headers))
        return {place: list(records.values()) for place, records in found.items()}

    def decided(self) -> int:
        """How many facts the logs say were told."""
        return sum(len(commit["out"]) for name in DATABASES[:4] for commit in self.client[name]["log"].find())

    async def caught_up(self) -> Told:
        """What is told, once that is all that the logs say, and everybody has taken it."""
        deadline = asyncio.get_running_loop().time() + 60
        while True:
            found, wanted = await self.told(), self.decided()
            behind = {lag.group: lag.behind for lag in await lags(self.settings) if lag.behind}
            # Asked again: what was decided between the two looks is not in what was found.
            if counted(found) == wanted == self.decided() and not behind:
                return found
            assert asyncio.get_running_loop().time() < deadline, f"{counted(found)} of {wanted} told; behind: {behind}"

    async def verified(self) -> None:
        for service in SERVICES:
            findings = await verify(service, self.settings)
            assert (findings.differences, findings.counts["commits to relay"]) == ([], 0)

    async def delete_topics(self) -> None:
        """All that Kafka knew: with its topics go the offsets of the groups."""
        admin = AIOKafkaAdminClient(**client_options(self.settings.kafka))
        await admin.start()
        try:
            await admin.delete_topics(sorted(topics()))
            async with asyncio.timeout(60):
                while set(await admin.list_topics()) & set(topics()):  # noqa: ASYNC110  # a probe
                    await asyncio.sleep(0.1)
        finally:
            await admin.close()

    async def mongodb_is_lost(self, case: Case) -> None:
        """After a backup, one more complaint: with that it is gone, and the topics know more than the logs."""
        backup, vault = ("--into", str(self.folder)), ("--vault", f"{self.folder}-vault")
        waiting = await a_negotiation(case, self.folder.with_name("waiting"))
        some = lambda: len(list(self.folder.rglob("*.bson.gz"))) > 5  # noqa: E731  # a probe
        assert (await self.ran("backup", *backup, *vault, until=some))[0] == -9, "killed in its midst"
        assert "holds no completed backup" in (await self.ran("restore", str(self.folder), "--check"))[1]
        await self.done("backup", *backup, *vault)
        await self.done("restore", str(self.folder), "--check")
        await story.negotiate(await story.begin(case.world, self.folder.with_name("late"), SystemClock().now()))
        before = await self.caught_up()
        restore = ("restore", str(self.folder), *vault, "--kafka-kept")
        assert "stop all services first" in (await self.ran(*restore))[1]
        await self.stop()
        for name in DATABASES:
            self.client.drop_database(name)

        begun = lambda: self.client["redress_intake"]["log"].find_one({})  # noqa: E731  # a probe
        assert (await self.left(*restore, until=begun))[0] == -9, "killed in its midst"
        code, said = await self.ran("verify")
        assert (code, "was begun and has not ended" in said) == (78, True), said
        code, said = await self.left(*restore)
        assert code == 0, said
        self.said += said.splitlines()

        with self.folder.with_name("backup-told-after.jsonl").open(encoding="utf-8") as kept:
            lost = [json.loads(line) for line in kept]
        assert {"complaint.filed", "complaint.accepted"} <= {fact["topic"] for fact in lost}
        await self.start()
        now = await self.caught_up()
        different = {place for place, records in now.items() if records != before.get(place, [])[: len(records)]}
        assert different == set(), {place: (now[place], before.get(place)) for place in different}
        assert counted(now) <= counted(before) - len(lost)
        self.said.append(f"{counted(now)} of {counted(before)} records told anew, each as it was")
        await self.five_days_later(case.world, waiting)
        await self.verified()

    async def five_days_later(self, world: World, waiting: str) -> None:
        """The seller has never answered: what falls due does so on restored logs, too."""
        assert (await world.http.get(f"{self.processes.urls['intake']}/cases/{waiting}")).json()[
            "status"
        ] == "negotiating"
        await self._restart("intake", "tests.kit.days_later")
        await world.see("intake", f"/cases/{waiting}", "time ran out", lambda c: c["status"] == "negotiation_failed")
        await self._restart("intake", "services.intake")

    async def _restart(self, service: str, module: str) -> None:
        running = self.processes.running.pop(service)
        running.terminate()
        assert await asyncio.to_thread(running.wait) == 0
        await asyncio.to_thread(self._spawn, service, module)
        await asyncio.to_thread(self.processes.wait_ready, service)

    def _spawn(self, service: str, module: str) -> None:
        named = {
            "REDRESS_HTTP__PORT": str(self.processes.ports[service]),
            "REDRESS_OPS__PORT": str(self.processes.operations[service]),
            "REDRESS_INSTANCE": f"{service}-0",
            "REDRESS_AUTH__MODE": "gateway",
        }
        with (self.folder.parent / f"{service}.log").open("ab") as log:
            self.processes.running[service] = subprocess.Popen(
                [sys.executable, "-m", module], env={**os.environ, **self.processes.environment, **named},
                stdout=log, stderr=log, cwd=ROOT,
            )  # fmt: skip

    async def kafka_is_lost(self) -> None:
        before = await self.caught_up()
        await self.stop()
        code, said = await self.left("republish")
        assert (code, "Kafka is not empty" in said) == (78, True), said
        await self.delete_topics()
        await self.done("topics", "create")
        await self.done("republish")
        await self.start()
        assert await self.caught_up() == before
        self.said.append(f"{counted(before)} records told again, each as it was")
        await self.verified()


def counted(found: Told) -> int:
    return sum(map(len, found.values()))


async def a_negotiation(first: Case, folder: Path) -> str:
    """A demand that nobody answers."""
    case = await story.begin(first.world, folder, SystemClock().now())
    wish = {"remedy": "return_refund", "amount": money(36_800)}
    of_line = {"order_id": case.order.order_id, "line_id": case.order.lines[0].line_id}
    named = await first.world.new_case_id()
    await first.world.ask(
        "intake", named, "open_negotiation", LIN, **of_line, demand=wish, message="The lid is chipped."
    )
    return named


def test_a_case_in_mediation_survives_the_loss_of_mongodb_and_then_of_kafka(
    own_servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """INVARIANT: what a backup holds goes on as if nothing had happened, and no number is ever given out twice.

    Broken by a cut that holds what was heard and not what was told; by a relay that words a fact anew; by a restore
    that lets services start on a log which is not whole.
    """
    keys = KeySettings(master=SecretStr(new_master("rehearsal")))
    with (
        deployment(own_servers, tmp_path, keys) as (settings, processes),
        MongoClient[dict[str, Any]](own_servers.mongo_url) as client,
    ):
        processes.environment = {**processes.environment, "REDRESS_KAFKA__SESSION_TIMEOUT_MS": "6000"}
        rehearsal = Rehearsal(settings, processes, client, tmp_path / "backup")

        async def play() -> None:
            world = World(processes.urls, settings, Silent())
            case = await story.begin(world, tmp_path / "files", SystemClock().now())
            await story.negotiate(case)
            await story.bring_evidence(case)
            await story.mediate(case, lambda: rehearsal.mongodb_is_lost(case))
            await rehearsal.kafka_is_lost()
            await story.rule(case)
            await story.appeal(case)
            await story.comply(case)
            await rehearsal.done("verify")
            await world.close()

        asyncio.run(play())
    with capsys.disabled():
        print("\n  " + "\n  ".join(rehearsal.said))  # noqa: T201
