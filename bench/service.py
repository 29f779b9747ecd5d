"""A service as it runs in production, on this run's own topics and group."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from aiokafka import AIOKafkaProducer

from bench.stand import Stand
from shared.adapters.consumer import LaneConsumer
from shared.adapters.definition import Definition
from shared.adapters.kafka_client import make_broker, make_producer
from shared.adapters.ports import Ports, open_ports
from shared.adapters.relay import Producers, Relay
from shared.adapters.service import Service
from shared.adapters.settings import OtelSettings, Settings
from shared.adapters.telemetry import Metrics
from shared.adapters.tending import Tending


class PrefixedProducer:
    """The production producer, with this run's prefix before every topic."""

    def __init__(self, producer: AIOKafkaProducer, prefix: Callable[[str], str]) -> None:
        self._producer = producer
        self._prefix = prefix
        self.start = producer.start
        self.stop = producer.stop

    async def send(self, topic: str, *args: Any, **options: Any) -> Any:
        return await self._producer.send(self._prefix(topic), *args, **options)


class Tallied(Metrics):
    """Metrics as in production. What a measurement goes by is kept beside them, where looking costs nothing.

    To ask the registry for one number takes five milliseconds, and measurements ask all the time.
    """

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.tallies: Counter[tuple[str, frozenset[tuple[str, str]]]] = Counter()

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        super().count(name, amount, **labels)
        self.tally(name, amount, **labels)

    def tally(self, name: str, amount: float, **labels: str) -> None:
        if name in {"facts_heard", "relayed", "files_screened"}:
            self.tallies[name, frozenset(labels.items())] += int(amount)


class Unwatched(Tallied):
    """Only what a measurement itself goes by."""

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        self.tally(name, amount, **labels)

    def gauge(self, name: str, value: float, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **labels: str) -> None: ...


class BenchService(Service):
    """`Service` less HTTP and its check of the deployment's topics.

    With `relay_only` it feeds no views: what is measured then ends at Kafka. Replicas share a `group`.
    """

    def __init__(
        self,
        definition: Definition,
        settings: Settings,
        ports: Ports,
        stand: Stand,
        topics: Collection[str],
        *,
        relay_only: bool,
        metrics: Tallied,
        group: str | None = None,
    ) -> None:
        super().__init__(definition, settings, ports, metrics=metrics)
        self._relay_only = relay_only
        self._tallied = metrics
        self.assigned = asyncio.Event()
        self.assigned_at = 0.0
        self.producers = Producers(lambda: PrefixedProducer(make_producer(settings, self.name), stand.topic))
        self.broker = make_broker(settings, self.name)
        self.consumer = LaneConsumer(
            self.broker,
            {stand.topic(topic) for topic in topics},
            group=f"{stand.prefix}.{group or settings.instance}",
            instance=settings.instance,
            taker=self.inbound,
            lanes_changed=self.own,
            failed=self.supervisor.fail,
            session_timeout_ms=settings.kafka.session_timeout_ms,
            telemetry=self.metrics,
        )
        self.tending = Tending(self.pointers, self.inbound, self.consumer)

    async def start(self) -> None:
        await self.pointers.refresh()
        await self.broker.start()
        self.supervisor.spawn(self.tending.run(), "tending")
        if not isinstance(self.metrics, Unwatched):
            self.supervisor.spawn(self.gauging.run(), "gauging")
        async with asyncio.timeout(60):
            await self.assigned.wait()

    async def own(self, lanes: frozenset[int]) -> None:
        if self._relay_only:
            await self._own_relays(lanes)
        else:
            await super().own(lanes)
        if lanes:
            self.assigned_at = time.perf_counter()
            self.assigned.set()

    async def _own_relays(self, lanes: frozenset[int]) -> None:
        await self.supervisor.stop(self._lane_tasks)
        self.lanes = lanes
        shared: dict[str, Any] = {"log": self.ports.log, "cursors": self.ports.cursors, "producers": self.producers}
        relays = {lane: Relay(lane, self.name, telemetry=self.metrics, **shared) for lane in sorted(lanes)}
        self.readers = {lane: (relay, None) for lane, relay in relays.items()}
        self._lane_tasks = [self._spawn(relay.run, "relay", lane) for lane, relay in relays.items()]

    def check(self) -> None:
        """Raise what one of its tasks died of."""
        if self.supervisor.failed.done():
            raise self.supervisor.failed.result()

    def counted(self, name: str, **labels: str) -> int:
        """The value of one of this service's own counters, 0 while there is none."""
        return self._tallied.tallies[name, frozenset(labels.items())]


async def open_service(
    stand: Stand,
    definition: Definition,
    name: str,
    topics: Collection[str],
    *,
    relay_only: bool = False,
    otel: OtelSettings | None = None,
    metrics: Tallied | None = None,
) -> BenchService:
    """A service over an empty database, not yet started."""
    settings = stand.settings(name).model_copy(update={"otel": otel or OtelSettings()})
    metrics = metrics or Tallied(definition.model.service)
    ports = await open_ports(settings, definition.model.service, metrics)
    stand.clean_up(ports.database)
    return BenchService(definition, settings, ports, stand, topics, relay_only=relay_only, metrics=metrics)
