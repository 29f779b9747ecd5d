"""Running a service as an operating-system process: settings in, exit code out."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from shared.adapters.failures import Misconfigured, StartFailure, Unreachable
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
    config = uvicorn.Config(
        app,
        host=settings.http.host,
        port=settings.http.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    # The lifespan is entered here: of one that fails uvicorn only prints a traceback, and exits as it likes.
    with server.capture_signals():
        async with app.router.lifespan_context(app):
            supervisor = app.state.service.supervisor
            watch = asyncio.create_task(_watch(supervisor, server), name="watch")
            try:
                await server.serve()
            except SystemExit as error:
                where = f"{settings.http.host}:{settings.http.port}"
                raise Unreachable(f"cannot listen on {where}: is it taken? Set REDRESS_HTTP__PORT") from error
            finally:
                watch.cancel()
    return CRASHED if supervisor.failed.done() else 0


class _Server(uvicorn.Server):
    """uvicorn, less its habit of raising the signal again after a clean shutdown: a drained process exits with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _watch(supervisor: Supervisor, server: uvicorn.Server) -> None:
    """End the process when one of its tasks died."""
    # Waited for, not awaited: a watch that is cancelled must not cancel the verdict.
    await asyncio.wait([supervisor.failed])
    server.should_exit = True


def _refuse(name: str, failure: StartFailure) -> int:
    # One line, though a parser's own words may come in several.
    sys.stderr.write(f"redress {name}: {' '.join(str(failure).split())}\n")
    return failure.EXIT
