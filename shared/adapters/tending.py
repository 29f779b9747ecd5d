"""The upkeep of a process: pointers, the park, and whether the consumer is still alive."""

import asyncio
import time
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer

from shared.adapters.consumer import LaneConsumer
from shared.adapters.inbound import Inbound
from shared.eventing.ports import StoreUnavailableError, Telemetry
from shared.eventing.projector import LivePointers

_EVERY: Final = 0.5
_SILENT: Final = 60.0
"""Seconds without a poll after which the consumer counts as dead (aiokafka #847, #1037)."""

_log = structlog.get_logger(__name__)


class Tending:
    """Looks after what no single lane owns."""

    def __init__(self, pointers: LivePointers, inbound: Inbound, consumer: LaneConsumer, telemetry: Telemetry) -> None:
        self._pointers = pointers
        self._inbound = inbound
        self._consumer = consumer
        self._telemetry = telemetry
        self._store_seen = 0.0

    async def run(self) -> None:
        while True:
            try:
                await self._pointers.refresh()
                if self._consumer.lanes:
                    await self._inbound.tend()
                self._store_seen = time.monotonic()
            except StoreUnavailableError as error:
                _log.warning("MongoDB is away", error=str(error))
            await self._report()
            await asyncio.sleep(_EVERY)

    def troubles(self) -> list[str]:
        """Why this process should not get requests now; empty when it is ready."""
        troubles = []
        if time.monotonic() - self._store_seen > 10:
            troubles.append("MongoDB has not answered for 10 seconds")
        consumer = self._consumer.consumer
        if not self._consumer.subscriber.running or not isinstance(consumer, AIOKafkaConsumer):
            troubles.append("the consumer is not running")
        elif self._silence(consumer) > _SILENT:
            troubles.append(f"the consumer has not polled for {_SILENT:.0f} seconds")
        return troubles

    async def _report(self) -> None:
        consumer = self._consumer.consumer
        if not isinstance(consumer, AIOKafkaConsumer):
            return
        lag = 0
        for partition in consumer.assignment():
            highwater = consumer.highwater(partition)
            if highwater is not None:
                lag += max(0, highwater - await consumer.position(partition))
        self._telemetry.gauge("consumer_lag_facts", lag)

    @staticmethod
    def _silence(consumer: AIOKafkaConsumer) -> float:
        polls = [consumer.last_poll_timestamp(partition) for partition in consumer.assignment()]
        known = [poll for poll in polls if poll]
        return time.time() - max(known) / 1000 if known else 0.0  # noqa: TID251  # aiokafka stamps polls by this clock
