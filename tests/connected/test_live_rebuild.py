"""A view of a running service is rebuilt while cases go on and someone reads it all the time."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import httpx
import pytest

from services.intake.app import build
from services.intake.model import MODEL
from services.intake.views import order_book
from shared.adapters.service import Service
from shared.eventing.rebuild import Rebuild
from shared.eventing.streams import Codec
from shared.kernel.lanes import LANES
from tests.examples import intake
from tests.kit.http import WEI, headers_of
from tests.kit.replicas import Deployment, until
from tests.kit.wire import Outside
from tests.messaging.scenes import ORDER

pytestmark = [pytest.mark.connected, pytest.mark.timeout(240)]


@dataclass
class Readers:
    """Orders that change all the time, and someone who reads them over HTTP and notes every step back."""

    deployment: Deployment
    http: httpx.AsyncClient
    names: list[str]
    outside: Outside = field(default_factory=Outside)
    told: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    done: bool = False
    troubles: list[str] = field(default_factory=list)

    async def tell(self) -> None:
        """One more version of every order."""
        records = []
        for name in self.names:
            self.told[name] += 1
            changes = {"version": self.told[name], "order": intake.an_order(order_id=name)}
            records.append(self.outside.tell(ORDER.model_copy(update=changes), fact_id=f"{name}.v{self.told[name]}"))
        await self.deployment.publish(records)

    async def shown(self) -> bool | None:
        """Whether every order is there to be read."""
        for name in self.names:
            answer = await self.http.get(f"/orders/{name}")
            assert answer.status_code == 200, answer.text
        return True

    async def keep_telling(self) -> None:
        while not self.done:
            await self.tell()

    async def keep_reading(self) -> None:
        while not self.done:
            for name in self.names:
                answer = await self.http.get(f"/orders/{name}")
                version = answer.json()["version"] if answer.status_code == 200 else -1
                if version < self.seen[name]:
                    self.troubles.append(f"{name}: {version} after {self.seen[name]}: {answer.text[:200]}")
                self.seen[name] = version
                self.reads += 1


def rebuild_of(service: Service) -> Rebuild:
    ports = service.ports
    return Rebuild(
        order_book.VIEW,
        codec=Codec(MODEL),
        log=ports.log,
        store=ports.store,
        cursors=ports.cursors,
        pointers=ports.pointers,
        lanes=LANES,
    )


async def test_readers_of_a_running_service_notice_no_rebuild(deployment: Deployment) -> None:
    """INVARIANT: building, swapping, going back and dropping are invisible over HTTP, and the contents are equal."""
    async with deployment.inside(build, "intake", "live") as (app, service):
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://redress", headers=headers_of(WEI))
        readers = Readers(deployment, http, [f"order-{deployment.run}-{n}" for n in range(30)])
        await readers.tell()
        await until("all orders are shown", readers.shown)
        work = rebuild_of(service)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(readers.keep_telling()), group.create_task(readers.keep_reading())]
            await work.build()
            await work.catch_up()
            different = [*await work.compare()]
            swapped = await work.swap()
            different += await work.compare()
            back = await work.roll_back()
            forth = await work.roll_back()
            await work.finish()
            readers.done = True
            await asyncio.wait(tasks)
        await http.aclose()

        assert readers.troubles == []
        assert different == []
        first, second = (f"order_book_v{order_book.VIEW.version}_{n}" for n in (1, 2))
        assert (swapped.live, back.live, forth.live) == (second, first, second)
        assert readers.reads > 100
        assert min(readers.told.values()) > 2, f"there was no load: {readers.told}"
        assert not service.supervisor.failed.done()
