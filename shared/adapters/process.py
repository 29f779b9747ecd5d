"""Running a service as an operating-system process: settings in, exit code out."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from shared.adapters.edge_settings import HttpSettings, OpsSettings
from shared.adapters.failures import Misconfigured, StartFailure, Unreachable
from shared.adapters.http_connection import Connection
from shared.adapters.kafka_client import client_id
from shared.adapters.logs import configure_logs
from shared.adapters.mongo_keys import require_word
from shared.adapters.settings import Settings
from shared.adapters.supervisor import Supervisor
from shared.adapters.tokens import require_mode
from shared.adapters.wire import first_problem

_log = structlog.get_logger(__name__)

CRASHED = 70
"""EX_SOFTWARE: a task of the process died; the log line before says which and why."""


def run(name: str, build: Callable[[Settings], FastAPI]) -> int:
    """Serve until told to stop; answers the exit code. One clear line on standard error for every failure."""
    try:
        settings = Settings()
    except ValidationError as error:
        return _refuse(name, Misconfigured(f"setting REDRESS_{first_problem(error).upper()}"))
    configure_logs(name, settings.log_level)
    calm_collector()
    try:
        require_word(settings.keys)
        require_mode(settings.auth)
        return asyncio.run(_serve(build(settings), settings))
    except StartFailure as failure:
        return _refuse(name, failure)


def calm_collector() -> None:
    """Look for reference cycles less often: a batch makes tens of thousands of values, and hardly a cycle.

    By Python's defaults that search takes a sixth of the time spent on a fact.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _serve(app: FastAPI, settings: Settings) -> int:
    public = _Server(app, settings.http, "HTTP", limits=settings.http, drained_within=10)
    operations = _Server(app.state.operations, settings.ops, "OPS", limits=settings.http, drained_within=1)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, public.handle_exit, number, None)
    # The lifespan is entered here: of one that fails uvicorn only prints a traceback, and exits as it likes.
    async with app.router.lifespan_context(app):
        service = app.state.service
        watch = asyncio.create_task(_watch(service.supervisor, public), name="watch")
        beside = asyncio.create_task(operations.serve(), name="operations")
        serving = asyncio.create_task(public.serve(), name="http")
        try:
            http, ops = await asyncio.gather(public.listening, operations.listening)
            _log.info("service started", client=client_id(settings, service.name), http=http, ops=ops)
            await serving
        finally:
            watch.cancel()
            public.should_exit = operations.should_exit = True
            await asyncio.gather(serving, beside)
    return CRASHED if service.supervisor.failed.done() else 0


class _Server(uvicorn.Server):
    """One listener: uvicorn, but it leaves signals alone, and the process alone when it cannot listen."""

    def __init__(
        self, app: FastAPI, where: HttpSettings | OpsSettings, name: str, *, limits: HttpSettings, drained_within: int
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=where.host,
                port=where.port,
                http=partial(Connection, limits=limits),  # type: ignore[arg-type]  # it is only ever called
                ws="none",
                server_header=False,
                log_config=None,
                access_log=False,
                timeout_keep_alive=limits.keep_alive_seconds,
                lifespan="off",
                timeout_graceful_shutdown=drained_within,
            )
        )
        self._name = name
        self.listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Where it listens; Unreachable when it cannot."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            self.should_exit = True
            where = f"{self.config.host}:{self.config.port}"
            says = f"cannot listen on {where}: is it taken? Set REDRESS_{self._name}__PORT"
            self.listening.set_exception(Unreachable(says))
        else:
            host, port, *_ = self.servers[0].sockets[0].getsockname()
            self.listening.set_result(f"{host}:{port}")


async def _watch(supervisor: Supervisor, server: uvicorn.Server) -> None:
    """End the process when one of its tasks died."""
    # Waited for, not awaited: a watch that is cancelled must not cancel the verdict.
    await asyncio.wait([supervisor.failed])
    server.should_exit = True


def _refuse(name: str, failure: StartFailure) -> int:
    # One line, though a parser's own words may come in several.
    sys.stderr.write(f"redress {name}: {' '.join(str(failure).split())}\n")
    return failure.EXIT
