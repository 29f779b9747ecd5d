"""A view of a running service is rebuilt while cases go on and someone reads it all the time."""

import asyncio
from pathlib import Path

import httpx
import pytest

from services.intake.app import build
from services.intake.model import MODEL
from services.intake.views import order_book
from shared.eventing.rebuild import Rebuild
from shared.eventing.streams import Codec
from shared.kernel.lanes import LANES
from tests.examples import intake
from tests.kit.replicas import Deployment, until
from tests.kit.wire import Outside
from tests.messaging.scenes import ORDER

pytestmark = [pytest.mark.connected, pytest.mark.timeout(240)]

ORDERS = 30


async def test_readers_of_a_running_service_notice_no_rebuild(deployment: Deployment, tmp_path: Path) -> None:
    """INVARIANT: building, swapping, going back and dropping are invisible over HTTP, and the contents are equal."""
    outside = Outside()
    names = [f"order-{deployment.run}-{n}" for n in range(ORDERS)]
    versions = dict.fromkeys(names, 0)

    async def load() -> None:
        while True:
            for name in names:
                versions[name] += 1
                fact = ORDER.model_copy(update={"version": versions[name], "order": intake.an_order(order_id=name)})
                await producer([outside.tell(fact, fact_id=f"{name}.v{versions[name]}")])

    producer = deployment.publish
    async with (
        deployment.inside(build, "intake", "live") as (app, service),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://redress") as http,
    ):
        newest = dict.fromkeys(names, 0)
        reads = 0
        troubles: list[str] = []

        async def look(name: str) -> bool | None:
            answer = await http.get(f"/orders/{name}")
            assert answer.status_code == 200, answer.text
            return True

        async def read() -> None:
            nonlocal reads
            while True:
                for name in names:
                    answer = await http.get(f"/orders/{name}")
                    version = answer.json()["version"] if answer.status_code == 200 else -1
                    if version < newest[name]:
                        troubles.append(f"{name}: {version} after {newest[name]}: {answer.text[:200]}")
                    newest[name] = version
                    reads += 1

        first = [
            outside.tell(ORDER.model_copy(update={"order": intake.an_order(order_id=n)}), fact_id=n) for n in names
        ]
        versions.update(dict.fromkeys(names, 1))
        await producer(first)
        for name in names:
            await until(f"{name} is shown", lambda name=name: look(name))  # type: ignore[misc]
        work = Rebuild(
            order_book.VIEW,
            codec=Codec(MODEL),
            log=service.ports.log,
            store=service.ports.store,
            cursors=service.ports.cursors,
            pointers=service.ports.pointers,
            lanes=LANES,
        )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(load()), group.create_task(read())]
            await work.build()
            await work.catch_up()
            assert await work.compare() == [], "the contents differ before the swap"
            swapped = await work.swap()
            assert await work.compare() == [], "the contents differ after the swap"
            back = await work.roll_back()
            forth = await work.roll_back()
            await work.finish()
            for task in tasks:
                task.cancel()

        assert troubles == []
        assert (swapped.live, back.live, forth.live) == ("order_book_v1_2", "order_book_v1_1", "order_book_v1_2")
        assert reads > 100
        assert max(versions.values()) > 2, "there was no load"
        assert not service.supervisor.failed.done()
