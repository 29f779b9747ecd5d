"""Two replicas of each service are replaced by their next version, one by one, while cases come in all the time.

The next version is this one and what `tests/kit/next_version.py` adds: a field in a fact of its log, one in a fact that
others hear, and a view in a new shape. Clients do what a client does: they ask another replica where one is away.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from redress.demo.people import LIN, QINGYAO, Case, complaint_of, money, the_order
from redress.demo.world import World
from shared.adapters.clock import SystemClock
from shared.adapters.ids import new_id
from shared.adapters.kafka_client import create_topics
from shared.adapters.kafka_looking import lags
from shared.adapters.settings import KafkaSettings, MongoSettings, Settings
from shared.contracts.topology import SERVICES, topics
from shared.kernel.actors import Actor
from tests.kit.command_line import run_redress
from tests.kit.next_version import NEWER
from tests.kit.replicas import NAMELESS, Deployment, Replica, until
from tests.kit.servers import Servers
from tests.kit.whole import Silent, own_servers

pytestmark = [pytest.mark.connected, pytest.mark.timeout(900)]

AT_ONCE = 3
"""Cases under way at any time."""


@pytest.fixture(name="own_servers")
def _own_servers() -> Iterator[Servers]:
    with own_servers() as started:
        yield started


@dataclass
class Fleet(Mapping[str, str]):
    """The replicas of each service, as a load balancer knows them: those that were ready, in turn."""

    servers: Servers
    folder: Path
    deployments: dict[str, Deployment] = field(init=False)
    taking: dict[str, list[Replica]] = field(init=False)
    _turn: int = 0

    def __post_init__(self) -> None:
        self.deployments = {service: Deployment(self.servers, f"redress_{service}") for service in SERVICES}
        self.taking = {service: [] for service in SERVICES}

    def __getitem__(self, service: str) -> str:
        self._turn += 1
        return self.taking[service][self._turn % len(self.taking[service])].url

    def __iter__(self) -> Iterator[str]:
        return iter(self.taking)

    def __len__(self) -> int:
        return len(self.taking)

    async def add(self, service: str, name: str, *, newer: bool = False) -> Replica:
        module = "tests.kit.next_version" if newer else f"services.{service}"
        replica = await self.deployments[service].start(
            module, f"{service}-{name}", self.folder, **NAMELESS, NEXT_VERSION_OF=service
        )
        await until(f"{replica.instance} is ready", lambda: self._ready(replica), 90)
        self.taking[service].append(replica)
        return replica

    async def retire(self, service: str) -> None:
        """Stop the oldest; whoever still asks it is refused the connection and asks another."""
        oldest = self.taking[service][0]
        assert await oldest.stop() == 0, oldest.last_words()
        self.taking[service].remove(oldest)

    async def end(self) -> None:
        for deployment in self.deployments.values():
            await deployment.end()

    @staticmethod
    async def _ready(replica: Replica) -> bool | None:
        assert replica.process.returncode is None, replica.last_words()
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{replica.operations}/readyz", timeout=5)
        assert answer.status_code == 200, answer.text
        return True


@dataclass
class Clients(World):
    """Asks again, elsewhere, what was answered 503 or not at all; keeps every other answer that is an error."""

    answers: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    through: list[str] = field(default_factory=list)

    async def _post(self, service: str, case_id: str, command: str, by: Actor, body: Any) -> httpx.Response:
        headers = {"X-Redress-Role": by.role, "X-Redress-Actor": by.id, "Idempotency-Key": new_id()}

        async def send() -> httpx.Response | None:
            url = f"{self.urls[service]}/cases/{case_id}/{command.replace('_', '-')}"
            answer = await self.http.post(url, json=body, headers=headers)
            self._note(answer)
            return None if answer.status_code == 503 else answer

        answer = await self.until(send, 90)
        assert answer is not None, f"{service} did not take {command} in 90 s"
        return answer

    def _note(self, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1
        if answer.status_code not in (200, 503):
            self.errors.append(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")

    async def a_case(self, number: int) -> None:
        """From the order to the mediator."""
        now = SystemClock().now()
        order = the_order(now).model_copy(update={"order_id": f"order-{number}"})
        await self.record_order(order, 1, now)
        await self.see("intake", f"/orders/{order.order_id}", "the order is known", lambda _: True, 90)
        case = Case(self, order, {}, now)
        case.id = f"case-{number}"
        wish = {"remedy": "return_refund", "amount": money(36_800)}
        of_line = {"order_id": order.order_id, "line_id": order.lines[0].line_id}
        await self.ask("intake", case.id, "open_negotiation", LIN, **of_line, demand=wish, message="It is cracked.")
        await self.ask("intake", case.id, "refuse_in_negotiation", QINGYAO, reason="refused", message="It left whole.")
        await self.ask("intake", case.id, "file_complaint", LIN, **complaint_of(case, wish))
        self.opened.append(case.id)
        await self.see("evidence", f"/cases/{case.id}/evidence", "evidence is asked for", lambda e: e["requests"], 90)
        for side in (LIN, QINGYAO):
            await self.ask("evidence", case.id, "finish_evidence", side)
        await self.see("mediation", f"/cases/{case.id}/mediation", "a mediator", lambda m: m["adjudicator"], 90)
        self.through.append(case.id)

    async def look_back(self) -> None:
        """A case that was shown once is shown by every replica that is ready, of whichever version."""
        while True:
            for service, path in (("intake", "/cases/{}"), ("mediation", "/cases/{}/mediation")):
                for case in self.through[-3:]:
                    try:
                        answer = await self.http.get(self.urls[service] + path.format(case))
                    except httpx.TransportError:
                        continue
                    self._note(answer)
            await asyncio.sleep(0.2)


@asynccontextmanager
async def under_load(clients: Clients) -> AsyncIterator[None]:
    """Cases come in; at the end those that are under way are seen through."""
    stopping = asyncio.Event()
    numbers = iter(range(1_000_000))

    async def one_after_the_other() -> None:
        while not stopping.is_set():
            await clients.a_case(next(numbers))

    looking = asyncio.create_task(clients.look_back())
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_the_other())
        try:
            yield
        finally:
            stopping.set()
    looking.cancel()
    assert isinstance((await asyncio.gather(looking, return_exceptions=True))[0], asyncio.CancelledError)


async def next_redress(servers: Servers, *words: str) -> tuple[int, str]:
    """The next version's command line."""
    environment = {
        "REDRESS_KAFKA__BOOTSTRAP": servers.bootstrap,
        "REDRESS_MONGO__URL": servers.mongo_url,
        "REDRESS_KEYS__OFF": "true",
    }
    return await run_redress(environment, *words, program=(sys.executable, "-m", "tests.kit.next_version"))


