"""The file routes of evidence as a process of their own: real MongoDB, one open case, no Kafka.

`python -m bench.file_server MONGO_URL DATABASE` prints the port it listens on, and serves until it is stopped.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx
import uvicorn
from fastapi import Depends, FastAPI
from pydantic import SecretStr

from bench.samples import BUYER, Numbering, evidence_case
from bench.stand import quiet, store
from services.evidence.app import DEFINITION
from shared.adapters.edge_settings import RateSettings
from shared.adapters.file_ports import open_files
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.ports import open_ports
from shared.adapters.process import calm_collector
from shared.adapters.service import Service
from shared.adapters.settings import FileSettings, MongoSettings, Settings
from shared.entrypoints.caller import admitted
from shared.entrypoints.problems import handle_problems
from shared.eventing.feeds import Shelf
from shared.kernel.lanes import lane_of

CASES = tuple(f"files-{n}" for n in range(24))
"""Open cases: one side may bring 100 MiB to each."""
CALLER = {"X-Redress-Role": BUYER.role.value, "X-Redress-Actor": BUYER.id}


@dataclass(frozen=True)
class FileServer:
    """The running process."""

    url: str
    pid: int

    def client(self) -> httpx.AsyncClient:
        """A client that acts as the cases' buyer."""
        return httpx.AsyncClient(base_url=self.url, headers=CALLER, timeout=120)


@asynccontextmanager
async def file_server(mongo_url: str, database: str) -> AsyncIterator[FileServer]:
    """Start the process, and end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.file_server", mongo_url, database, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60):
            line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise RuntimeError(f"the file server ended with {await process.wait()} before it listened")
        yield FileServer(f"http://127.0.0.1:{int(line)}", process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _main(mongo_url: str, database: str) -> None:
    files = FileSettings(link_secret=SecretStr("enough for a server that only tests and benches talk to"))
    mongo, unlimited = MongoSettings(url=SecretStr(mongo_url), database=database), RateSettings(reads=0, uploads=0)
    settings = Settings(mongo=mongo, files=files, rate=unlimited)
    opened = await open_ports(settings, "evidence")
    store_of_files = open_files(settings.files, opened.database, opened.clock, MemoryKeys())
    service = Service(DEFINITION, settings, replace(opened, files=store_of_files))
    number = Numbering()
    await store(opened.database, (number(commit) for case in CASES for commit in evidence_case(case, 3)))
    await service.pointers.refresh()
    for lane in sorted({lane_of(case) for case in CASES}):
        service.supervisor.spawn(service.projector(lane, Shelf()).run(), f"views-{lane}")
    app = FastAPI(dependencies=[Depends(admitted)])
    app.state.service = service
    app.include_router(DEFINITION.routes(service))
    handle_problems(app)
    calm_collector()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{server.servers[0].sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await serving
    await service.workers.close()
    await service.supervisor.stop()
    await opened.close()


if __name__ == "__main__":
    with quiet():
        asyncio.run(_main(*sys.argv[1:3]))
