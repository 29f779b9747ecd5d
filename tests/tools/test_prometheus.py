"""A real Prometheus scrapes a real service until an alert fires, and until it is quiet again."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml
from aiokafka.errors import KafkaConnectionError
from fastapi import FastAPI

from shared.adapters.clock import VirtualClock
from tests.kit.deciding import NOON
from tests.kit.ports import free_port
from tests.kit.prometheus import program
from tests.kit.replicas import ROOT, until
from tests.kit.runtime import Notes, ports, running
from tests.messaging.scenes import MEDIATION

pytestmark = [pytest.mark.tools, pytest.mark.timeout(900)]

RULES = (ROOT / "ops/prometheus/alerts.yml").read_text("utf-8")


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[int]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    try:
        yield port
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def prometheus(folder: Path, target: int) -> AsyncIterator[httpx.AsyncClient]:
    """A Prometheus with our alerts, which looks every second and waits a second where the alerts wait minutes."""
    (folder / "alerts.yml").write_text(re.sub(r"for: \d+m", "for: 1s", RULES), "utf-8")
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [{"job_name": "redress", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    port = free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program("prometheus"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            stdout=log,
            stderr=log,
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield client
    finally:
        process.kill()
        await process.wait()


async def test_a_relay_that_cannot_send_makes_prometheus_ring_until_it_can(tmp_path: Path) -> None:
    notes = Notes()
    async with (
        running(MEDIATION.build, ports(VirtualClock(NOON - timedelta(milliseconds=1)), notes), notes) as run,
        served(run.app.state.operations) as port,
        prometheus(tmp_path, port) as asked,
    ):

        async def firing(name: str) -> list[Any]:
            await run.service.gauging.look_at_store()
            answer = (await asked.get("/api/v1/alerts")).json()["data"]["alerts"]
            return [one for one in answer if one["labels"]["alertname"] == name and one["state"] == "firing"]

        async def scraped() -> bool | None:
            answer = await asked.get("/api/v1/query", params={"query": "redress_outbox_age_seconds"})
            return bool(answer.json()["data"]["result"]) or None

        await MEDIATION.ready(run)
        await run.caught_up()
        await until("Prometheus has our numbers", scraped)
        assert await firing("RedressOutboxOld") == []

        sound = notes.send

        async def refuses(*_: Any, **__: Any) -> Any:
            raise KafkaConnectionError("gone")

        notes.send = refuses  # type: ignore[method-assign]
        await MEDIATION.accepted.must(run)
        await run.service.gauging.look_at_store()
        run.clock.advance(timedelta(seconds=90))

        async def rings() -> Any:
            return await firing("RedressOutboxOld") or None

        (ringing,) = await until("the alert fires", rings)
        assert ringing["labels"]["service"] == "mediation"
        assert "has decided something 1m 30s ago" in ringing["annotations"]["summary"]

        notes.send = sound  # type: ignore[method-assign]

        async def is_quiet() -> bool | None:
            return not await firing("RedressOutboxOld") or None

        await until("the alert is quiet again", is_quiet)
        rules = (await asked.get("/api/v1/rules")).json()["data"]["groups"][0]["rules"]
        assert {(rule["name"], rule["health"]) for rule in rules if rule["health"] != "ok"} == set()
        assert len(rules) == RULES.count("- alert:")
