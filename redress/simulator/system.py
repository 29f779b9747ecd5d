"""The four services without their servers: their own engines, hearing, views and deadlines, joined by the real wire."""

import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redress.registry import DEFINITIONS
from shared.adapters.clock import VirtualClock
from shared.adapters.deadlines import Deadlines
from shared.adapters.ports import memory_ports
from shared.adapters.service import Service
from shared.adapters.settings import Settings
from shared.adapters.wire import JSON_TYPE, envelope_of, headers_of, received_of
from shared.contracts.platform import OrderRecorded
from shared.eventing.commits import Commit
from shared.eventing.feeds import Feed, Shelf
from shared.eventing.messages import Command, Published
from shared.eventing.outcomes import Failed, Outcome, Received
from shared.eventing.requests import Request, request_model
from shared.eventing.views import View
from shared.kernel.actors import Actor
from shared.kernel.ids import derived_id
from shared.kernel.lanes import lane_start
from shared.kernel.policy import PolicyBook

LANE: Final = 0
_AGAIN: Final = timedelta(seconds=31)
"""A deadline that was refused stands; it is fired again after this, as the deadlines' own patience is shorter."""


@dataclass
class Wire:
    """One record between services, as Kafka would hand it over."""

    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    partition: int = LANE
    offset: int = 0


@dataclass
class Lateness:
    """What the deadlines told of themselves: how late each fired. Stands in for the metrics."""

    worst: float = 0.0
    fired: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        if name == "deadlines_fired":
            self.fired[labels["kind"]] += int(amount)

    def gauge(self, name: str, value: float, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **_labels: str) -> None:
        if name == "deadline_lateness_seconds":
            self.worst = max(self.worst, value)


class Simulated:
    """One service: everything of it but the process, the broker and the database."""

    def __init__(self, name: str, clock: VirtualClock, book: PolicyBook) -> None:
        self.name = name
        self.definition = DEFINITIONS[name]
        settings = Settings(lanes=1)
        self._ports = memory_ports(1, clock)
        self.service = Service(self.definition, settings, self._ports, book=book)
        self.service.lanes = frozenset({LANE})
        self.lateness = Lateness()
        self._deadlines = Deadlines(
            self.definition.deadlines,
            self.definition.command_for,
            engine=self.service.engine,
            store=self._ports.store,
            pointers=self.service.pointers,
            clock=clock,
            telemetry=self.lateness,
            lanes=lambda: self.service.lanes,
        )
        self.types = {heard.TYPE: heard for heard in self.definition.model.hears}
        self._told = lane_start(LANE)
        self._blocked_until: datetime | None = None
        self.failures: list[str] = []

    @property
    def log(self) -> Any:
        return self._ports.log

    async def start(self) -> None:
        await self.service.pointers.refresh()
        shelf = Shelf(1_000_000)
        self._feeds = [
            Feed(
                view,
                self.service.pointers.of(view).live,
                LANE,
                codec=self.service.bench.codec,
                log=self._ports.log,
                store=self._ports.store,
                cursors=self._ports.cursors,
                shelf=shelf,
            )
            for view in self.service.views
        ]

    async def ask(self, request: Request) -> Outcome:
        return await self.service.engine.carry_out(request)

    async def hear(self, received: Sequence[Received]) -> None:
        """Take facts in as a consumer does, and note what a consumer would have parked."""
        for verdict, one in zip(await self.service.hearing.hear(LANE, received), received, strict=True):
            if isinstance(verdict, Failed):
                self.failures.append(f"{self.name} cannot take {one.record.type} of {one.stream}: {verdict.error!r}")

    async def told(self) -> list[Wire]:
        """What was decided since the last call, as it goes out."""
        commits: Sequence[Commit] = await self._ports.log.read(LANE, self._told, 100_000)
        if commits:
            self._told = commits[-1].position
        return [
            Wire(out.topic, commit.stream.encode(), out.data.encode(), headers_of(commit, out, self.name))
            for commit in commits
            for out in commit.out
        ]

    async def show(self) -> None:
        """Bring every view up to date."""
        for feed in self._feeds:
            while await feed.step(10_000):
                pass

    async def next_due(self, now: datetime) -> datetime | None:
        """When something falls due next; what stands although it was fired is looked at again later."""
        view: View[Any] = self.definition.deadlines
        live = self.service.pointers.of(view).live
        rows = await self._ports.store.due(live, [LANE], _FAR, 1)
        if not rows:
            return None
        at: datetime = rows[0].keys["next_due"]
        if self._blocked_until is not None and at <= now:
            return max(at, self._blocked_until)
        return at

    async def fire(self, now: datetime) -> int:
        """Fire what is due."""
        due = await self.next_due(now)
        if due is None or due > now:
            return 0
        fired = await self._deadlines.fire()
        self._blocked_until = None if fired else now + _AGAIN
        return fired

    async def state(self, case: str) -> Any:
        return (await self.service.engine.load(case)).state

    async def commits(self) -> AsyncIterator[Commit]:
        for commit in await self._ports.log.read(LANE, lane_start(LANE), 10_000_000):
            yield commit


