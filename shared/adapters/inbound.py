"""What a batch of records leads to: facts are heard, commands carried out, poison is parked with what follows it.

When `take` returns, every record is durable somewhere: in the log, in the park, or answered.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from structlog.contextvars import bind_contextvars

from shared.adapters.command_desk import CommandDesk
from shared.adapters.park_desk import ParkDesk
from shared.adapters.wire import Envelope, UnreadableError, WireRecord, envelope_of, outline_of, received_of
from shared.eventing.hearing import Hearing, HeldFailedError
from shared.eventing.messages import Published
from shared.eventing.model import Model
from shared.eventing.outcomes import Applied, Dropped, Failed, Held, Received, Untried, Verdict
from shared.eventing.parking import Lineage, Parked, Why
from shared.eventing.ports import Clock, Telemetry
from shared.kernel.lanes import lane_of

KILLS: Final = 3
"""Times a batch may take the process down before its records are tried one by one."""

HELD_TOO_LONG: Final = timedelta(seconds=60)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Readable:
    record: WireRecord
    received: Received

    @property
    def lineage(self) -> Lineage:
        return self.received.stream, self.received.source


class _Turns:
    """Batches go beside each other, for their lanes have nothing in common; the park's upkeep goes alone."""

    def __init__(self) -> None:
        self._gate = asyncio.Lock()
        self._batches = 0
        self._none = asyncio.Event()
        self._none.set()

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        async with self._gate:
            self._batches += 1
            self._none.clear()
        try:
            yield
        finally:
            self._batches -= 1
            if not self._batches:
                self._none.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with self._gate:
            await self._none.wait()
            yield


