"""The relay: what the log holds to be published goes to Kafka, in order per case, at least once (ADR 0004)."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.adapters.wire import headers_of
from shared.eventing.commits import Commit, Outgoing
from shared.eventing.ports import Cursors, EventLog, Telemetry
from shared.eventing.projector import POLL
from shared.eventing.traces import Kind, Span, Tracer, Untraced

_PAGE: Final = 500
_CURSOR: Final = "relay"
SEND_TIMEOUT: Final = 30.0
"""Seconds for one page; an idempotent producer never expires a batch by itself (traps.md B)."""


class Producers:
    """The process's one producer, replaced as a whole after any error.

    After a failed batch an idempotent aiokafka producer may refuse every later one (aiokafka #1017),
    so a producer that failed once is never used again.
    """

    def __init__(self, make: Callable[[], AIOKafkaProducer]) -> None:
        self._make = make
        self._current: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def current(self) -> AIOKafkaProducer:
        async with self._lock:
            if self._current is None:
                producer = self._make()
                try:
                    await producer.start()
                except BaseException:
                    await _abandon(producer)
                    raise
                self._current = producer
            return self._current

    async def send(self, topic: str, value: bytes | None, key: bytes, headers: list[tuple[str, bytes]]) -> None:
        """Send one record and return when the broker has it; any failure replaces the producer."""
        producer = await self.current()
        try:
            # Without a bound, what waits in a producer that another task gave up would wait for ever.
            async with asyncio.timeout(SEND_TIMEOUT):
                await producer.send_and_wait(topic, value, key=key, headers=headers)
        except Exception:
            self.discard(producer)
            raise

    def discard(self, failed: AIOKafkaProducer) -> None:
        """Replace a producer that failed, once, whoever says so first."""
        if self._current is failed:
            self._current = None
            task = asyncio.create_task(_abandon(failed), name="producer-abandon")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        if self._current is not None:
            await _abandon(self._current)
            self._current = None
        if self._closing:
            await asyncio.wait(self._closing, timeout=5)


class Relay:
    """Publishes one lane: a page of the log, all sent in order, all acknowledged, then the cursor moves."""

    def __init__(
        self,
        lane: int,
        service: str,
        *,
        log: EventLog,
        cursors: Cursors,
        producers: Producers,
        telemetry: Telemetry,
        tracer: Tracer | None = None,
    ) -> None:
        self._lane = lane
        self._service = service
        self._log = log
        self._cursors = cursors
        self._producers = producers
        self._telemetry = telemetry
        self._tracer = tracer or Untraced()
        self.position: int | None = None
        """How far it has published; None until it knows."""

    async def run(self) -> None:
        """Publish from the durable cursor on, for as long as this process owns the lane."""
        position = self.position = await self._cursors.get(_CURSOR, self._lane)
        while True:
            position = await self.step(position)
            await self._log.wait(self._lane, position, POLL)

    async def step(self, position: int) -> int:
        """Publish what follows a position until the end of the lane; answers the new position."""
        while page := await self._log.read(self._lane, position, _PAGE):
            began = time.perf_counter()
            producer = await self._producers.current()
            spans: list[Span] = []
            try:
                async with asyncio.timeout(SEND_TIMEOUT):
                    sent = [
                        await producer.send(
                            out.topic,
                            out.data.encode(),
                            key=commit.stream.encode(),
                            partition=self._lane,
                            headers=headers_of(commit, out, self._service, self._begin(commit, out, spans)),
                        )
                        for commit in page
                        for out in commit.out
                    ]
                    if sent:
                        await asyncio.gather(*sent)
                for span in spans:
                    span.end()
            except Exception as error:
                for span in spans:
                    span.end(error)
                # Some of the page may be on its way and some not: only a new producer is sure to send again.
                self._producers.discard(producer)
                raise
            if sent:
                self._telemetry.observe("relay_seconds", time.perf_counter() - began)
            position = page[-1].position
            await self._cursors.advance(_CURSOR, self._lane, position)
            self.position = position
            self._telemetry.count("relayed", len(sent))
        return position

    def _begin(self, commit: Commit, out: Outgoing, spans: list[Span]) -> str | None:
        """Begin the span of one fact's way to Kafka, for those who hear it to hang on; facts of no trace have none."""
        if commit.trace is None:
            return None
        span = self._tracer.begin(
            f"send {out.topic}", Kind.PRODUCER, commit.trace, case=commit.stream, lane=self._lane, fact=out.type
        )
        spans.append(span)
        return span.trace


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Stop a producer without waiting for a broker that may be gone; what it held is sent again from the cursor."""
    with suppress(KafkaError, TimeoutError, OSError):
        async with asyncio.timeout(5):
            await producer.stop()
