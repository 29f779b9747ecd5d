"""`redress demo`, `redress up`, `redress servers`: everything on this machine."""

import asyncio
import sys
import time
from pathlib import Path

from rich.console import Console

from redress.processes import Processes
from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import Settings
from shared.contracts.topology import SERVICES
from shared.contracts.topology import topics as all_topics

console = Console()


def demo(*, external: bool = False, record: Path | None = None) -> None:
    """Play a real case from order to final appeal decision, on embedded servers, and check every step.

    Parameters
    ----------
    external
        Use the servers that REDRESS_KAFKA__* and REDRESS_MONGO__* name instead of embedded ones.
    record
        Also write every record of all topics to this file, as `redress topics record` does.
    """
    from redress.demo.run import demo as run_demo  # noqa: PLC0415  # needs the extra "embedded"; the image has it not

    sys.exit(run_demo(console, external=external, record=record))


def up(*, first_port: int = 8081) -> None:
    """Run the four services here against the servers that REDRESS_* name, until Ctrl-C.

    Parameters
    ----------
    first_port
        Loopback port of intake; the other services follow, and then their ports for operations.
    """
    settings = Settings()
    asyncio.run(create_topics(settings.kafka, all_topics(), settings.lanes, 1))
    folder = Path(".redress")
    folder.mkdir(exist_ok=True)
    ports = {service: first_port + n for n, service in enumerate(SERVICES)}
    operations = {service: port + len(SERVICES) for service, port in ports.items()}
    processes = Processes({}, folder, ports, operations)
    processes.with_keys(settings.keys)
    try:
        for service in SERVICES:
            processes.start(service)
        for service in SERVICES:
            processes.wait_ready(service)
            where = f"{processes.urls[service]} (operations: {processes.operations_urls[service]}"
            console.print(f"{service}: {where}, log: {folder / service}.log)", highlight=False)
        while all(process.poll() is None for process in processes.running.values()):
            time.sleep(0.5)
        console.print("a service has ended; stopping the others")
    except KeyboardInterrupt:
        pass
    finally:
        console.print(f"exit codes: {processes.stop()}")


def servers(*, folder: Path = Path(".redress/servers")) -> None:
    """Run the embedded servers until Ctrl-C, and print how to reach them.

    Parameters
    ----------
    folder
        Where they keep their data.
    """
    from redress.embedded.servers import serve  # noqa: PLC0415  # needs the extra "embedded"

    serve(folder)