_FAR: Final = datetime.max.replace(tzinfo=UTC)


class System:
    """The four services and what travels between them; nothing is lost, some things come twice or late."""

    def __init__(
        self, start: datetime, book: PolicyBook, chance: random.Random, on_told: Callable[[Sequence[Wire]], None]
    ) -> None:
        self.on_told = on_told
        self.clock = VirtualClock(start)
        self.book = book
        self.services = {name: Simulated(name, self.clock, book) for name in DEFINITIONS}
        self._chance = chance
        self._keys = 0

    async def start(self) -> None:
        for service in self.services.values():
            await service.start()

    async def order(self, fact: OrderRecorded) -> None:
        """The platform tells an order."""
        headers = [
            ("ce_specversion", b"1.0"), ("ce_id", f"{fact.stream}.v{fact.version}".encode()), ("ce_source", b"shop"),
            ("ce_type", fact.TYPE.encode()), ("ce_subject", fact.stream.encode()), ("content-type", JSON_TYPE),
        ]  # fmt: skip
        wire = Wire(fact.TOPIC, fact.stream.encode(), fact.model_dump_json().encode(), headers)
        await self._deliver([wire])

    async def ask(self, service: str, command: type[Command], by: Actor, case: str, body: Mapping[str, Any]) -> Outcome:
        """Somebody asks a service for something, and what follows from it happens."""
        self._keys += 1
        request = Request(
            command,
            request_model(command).model_validate(body),
            id=derived_id(command.NAME, case, by.role, by.id, str(self._keys)),
            case_id=case,
            at=self.clock.now(),
            by=by,
        )
        outcome = await self.services[service].ask(request)
        await self.settle()
        return outcome

    async def settle(self) -> None:
        """Carry facts to and fro until nobody has anything more to tell."""
        while True:
            wires = [wire for service in self.services.values() for wire in await service.told()]
            if not wires:
                break
            self.on_told(wires)
            await self._deliver(wires)
        for service in self.services.values():
            await service.show()

    async def next_due(self) -> datetime | None:
        now = self.clock.now()
        instants = [at for s in self.services.values() if (at := await s.next_due(now)) is not None]
        return min(instants, default=None)

    async def fire(self) -> int:
        now = self.clock.now()
        fired = sum([await service.fire(now) for service in self.services.values()])
        await self.settle()
        return fired

    def wait_until(self, at: datetime) -> None:
        self.clock.advance(max(timedelta(), at - self.clock.now()))

    async def _deliver(self, wires: Sequence[Wire]) -> None:
        """To every service that hears the topic; at least once, and in any order between sources."""
        batches: dict[str, list[Received]] = defaultdict(list)
        for name, service in self.services.items():
            for wire in wires:
                received = self._received(wire, service.types)
                if received is None:
                    continue
                batches[name].append(received)
                if self._chance.random() < _TWICE:
                    batches[name].append(received)
        for name, batch in batches.items():
            if len(batch) > 1 and self._chance.random() < _SHUFFLED:
                self._chance.shuffle(batch)
            await self.services[name].hear(batch)

    @staticmethod
    def _received(wire: Wire, types: Mapping[str, type[Published]]) -> Received | None:
        kind = dict(wire.headers)["ce_type"].decode()
        return received_of(envelope_of(wire), types) if kind in types else None


_TWICE: Final = 0.02
_SHUFFLED: Final = 0.2