async def test_services_are_replaced_one_by_one_under_load_and_nothing_is_lost(
    own_servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """INVARIANT: while two versions run side by side a client sees 503 or a closed door at worst.

    Broken by an older replica that parks what it cannot read or decides without it; by a newer one that answers before
    its views show the lanes of the older ones; by anything that a stop throws away.
    """
    settings = Settings(
        kafka=KafkaSettings(bootstrap=own_servers.bootstrap),
        mongo=MongoSettings(url=SecretStr(own_servers.mongo_url)),
    )
    await create_topics(settings.kafka, topics(), settings.lanes, 1)
    fleet = Fleet(own_servers, tmp_path)
    clients = Clients(fleet, settings, Silent())
    try:
        await asyncio.gather(*(fleet.add(service, f"old-{n}") for n in range(2) for service in SERVICES))
        async with under_load(clients):

            async def going(more: int) -> bool | None:
                return True if len(clients.through) >= more else None

            await until("cases go through", lambda: going(AT_ONCE), 120)
            for service in SERVICES:
                for n in range(2):
                    await fleet.retire(service)
                    await fleet.add(service, f"new-{n}", newer=True)
            after = len(clients.through)
            await until("cases go through the new versions", lambda: going(after + AT_ONCE), 120)

        async def taken() -> bool | None:
            behind = {lag.group: lag.behind for lag in await lags(settings) if lag.behind}
            assert not behind, behind
            return True

        await until("every fact is taken", taken, 60)
        assert clients.errors == []
        assert sorted(clients.through) == sorted(clients.opened)
        code, said = await next_redress(own_servers, "verify")
        assert code == 0, said
        assert "parked" not in (await next_redress(own_servers, "parked", "list"))[1].partition("reason")[2]
        for service in SERVICES:
            back = await fleet.deployments[service].start(
                f"services.{service}", f"{service}-back", tmp_path, **NAMELESS
            )
            if service in NEWER:
                async with asyncio.timeout(60):
                    assert await back.process.wait() == 78
                assert "written by a newer version: start that version" in back.last_words()
            else:
                await back.ready()
        with capsys.disabled():
            print(f"\n  {len(clients.through)} cases; answers by status: {dict(clients.answers)}; {said}")  # noqa: T201
    finally:
        await clients.close()
        await fleet.end()
