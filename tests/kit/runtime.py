"""A service as `app.build` assembles it, running on ports without servers and a Kafka that only takes notes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import orjson
from fastapi import FastAPI
from faststream.kafka import KafkaBroker

from shared.adapters.clock import VirtualClock
from shared.adapters.edge_settings import HttpSettings, RateSettings
from shared.adapters.kafka_client import Kafka, make_broker
from shared.adapters.ports import Ports, memory_ports
from shared.adapters.service import Service
from shared.adapters.settings import Settings
from shared.eventing.agenda import Agenda, Due
from shared.eventing.commits import Commit
from shared.eventing.messages import Published
from shared.kernel.lanes import lane_of, lane_start
from tests.kit.http import Http
from tests.kit.wire import Outside

LANES = 3
UNLIMITED = RateSettings(commands=0, reads=0, uploads=0, strangers=0)

Build: TypeAlias = Callable[[Settings, Ports], FastAPI]


@dataclass(frozen=True)
class Sent:
    """One record that a service gave to its producer."""

    topic: str
    key: str
    value: bytes | None
    headers: Mapping[str, bytes]

    @property
    def data(self) -> Any:
        return orjson.loads(self.value or b"null")


@dataclass
class Notes:
    """Stands in for `AIOKafkaProducer`: takes down what is sent, in order."""

    sent: list[Sent] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(
        self, topic: str, value: bytes | None, *, key: bytes, headers: Any, partition: int | None = None
    ) -> "asyncio.Future[None]":
        assert partition is None or partition == lane_of(key.decode(), LANES), f"{topic}: lane {partition} of {key!r}"
        self.sent.append(Sent(topic, key.decode(), value, dict(headers)))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def send_and_wait(self, topic: str, value: bytes | None, *, key: bytes, headers: Any) -> None:
        await self.send(topic, value, key=key, headers=headers)

    def on(self, topic: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.topic == topic]


class _Unconnected(KafkaBroker):
    """A broker that is never connected: records are handed to the service by the test."""

    async def start(self) -> None: ...

    async def stop(self, *_: Any) -> None: ...


def ports(clock: VirtualClock, notes: Notes, *, broker: type[KafkaBroker] = _Unconnected) -> Ports:
    """Ports in memory, which several processes of one service may share, and a restarted one find again."""

    async def no_check(_settings: Settings, _topics: set[str]) -> None: ...

    def unconnected(settings: Settings, service: str) -> KafkaBroker:
        made = make_broker(settings, service)
        made.__class__ = broker
        return made

    kafka = Kafka(check=no_check, broker=unconnected, producer=lambda _settings, _service: notes)
    return memory_ports(LANES, clock, kafka)


@dataclass
class Running:
    """One process of a service, owning every lane."""

    app: FastAPI
    service: Service
    http: Http
    notes: Notes
    clock: VirtualClock
    outside: Outside

    async def hear(self, *facts: Published) -> None:
        """Let other services tell these facts, and take them in."""
        await self.take(*(self.outside.tell(fact) for fact in facts))

    async def take(self, *records: Any) -> None:
        await self.service.inbound.take(records)

    async def caught_up(self) -> None:
        """Return when views and relay have read all of the log."""

        async def level() -> bool:
            return not await self._behind()

        await self.until(level, "views and relay have read all of the log", self._behind)

    async def until(
        self, probe: Callable[[], Awaitable[object]], what: str, seen: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """Return as soon as a probe answers something true; fail with what was seen when it does not in 10 s."""
        try:
            async with asyncio.timeout(10):
                while not await probe():  # noqa: ASYNC110  # a probe
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError(f"not so after 10 s: {what}; seen: {await (seen or probe)()}") from None

    async def log(self, case: str | None = None) -> Sequence[Commit]:
        """Every commit, or those of one case."""
        commits = [
            c for lane in range(LANES) for c in await self.service.ports.log.read(lane, lane_start(lane), 10_000)
        ]
        return [commit for commit in commits if case in (None, commit.stream)]

    async def dues(self, case: str) -> Sequence[Due]:
        """What falls due on a case, soonest first."""
        await self.caught_up()
        live = self.service.pointers.of(self.service.definition.deadlines).live
        shown = (await self.service.ports.store.fetch(live, [case])).get(case)
        agenda = Agenda.model_validate(shown.body) if shown else Agenda()
        return sorted({*agenda.due, *agenda.running}, key=lambda due: due.at)

    def move_to(self, instant: datetime) -> None:
        """Let the time be this instant, unless it has passed already."""
        self.clock.advance(max(instant - self.clock.now(), timedelta()))

    async def _behind(self) -> list[str]:
        live = self.service.ports
        readers = ["relay", *(c for view in self.service.views for c in self.service.pointers.of(view).feeds)]
        return [
            f"{name} on lane {lane}"
            for lane in range(LANES)
            for name in readers
            if await live.cursors.get(name, lane) < await live.log.head(lane)
        ]


@asynccontextmanager
async def running(
    build: Build, on: Ports, notes: Notes, outside: Outside | None = None, **more: Any
) -> AsyncIterator[Running]:
    """The service, started as its process starts it, with all lanes its own, drained at the end; `more` is settings."""
    more = {"rate": UNLIMITED, "http": HttpSettings(max_body_bytes=20_000), **more}
    settings = Settings(lanes=LANES, instance="test", **more)
    app = build(settings, on)
    async with app.router.lifespan_context(app):
        service: Service = app.state.service
        await service.consumer.on_partitions_assigned([])
        await service.own(frozenset(range(LANES)))
        http = Http(app)
        assert isinstance(on.clock, VirtualClock)
        yield Running(app, service, http, notes, on.clock, outside or Outside(LANES))
        await http.close()


def in_the_lane_of(case: str, so_many: int) -> list[str]:
    """Other cases that share a case's lane."""
    names = (f"neighbour-{n}" for n in range(1000))
    return [name for name in names if lane_of(name, LANES) == lane_of(case, LANES)][:so_many]


def racing(on: Ports, racers: int) -> Ports:
    """The same ports, but the first appends of so many racers wait for each other."""
    return replace(on, log=_Meeting(on.log, racers))


class _Meeting:
    """A log at whose door the first writers meet: each has decided before any of them appends."""

    def __init__(self, log: Any, racers: int) -> None:
        self._log = log
        self._barrier = asyncio.Barrier(racers)
        self._left = racers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, lane: int, commits: Sequence[Commit]) -> Any:
        if self._left:
            self._left -= 1
            async with asyncio.timeout(5):
                await self._barrier.wait()
        return await self._log.append(lane, commits)
