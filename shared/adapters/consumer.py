"""The consumer: a batch subscriber whose offsets move only after everything before them is durable (ADR 0005)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.adapters.backoff import backoff
from shared.adapters.perseverance import TRANSIENT

_MOST: Final = 1000
"""Records in one batch."""

_HEARTBEAT_MS: Final = 500
"""A member learns only from a heartbeat that another left and its lanes are to be dealt out: they rest until then."""

DRAIN: float = 20.0
"""Seconds a batch in hand may take to finish when its partitions are taken away or the process stops."""

_log = structlog.get_logger(__name__)


class Taker(Protocol):
    """What handles the records of one partition."""

    async def refresh(self) -> None: ...

    async def take(self, records: Sequence[Any]) -> None: ...

    async def take_first(self, records: Sequence[Any]) -> None: ...


class LaneConsumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Subscribes one service to all topics it hears; owning a partition number is owning that lane."""

    def __init__(
        self,
        broker: KafkaBroker,
        topics: Iterable[str],
        *,
        group: str,
        instance: str | None,
        taker: Taker,
        lanes_changed: Callable[[frozenset[int]], Awaitable[None]],
        failed: Callable[[BaseException], None],
        session_timeout_ms: int = 30_000,
    ) -> None:
        self._taker = taker
        self._lanes_changed = lanes_changed
        self._failed = failed
        self._fresh: set[TopicPartition] = set()
        self._kept: set[TopicPartition] = set()
        self._retrying: dict[int, asyncio.Task[None]] = {}
        self._late: dict[int, list[ConsumerRecord]] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self.lanes: frozenset[int] = frozenset()
        self.subscriber = broker.subscriber(
            *sorted(topics),
            group_id=group,
            group_instance_id=instance,
            batch=True,
            max_records=_MOST,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            ack_policy=AckPolicy.MANUAL,
            partition_assignment_strategy=[RangePartitionAssignor],
            session_timeout_ms=session_timeout_ms,
            heartbeat_interval_ms=min(_HEARTBEAT_MS, session_timeout_ms // 3),
            rebalance_timeout_ms=60_000,
            max_partition_fetch_bytes=2 * 1024 * 1024,
            listener=self,
            no_reply=True,
            parser=_whole_batch,
            decoder=_records,
        )
        self.subscriber(self._on_batch)
        # FastStream sleeps after every empty poll as long as the poll itself took: it is latency, not rest.
        self.subscriber.get_msg = _next_batch  # type: ignore[method-assign]

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        return self.subscriber.consumer

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        partitions = set(assigned)
        # What this process had all along it did not die of.
        self._fresh = (partitions - self._kept) | (partitions & self._fresh)
        self._kept = partitions
        self.lanes = frozenset(tp.partition for tp in partitions)
        try:
            await self._taker.refresh()
            await self._lanes_changed(self.lanes)
        except Exception as error:  # noqa: BLE001  # aiokafka only logs what a listener raises
            self._failed(error)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002  # eager: all of them
        await self._let_go()

    async def drain(self) -> None:
        """Finish the batch in hand and give the lanes up; called before the broker stops."""
        await self._let_go()

    async def _let_go(self) -> None:
        # A retry holds records whose offsets were never committed: the next owner gets them again.
        for task in self._retrying.values():
            task.cancel()
        self._retrying.clear()
        self._late.clear()
        try:
            async with asyncio.timeout(DRAIN):
                await self._idle.wait()
        except TimeoutError:
            _log.warning("a batch did not finish in time; its facts will be delivered again", seconds=DRAIN)
        self.lanes = frozenset()
        try:
            await self._lanes_changed(frozenset())
        except Exception as error:  # noqa: BLE001  # aiokafka only logs what a listener raises
            self._failed(error)

    async def _on_batch(self, records: list[ConsumerRecord]) -> None:
        lanes: dict[int, list[ConsumerRecord]] = {}
        for record in records:
            lanes.setdefault(record.partition, []).append(record)
        self._idle.clear()
        try:
            done = await asyncio.gather(*(self._lane(lane, batch) for lane, batch in lanes.items()))
            await self._commit([record for batch in done for record in batch])
        except Exception as error:  # noqa: BLE001  # FastStream would log it and go on past the records
            self._failed(error)
        finally:
            self._idle.set()

    async def _lane(self, lane: int, batch: list[ConsumerRecord]) -> Sequence[ConsumerRecord]:
        """Take one partition's records; answers those whose offsets may be committed."""
        if lane in self._retrying:
            self._late.setdefault(lane, []).extend(batch)
            return ()
        try:
            await self._take(lane, batch)
        except TRANSIENT as error:
            _log.warning("lane paused until its records can be taken", lane=lane, error=repr(error))
            self._pause(lane)
            self._retrying[lane] = asyncio.create_task(self._retry(lane, batch), name=f"retry-{lane}")
            return ()
        return batch

    async def _take(self, lane: int, batch: Sequence[ConsumerRecord]) -> None:
        known: list[ConsumerRecord] = []
        first: dict[TopicPartition, list[ConsumerRecord]] = {}
        for record in batch:
            partition = TopicPartition(record.topic, lane)
            (first.setdefault(partition, []) if partition in self._fresh else known).append(record)
        for partition, records in first.items():
            await self._taker.take_first(records)
            self._fresh.discard(partition)
        if known:
            await self._taker.take(known)

    async def _retry(self, lane: int, batch: list[ConsumerRecord]) -> None:
        """Take a paused lane's records again and again, in place, so that their order holds."""
        for pause in backoff(0.1, 10.0):
            await asyncio.sleep(pause)
            try:
                await self._take(lane, batch)
                if late := self._late.pop(lane, None):
                    batch = [*batch, *late]
                    await self._take(lane, late)
                await self._commit(batch)
            except TRANSIENT as error:
                _log.warning("lane is still paused", lane=lane, error=repr(error))
            except Exception as error:  # noqa: BLE001  # ends the process: nothing of this was committed
                self._failed(error)
                return
            else:
                del self._retrying[lane]
                self._resume(lane)
                return

    async def _commit(self, records: Sequence[ConsumerRecord]) -> None:
        consumer = self.consumer
        if not records or not isinstance(consumer, AIOKafkaConsumer):
            return
        offsets: dict[TopicPartition, int] = {}
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            offsets[partition] = max(record.offset + 1, offsets.get(partition, 0))
        try:
            await consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError, KafkaError) as error:
            # The partitions moved or the coordinator is away: what was taken comes again and is dropped.
            _log.info("offsets not committed; the facts will be delivered again", error=repr(error))

    def _pause(self, lane: int) -> None:
        consumer = self.consumer
        if isinstance(consumer, AIOKafkaConsumer):
            consumer.pause(*self._partitions(consumer, lane))

    def _resume(self, lane: int) -> None:
        consumer = self.consumer
        if isinstance(consumer, AIOKafkaConsumer):
            consumer.resume(*self._partitions(consumer, lane))

    @staticmethod
    def _partitions(consumer: AIOKafkaConsumer, lane: int) -> list[TopicPartition]:
        return [partition for partition in consumer.assignment() if partition.partition == lane]


async def _next_batch(consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
    """The records that are there, or those that come first within a second; none says only that none came."""
    batches = await consumer.getmany(timeout_ms=1000, max_records=_MOST)
    return tuple(chain.from_iterable(batches.values()))


async def _whole_batch(records: tuple[ConsumerRecord, ...]) -> KafkaMessage:
    """A batch as it came: FastStream's own parser would drop all of it over one unreadable header (traps.md A3)."""
    # Kafka's subscriber hands over a tuple, the test broker a list.
    batch = tuple(records) if isinstance(records, tuple | list) else (records,)
    return KafkaMessage(
        body=b"",
        headers={},
        raw_message=batch,
        message_id=f"{batch[0].topic}-{batch[0].offset}",
        consumer=FAKE_CONSUMER,
    )


async def _records(message: KafkaMessage) -> list[ConsumerRecord]:
    raw = message.raw_message
    return list(raw) if isinstance(raw, tuple) else [raw]
