"""Looks, every few seconds, at what no event tells: how far behind each reader is, and whether Kafka answers."""

import asyncio
import platform
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.adapters.trails import Trail
from shared.eventing.parking import Why
from shared.eventing.ports import StoreUnavailableError
from shared.kernel.lanes import lane_start, number_of

if TYPE_CHECKING:
    from shared.adapters.service import Service

EVERY: Final = 5.0
"""Seconds between looks; a scrape shows a number that is at most that old."""
_PATIENCE: Final = 5.0
"""Seconds that Kafka may take to say where its partitions end."""
_OVERDUE: Final = timedelta(seconds=10)
_OVERDUE_MOST: Final = 200
_NAP: Final = 0.25

Rows: TypeAlias = list[tuple[Mapping[str, str], float]]

_log = structlog.get_logger(__name__)


class Gauging:
    """One process's looks at its own lanes. Numbers of lanes that went to others are gone with the next look."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._trails: dict[tuple[Any, ...], Trail] = {}
        self.kafka_seen = time.monotonic()
        """When Kafka answered last, by the monotonic clock."""

    async def run(self) -> None:
        self._introduce()
        # Apart from each other: a server that is away makes nobody blind for the other one.
        async with asyncio.TaskGroup() as looks:
            looks.create_task(self._again_and_again(self.look_at_kafka), name="gauging-kafka")
            looks.create_task(self._again_and_again(self.look_at_store), name="gauging-store")
            looks.create_task(self._measure_delay(), name="event-loop-delay")

    async def _again_and_again(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await look()
            except StoreUnavailableError as error:
                _log.warning("how far behind the readers are is not known", error=str(error))
            await self._service.ports.clock.sleep(EVERY)

    async def _measure_delay(self) -> None:
        """Tell how late the event loop wakes whoever sleeps: what blocks it makes everything late."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_NAP)
            self._service.metrics.observe("event_loop_delay_seconds", max(0.0, time.perf_counter() - began - _NAP))

    async def look_at_kafka(self) -> None:
        """Bring up to date what the process knows by itself, and how far Kafka's partitions are ahead of it."""
        await self._look_at_partitions()
        self._look_at_process()

    async def look_at_store(self) -> None:
        """Bring up to date how far the log is ahead of its readers; raises StoreUnavailableError."""
        await self._look_at_lanes()
        await self._look_at_park()
        await self._look_at_deadlines()

    def stuck(self) -> Iterator[tuple[str, float]]:
        """Each reader of the log that has something to read and does not move, with for how many seconds."""
        now = self._now()
        for (kind, *what), trail in self._trails.items():
            if kind != "kafka" and (seconds := trail.stuck(now)):
                yield f"{kind} {' '.join(map(str, what))}", seconds

    def _introduce(self) -> None:
        service = self._service
        service.metrics.gauge("lanes", service.settings.lanes)
        service.metrics.gauge(
            "build_info",
            1,
            version=version("redress"),
            python=platform.python_version(),
            policy=service.book.versions[-1].version,
        )

    def _look_at_process(self) -> None:
        service = self._service
        metrics = service.metrics
        metrics.gauge("ready", 0 if service.troubles() else 1)
        metrics.gauge("lanes_owned", len(service.lanes))
        metrics.gauge("lanes_paused", len(service.consumer.paused))
        metrics.gauge("cases_held", service.inbound.held)
        metrics.gauge("worker_jobs_waiting", service.workers.waiting)
        metrics.gauge("worker_jobs_running", service.workers.running)

    async def _look_at_partitions(self) -> None:
        consumer = self._service.consumer.consumer
        if not isinstance(consumer, AIOKafkaConsumer):
            return
        assigned = list(consumer.assignment())
        # A member without lanes asks too: it must know whether it could take over.
        asked = assigned or [TopicPartition(min(self._service.topics), 0)]
        try:
            async with asyncio.timeout(_PATIENCE):
                ends = await consumer.end_offsets(asked)
                reached = {partition: await consumer.position(partition) for partition in assigned}
        except (KafkaError, TimeoutError) as error:
            _log.warning("Kafka does not say where its partitions end", error=repr(error))
            return
        self.kafka_seen = time.monotonic()
        self._tell_lag({partition: (ends[partition], at) for partition, at in reached.items()})

    def _tell_lag(self, partitions: Mapping[TopicPartition, tuple[int, int]]) -> None:
        now, consumer = self._now(), self._service.consumer
        facts: dict[int, int] = dict.fromkeys(self._service.lanes, 0)
        seconds: dict[int, float] = dict.fromkeys(self._service.lanes, 0.0)
        for partition, (end, position) in partitions.items():
            undone = consumer.health.undone.get(partition)
            reached = min(position, undone.offset) if undone else position
            trail = self._trails.setdefault(("kafka", *partition), Trail())
            waited = trail.look(now, end, reached, since=undone.stamp if undone else None)
            if undone and undone.stamp:
                waited = max(waited, now - undone.stamp)
            lane = partition.partition
            facts[lane] = facts.get(lane, 0) + max(0, end - reached)
            seconds[lane] = max(seconds.get(lane, 0.0), waited)
        self._keep("kafka", {("kafka", *partition) for partition in partitions})
        metrics, group = self._service.metrics, consumer.group
        metrics.table("consumer_lag_facts", [({"group": group, "lane": str(n)}, many) for n, many in facts.items()])
        metrics.table("consumer_lag_seconds", [({"group": group, "lane": str(n)}, s) for n, s in seconds.items()])

    async def _look_at_lanes(self) -> None:
        tables: dict[str, Rows] = {
            name: []
            for name in (
                "log_position", "outbox_commits", "outbox_age_seconds",
                "view_position", "view_lag_commits", "view_lag_seconds",
            )
        }  # fmt: skip
        seen: set[tuple[Any, ...]] = set()
        for lane, (relay, projector) in list(self._service.readers.items()):
            # The readers' positions first: a reader never seems to be past the end.
            views = dict(projector.positions) if projector else {}
            published = relay.position
            head = await self._service.ports.log.head(lane)
            label = {"lane": str(lane)}
            tables["log_position"].append((label, number_of(head)))
            if published is not None:
                seen.add(key := ("relay", lane))
                behind = await self._behind(key, lane, head, published)
                tables["outbox_commits"].append((label, head - max(published, lane_start(lane))))
                tables["outbox_age_seconds"].append((label, behind))
            for view, position in views.items():
                seen.add(shown := ("view", view, lane))
                behind = await self._behind(shown, lane, head, position)
                labels = {"view": view, **label}
                tables["view_position"].append((labels, number_of(position)))
                tables["view_lag_commits"].append((labels, head - max(position, lane_start(lane))))
                tables["view_lag_seconds"].append((labels, behind))
        self._keep("relay", seen)
        self._keep("view", seen)
        for name, rows in tables.items():
            self._service.metrics.table(name, rows)

    async def _behind(self, key: tuple[Any, ...], lane: int, head: int, position: int) -> float:
        known = self._trails.get(key)
        since = None
        if known is None:
            known = self._trails[key] = Trail()
            # What a process finds unread when it takes a lane over is as old as its decision says.
            if head > position and (oldest := await self._service.ports.log.read(lane, position, 1)):
                since = oldest[0].at.timestamp()
        return known.look(self._now(), head, max(position, lane_start(lane)), since)

    async def _look_at_park(self) -> None:
        tally = await self._service.ports.park.tally()
        self._service.metrics.table("parked", [({"why": why}, tally.get(why, 0)) for why in Why])

    async def _look_at_deadlines(self) -> None:
        service = self._service
        now = service.ports.clock.now()
        live = service.pointers.of(service.definition.deadlines).live
        lanes = sorted(service.lanes)
        until = now - _OVERDUE
        overdue = await service.ports.store.due(live, lanes, until, _OVERDUE_MOST) if lanes else ()
        service.metrics.gauge("deadlines_overdue", len(overdue))
        latest = (now - overdue[0].keys["next_due"]).total_seconds() if overdue else 0.0
        service.metrics.gauge("deadlines_overdue_seconds", latest)

    def _keep(self, kind: str, keys: set[tuple[Any, ...]]) -> None:
        """Forget the trails of a kind but these: a lane that comes back has another reader."""
        self._trails = {key: trail for key, trail in self._trails.items() if key[0] != kind or key in keys}

    def _now(self) -> float:
        return self._service.ports.clock.now().timestamp()
