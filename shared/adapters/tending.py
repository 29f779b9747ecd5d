"""The upkeep of a process: pointers and the park."""

import asyncio
import time
from typing import Final

import structlog

from shared.adapters.consumer import LaneConsumer
from shared.adapters.inbound import Inbound
from shared.eventing.ports import StoreUnavailableError
from shared.eventing.projector import LivePointers

_EVERY: Final = 0.5

_log = structlog.get_logger(__name__)


class Tending:
    """Looks after what no single lane owns."""

    def __init__(self, pointers: LivePointers, inbound: Inbound, consumer: LaneConsumer) -> None:
        self._pointers = pointers
        self._inbound = inbound
        self._consumer = consumer
        self.store_seen = 0.0
        """When MongoDB answered last, by the monotonic clock."""

    async def run(self) -> None:
        while True:
            try:
                await self._pointers.refresh()
                if self._consumer.lanes:
                    await self._inbound.tend()
                self.store_seen = time.monotonic()
            except StoreUnavailableError as error:
                _log.warning("MongoDB is away", error=str(error))
            await asyncio.sleep(_EVERY)