class Inbound:
    """One consumer group's way in."""

    def __init__(
        self,
        model: Model,
        *,
        hearing: Hearing,
        commands: CommandDesk,
        park: ParkDesk,
        clock: Clock,
        telemetry: Telemetry,
        lanes: int,
    ) -> None:
        self._types: dict[str, type[Published]] = {heard.TYPE: heard for heard in model.hears}
        self._sources = {heard.TOPIC: heard.SOURCE for heard in model.hears}
        self._hearing = hearing
        self._commands = commands
        self._park = park
        self._clock = clock
        self._telemetry = telemetry
        self._lanes = lanes
        self._turns = _Turns()
        self._waiting: dict[Lineage, datetime] = {}

    @property
    def held(self) -> int:
        """How many cases and sources have facts that wait for a gap to fill, as far as this process saw them come."""
        return len(self._waiting)

    async def refresh(self) -> None:
        """Learn what is parked; to be called before the first batch of an assignment."""
        async with self._turns.alone():
            # Of lanes that went to others, nobody here would learn that a gap was filled.
            self._waiting.clear()
            await self._park.refresh()

    async def tend(self) -> None:
        """Do what operators asked of the park, in turn with the batches."""
        async with self._turns.alone():
            await self._park.tend()
        self._sound_alarm()

    async def take(self, records: Sequence[WireRecord]) -> None:
        """Handle records. Raises StoreUnavailableError, after which taking them again is safe."""
        commands = [record for record in records if record.topic == self._commands.topic]
        facts = [record for record in records if record.topic != self._commands.topic]
        if facts:
            async with self._turns.beside():
                await self._hear(facts)
        if commands:
            await self._commands.serve(commands)

    async def take_first(self, records: Sequence[WireRecord]) -> None:
        """Handle the first batch after an assignment: the one that may have killed the process before.

        Tries are counted durably beforehand (lessons.md rule 24). A batch that came back more than
        `KILLS` times is taken record by record, so that the one that kills is found out and parked.
        """
        park = self._park.park
        first = records[0]
        tries = await park.attempt(f"batch/{first.topic}/{first.partition}", first.offset)
        if tries <= KILLS:
            await self.take(records)
            return
        _log.warning("a batch keeps taking the process down; its records are tried one by one", tries=tries)
        mark = f"record/{first.topic}/{first.partition}"
        # What stands before the record that was in hand when the process died is not what kills.
        suspect = await park.begun(mark) if tries > KILLS + 1 else first.offset
        for record in records:
            if record.offset < suspect:
                await self.take([record])
                continue
            alone = await park.attempt(mark, record.offset)
            if alone > KILLS:
                reason = f"the process died {KILLS} times handling this"
                await self._park.put(self._parked(record, Why.KILLER, reason, alone, outline_of(record)))
            else:
                await self.take([record])

    def _sound_alarm(self) -> None:
        """Tell of cases whose facts have been held longer than a relay needs to fill a gap."""
        late = [lineage for lineage, since in self._waiting.items() if self._clock.now() - since > HELD_TOO_LONG]
        self._telemetry.gauge("facts_held_too_long", len(late))
        for case, source in late:
            _log.error("facts are held for a gap that does not fill", case=case, source=source)
            # Once a minute is enough to be heard.
            self._waiting[case, source] = self._clock.now()

    async def _hear(self, records: Sequence[WireRecord]) -> None:
        readable = [found for record in records if (found := await self._read(record)) is not None]
        # Topics of one source are fetched separately: in sequence order fewer facts need holding.
        readable.sort(key=lambda r: (r.received.stream, r.received.source, r.received.seq))
        while readable:
            lanes: dict[int, list[_Readable]] = {}
            for found in readable:
                lanes.setdefault(lane_of(found.received.stream, self._lanes), []).append(found)
            left = await asyncio.gather(*(self._hear_lane(lane, found) for lane, found in lanes.items()))
            readable = [found for lane in left for found in lane]

    async def _hear_lane(self, lane: int, found: Sequence[_Readable]) -> list[_Readable]:
        """Hear one lane's facts; answers those that only another source's failure kept from being tried."""
        bind_contextvars(lane=lane)  # a task of its own, so nobody else's lines say so
        verdicts = await self._hearing.hear(lane, [f.received for f in found])
        again: list[_Readable] = []
        counts = Counter((item.received.source, type(verdict)) for item, verdict in zip(found, verdicts, strict=True))
        for (source, kind), count in counts.items():
            if kind not in {Failed, Untried}:
                self._telemetry.count("facts_heard", count, source=source, verdict=kind.__name__.lower())
        for item, verdict in zip(found, verdicts, strict=True):
            match verdict:
                case Failed(error=error):
                    reason = f"{type(error).__name__}: {error}"
                    await self._park.put(self._parked(item.record, Why.FAILED, reason, 1, item.received))
                    if isinstance(error, HeldFailedError):
                        await self._park.put(self._held(item, error))
                case Untried() if self._park.is_behind(item.lineage, item.received.seq):
                    await self._park.put(self._follower(item))
                case Untried():
                    again.append(item)
                case _:
                    await self._heard(item, verdict)
        return again

    async def _heard(self, item: _Readable, verdict: Verdict) -> None:
        if isinstance(verdict, Held) or (isinstance(verdict, Applied) and verdict.held):
            self._waiting.setdefault(item.lineage, self._clock.now())
        elif isinstance(verdict, Applied):
            self._waiting.pop(item.lineage, None)
        if isinstance(verdict, Applied | Dropped | Held):
            await self._park.heal(item.lineage, item.received.seq)

    async def _read(self, record: WireRecord) -> _Readable | None:
        """Decode a record, or park it and answer None."""
        envelope: Envelope | None = None
        try:
            envelope = envelope_of(record)
            item = _Readable(record, received_of(envelope, self._types))
        except UnreadableError as error:
            if not await self._known_already(record, envelope):
                await self._park.put(self._parked(record, Why.UNREADABLE, str(error), 1, envelope))
            return None
        if self._park.is_behind(item.lineage, item.received.seq):
            await self._park.put(self._follower(item))
            return None
        return item

    async def _known_already(self, record: WireRecord, envelope: Envelope | None) -> bool:
        """Whether a record that cannot be read is only a spoiled copy of a fact that was heard long ago."""
        if envelope is None or not envelope.seq:
            return False
        lineage = (envelope.subject, self._sources.get(record.topic, ""))
        return await self._hearing.knows(lane_of(envelope.subject, self._lanes), lineage, envelope.seq)

    def _follower(self, item: _Readable) -> Parked:
        first = self._park.first_parked(item.lineage)
        return self._parked(item.record, Why.BEHIND, f"waits behind parked sequence {first}", 0, item.received)

    def _held(self, item: _Readable, failed: HeldFailedError) -> Parked:
        """The held fact itself, for an operator to drop. It is in the log already.

        Its offset here is below zero, and of the one that released it, so that no two are parked under one id.
        """
        reason = f"{type(failed.error).__name__}: {failed.error}"
        releasing = self._parked(item.record, Why.HELD, reason, 1, item.received)
        record, offset = failed.record, -1 - releasing.offset
        return replace(
            releasing, offset=offset, seq=failed.seq, type=record.type, value=record.data.encode(), headers=()
        )

    def _parked(
        self, record: WireRecord, why: Why, reason: str, attempts: int, known: Received | Envelope | None = None
    ) -> Parked:
        match known:
            case Received():
                stream, seq, fact_type = known.stream, known.seq, known.record.type
            case Envelope():
                stream, seq, fact_type = known.subject, known.seq or 0, known.type
            case None:
                stream, seq, fact_type = (record.key or b"").decode("utf-8", "replace"), 0, ""
        return Parked(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=tuple(record.headers),
            stream=stream,
            source=self._sources.get(record.topic, ""),
            seq=seq,
            type=fact_type,
            reason=reason,
            attempts=attempts,
            parked_at=self._clock.now(),
            why=why,
        )
