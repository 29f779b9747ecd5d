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

from shared.adapters.failures import Misconfigured, StartFailure
from shared.adapters.settings import Settings
from shared.adapters.telemetry import configure_logs
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
        lifespan="on",
        timeout_graceful_shutdown=10,
    )
    failures: list[StartFailure] = []
    _note_start_failures(app, failures)
    server = _Server(config)
    watch = asyncio.create_task(_watch(app, server))
    await server.serve()
    if failures:
        raise failures[0]
    watch.cancel()
    service = getattr(app.state, "service", None)
    return CRASHED if service is None or service.supervisor.failed.done() else 0


class _Server(uvicorn.Server):
    """uvicorn, less its habit of raising the signal again after a clean shutdown: a drained process exits with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def _note_start_failures(app: FastAPI, failures: list[StartFailure]) -> None:
    """Keep what the lifespan raised: uvicorn only prints it."""
    lifespan = app.router.lifespan_context

    def noted(inner: FastAPI) -> "_Noted":
        return _Noted(lifespan(inner), failures)

    app.router.lifespan_context = noted  # type: ignore[assignment]


class _Noted:
    def __init__(self, context: object, failures: list[StartFailure]) -> None:
        self._context = context
        self._failures = failures

    async def __aenter__(self) -> object:
        try:
            return await self._context.__aenter__()  # type: ignore[attr-defined]
        except StartFailure as failure:
            self._failures.append(failure)
            raise

    async def __aexit__(self, *error: object) -> object:
        return await self._context.__aexit__(*error)  # type: ignore[attr-defined]


async def _watch(app: FastAPI, server: uvicorn.Server) -> None:
    """End the process when one of its tasks died."""
    while getattr(app.state, "service", None) is None:  # noqa: ASYNC110  # uvicorn has no hook for it
        await asyncio.sleep(0.05)
    # Waited for, not awaited: a watch that is cancelled must not cancel the verdict.
    await asyncio.wait([app.state.service.supervisor.failed])
    server.should_exit = True


def _refuse(name: str, failure: StartFailure) -> int:
    sys.stderr.write(f"redress {name}: {failure}\n")
    return failure.EXIT
