"""`redress demo`: a real case on real processes, told and checked."""

import asyncio
import os
import socket
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from redress.demo import endings, proofs, story
from redress.demo.telling import ConsoleTeller
from redress.demo.world import CheckFailedError, World
from redress.embedded.servers import EmbeddedServers
from redress.processes import NotReadyError, Processes
from redress.recording import record_topics
from shared.adapters.failures import StartFailure
from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import Settings
from shared.contracts.topology import SERVICES, topics


def demo(console: Console, *, external: bool = False, record: Path | None = None) -> int:
    """Run the demo; answers 0 only when every step was checked. `external` uses the servers of REDRESS_*.

    `record` is a file for the records of every topic, as `redress topics record` writes them.
    """
    teller = ConsoleTeller(console)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="redress-demo-")))
        try:
            settings = Settings()
            if not external:
                teller.chapter("Two servers and four services start")
                servers = stack.enter_context(EmbeddedServers(folder / "servers"))
                kafka = settings.kafka.model_copy(update={"bootstrap": servers.bootstrap})
                mongo = settings.mongo.model_copy(update={"url": SecretStr(servers.mongo_url), "database": None})
                settings = settings.model_copy(update={"kafka": kafka, "mongo": mongo})
            asyncio.run(create_topics(settings.kafka, topics(), settings.lanes, 1))
            ports = _free_ports(2 * len(SERVICES))
            http, operations = (dict(zip(SERVICES, part, strict=True)) for part in (ports[:4], ports[4:]))
            processes = Processes(_environment(settings), folder, http, operations)
            settings = settings.model_copy(update={"keys": processes.with_keys(settings.keys)})
            stack.callback(processes.stop)
            for service in SERVICES:
                processes.start(service)
            for service in SERVICES:
                processes.wait_ready(service)
            teller.say(f"{len(topics())} topics of {settings.lanes} partitions; services: {', '.join(SERVICES)}.")
            checked = asyncio.run(_play(processes, settings, teller, folder))
            if record is not None:
                written = asyncio.run(record_topics(settings, tuple(topics()), record))
                teller.say(f"{written} records of all topics are in {record}.")
            _check_exits(processes.stop())
        except (CheckFailedError, NotReadyError, StartFailure) as error:
            console.print(f"\n[bold red]The demo failed:[/] {error}", highlight=False)
            return 1
    console.print(f"\n[bold green]Every step was checked:[/] {checked} checks in {teller.seconds:.0f} s.")
    return 0


async def _play(processes: Processes, settings: Settings, teller: ConsoleTeller, folder: Path) -> int:
    world = World(processes.urls, settings, teller)

    async def kill_mediation() -> None:
        pid = await asyncio.to_thread(processes.kill, "mediation")
        teller.say(f"kill -9 of mediation (process {pid}) with an offer on the table…")
        await asyncio.to_thread(processes.start, "mediation")
        await asyncio.to_thread(processes.wait_ready, "mediation")
        teller.say("…it is back from its log; the offer still stands, nothing was lost.")

    try:
        case = await story.play(world, folder / "files", kill_mediation)
        await endings.three_more(case)
        await proofs.show_timeline(world, teller, case.id)
        await proofs.show_topics(world, teller, settings)
        await proofs.show_rebuild(world, teller, settings, case.id)
        await proofs.show_proof(world, teller, settings)
        await proofs.show_bundle(world, teller, settings, case.id)
    finally:
        await world.close()
    return world.checked


def _check_exits(codes: Mapping[str, int]) -> None:
    if any(codes.values()):
        raise CheckFailedError(f"every service drains and exits with 0: not so; seen: {codes}")


def _environment(settings: Settings) -> Mapping[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name.startswith("REDRESS_")},
        "REDRESS_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
        "REDRESS_KAFKA__SESSION_TIMEOUT_MS": "10000",
        "REDRESS_MONGO__URL": settings.mongo.url.get_secret_value(),
    }


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
