"""Work that goes on through outages: what is transient is tried again, everything else ends the process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiokafka.errors import KafkaError

from shared.adapters.backoff import backoff
from shared.eventing.engine import ContendedError
from shared.eventing.ports import StoreUnavailableError, Telemetry

TRANSIENT: Final = (StoreUnavailableError, ContendedError, KafkaError, TimeoutError, OSError)
"""Failures of a moment: a server is away, or others were faster."""

_log = structlog.get_logger(__name__)


async def persevere(work: Callable[[], Awaitable[None]], name: str, telemetry: Telemetry) -> None:
    """Run `work`, and again after every transient failure, waiting longer while they follow each other."""
    loop = asyncio.get_running_loop()
    pauses = backoff(0.1, 5.0)
    while True:
        started = loop.time()
        try:
            await work()
        except TRANSIENT as error:
            telemetry.count("restarts", work=name)
            _log.warning("starting again from what is durable", work=name, error=repr(error))
        else:
            return
        if loop.time() - started > 30:
            pauses = backoff(0.1, 5.0)
        await asyncio.sleep(next(pauses))
