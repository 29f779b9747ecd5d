"""One service process: its pure model joined to log, topics, views and clocks (architecture.md section 7)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from faststream.kafka import KafkaBroker

from shared.adapters.announcing import Announcer
from shared.adapters.command_desk import CommandDesk
from shared.adapters.consumer import LaneConsumer
from shared.adapters.deadlines import Deadlines
from shared.adapters.definition import Definition
from shared.adapters.gauging import Gauging
from shared.adapters.ids import new_id
from shared.adapters.inbound import Inbound
from shared.adapters.kafka_client import client_id
from shared.adapters.keeping import Keeping
from shared.adapters.park_desk import ParkDesk
from shared.adapters.perseverance import persevere
from shared.adapters.policy_files import read_policies
from shared.adapters.ports import Ports
from shared.adapters.rates import CallersRates
from shared.adapters.readiness import troubles_of
from shared.adapters.relay import Producers, Relay
from shared.adapters.sealing import Sealing
from shared.adapters.settings import Settings
from shared.adapters.supervisor import Supervisor
from shared.adapters.telemetry import Metrics
from shared.adapters.telling import Telling
from shared.adapters.tending import Tending
from shared.adapters.tokens import open_tokens
from shared.adapters.tracing import Tracing, tracer_of
from shared.adapters.vocabulary import require_readable
from shared.adapters.worker_pool import WorkerPool
from shared.contracts.topology import group_of
from shared.entrypoints.visits import Audit
from shared.eventing.doors import Doors
from shared.eventing.engine import Engine
from shared.eventing.feeds import Shelf
from shared.eventing.hearing import Hearing
from shared.eventing.messages import Command
from shared.eventing.projector import LivePointers, Projector
from shared.eventing.reading import Reader
from shared.eventing.requests import Asked, Gatherer
from shared.eventing.workbench import Workbench
from shared.kernel.policy import PolicyBook

_log = structlog.get_logger(__name__)


class Service:
    """The running parts of one process. `start` and `stop` are called by its lifespan."""

    def __init__(
        self,
        definition: Definition,
        settings: Settings,
        ports: Ports,
        *,
        book: PolicyBook | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        model = definition.model
        self.definition = definition
        self.name = model.service
        self.settings = settings
        self.ports = ports
        self.book = book or read_policies(settings.policies)
        self.metrics = metrics or Metrics(self.name)
        self.lanes: frozenset[int] = frozenset()
        self.views = definition.every_view
        self.pointers = LivePointers(ports.pointers, ports.store, self.views)
        self.keeping = Keeping(
            self.pointers,
            log=ports.log,
            cursors=ports.cursors,
            lanes=settings.lanes,
            owned=lambda: self.lanes,
            projector=self.projector,
        )
        self.reader = Reader(ports.store, self.pointers, self._version_of, self.keeping.catch_up)
        self.audit = Audit(ports.reads, ports.clock, new_id, timedelta(days=settings.reads.keep_days))
        self.bench = Workbench(model, ports.log, lanes=settings.lanes)
        self.tokens = open_tokens(settings.auth, ports.clock)
        self.rates = CallersRates(settings.rate, self.metrics)
        self.doors = Doors(definition.people, ports.log, self.bench.codec, lanes=settings.lanes, right=definition.right)
        self.workers = WorkerPool(
            limits=settings.workers.limits,
            size=settings.workers.size,
            queue=settings.workers.queue,
            modules=definition.worker_modules,
            telemetry=self.metrics,
        )
        self.tracer = tracer_of(settings.otel, self.name, self.metrics)
        self.engine = Engine(self.bench, self._gather, self.metrics, self.tracer)
        self.sealing = Sealing(ports.keys, self.engine, self.metrics)
        self._gatherer = Gatherer(self.book, definition.providers(self))
        self.hearing = Hearing(self.bench, self.book, self.metrics, self.tracer)
        self.producers = Producers(lambda: ports.kafka.producer(settings, self.name))
        self.supervisor = Supervisor()
        telling = Telling(self.name, lambda: self.producers)
        self.deadlines = Deadlines(
            definition.deadlines,
            definition.command_for,
            engine=self.engine,
            store=ports.store,
            pointers=self.pointers,
            clock=ports.clock,
            telemetry=self.metrics,
            lanes=lambda: self.lanes,
        )
        group = group_of(self.name)
        self.inbound = Inbound(
            model,
            hearing=self.hearing,
            commands=CommandDesk(
                self.name,
                definition.open_commands,
                self.engine,
                self.sealing,
                self.doors,
                self.tokens,
                telling.reply,
                ports.clock,
                self.metrics,
                self.tracer,
            ),
            park=ParkDesk(
                {heard.TYPE: heard for heard in model.hears},
                hearing=self.hearing,
                park=ports.park,
                announce=Announcer(f"{group}.parked", self.producers, sealed=ports.keys is not None),
                clock=ports.clock,
                telemetry=self.metrics,
                lanes=settings.lanes,
            ),
            clock=ports.clock,
            telemetry=self.metrics,
            lanes=settings.lanes,
        )
        self.topics = {heard.TOPIC for heard in model.hears} | {f"{self.name}.commands"}
        self.broker: KafkaBroker = ports.kafka.broker(settings, self.name)
        self.consumer = LaneConsumer(
            self.broker,
            self.topics,
            group=group,
            instance=client_id(settings, self.name) if settings.instance else None,
            taker=self.inbound,
            lanes_changed=self.own,
            failed=self.supervisor.fail,
            session_timeout_ms=settings.kafka.session_timeout_ms,
            telemetry=self.metrics,
        )
        self.tending = Tending(self.pointers, self.inbound, self.consumer)
        self.gauging = Gauging(self)
        self.readers: dict[int, tuple[Relay, Projector | None]] = {}
        """Of each lane owned, its relay and what keeps its views; None where nothing does."""
        self._lane_tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Check the servers, then consume. Raises StartFailure with one clear line."""
        told = {contract.TOPIC for contract in self.definition.model.tells}
        answers = {f"{self.name}.replies", f"{group_of(self.name)}.parked"}
        await self.ports.kafka.check(self.settings, self.topics | told | answers)
        if self.ports.database is not None:
            await require_readable(self.ports.database, self.definition.model)
        await self.pointers.refresh()
        await self.broker.start()
        self.supervisor.spawn(self.tending.run(), "tending")
        self.supervisor.spawn(self.gauging.run(), "gauging")
        if self.tokens:
            self.supervisor.spawn(self.tokens.keys.run(), "token keys")
        self.supervisor.spawn(persevere(self.keeping.run, "keeping", self.metrics), "keeping")
        self.supervisor.spawn(persevere(self.deadlines.run, "deadlines", self.metrics), "deadlines")
        for name, work in self.definition.tasks(self).items():
            self.supervisor.spawn(persevere(work, name, self.metrics), name)

    async def stop(self) -> None:
        """Drain: finish the batch in hand, commit it, leave the group, stop the tasks."""
        await self.consumer.drain()
        await self.broker.stop()
        await self.supervisor.stop()
        await self.producers.close()
        await self.workers.close()
        await self.ports.close()
        if isinstance(self.tracer, Tracing):
            await self.tracer.close()
        _log.info("service stopped", client=client_id(self.settings, self.name))

    async def own(self, lanes: frozenset[int]) -> None:
        """Work exactly these lanes: relay and views of lanes that went to others stop first."""
        await self.supervisor.stop(self._lane_tasks)
        self.lanes = lanes
        ports = self.ports
        shelf = Shelf()
        self._lane_tasks = []
        self.readers = {}
        for lane in sorted(lanes):
            relay = Relay(
                lane,
                self.name,
                log=ports.log,
                cursors=ports.cursors,
                producers=self.producers,
                telemetry=self.metrics,
                tracer=self.tracer,
            )
            projector = self.projector(lane, shelf)
            self.readers[lane] = (relay, projector)
            self._lane_tasks.append(self._spawn(relay.run, "relay", lane))
            self._lane_tasks.append(self._spawn(projector.run, "views", lane))
        _log.info("lanes owned", lanes=sorted(lanes))

    def projector(self, lane: int, shelf: Shelf) -> Projector:
        """What keeps the views of a lane; those of one process share a shelf."""
        ports = self.ports
        return Projector(
            lane,
            self.views,
            codec=self.bench.codec,
            log=ports.log,
            store=ports.store,
            cursors=ports.cursors,
            pointers=self.pointers,
            shelf=shelf,
            notify=self.reader.notify,
        )

    def troubles(self) -> list[str]:
        """Why this process should not get requests now; empty when it is ready."""
        return troubles_of(self)

    def _spawn(self, work: Callable[[], Awaitable[None]], name: str, lane: int) -> asyncio.Task[None]:
        return self.supervisor.spawn(persevere(work, name, self.metrics), f"{name}-{lane}")

    async def _gather(self, asked: Asked, state: Any) -> Command:
        return await self._gatherer(asked, state)

    async def _version_of(self, stream: str) -> int:
        return (await self.engine.load(stream)).version
