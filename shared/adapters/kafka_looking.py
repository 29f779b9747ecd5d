"""Looking at Kafka from outside the services: what stands on the topics, and how far each group is."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.adapters.failures import Unreachable
from shared.adapters.kafka_security import client_options
from shared.adapters.settings import Settings
from shared.contracts.topology import SERVICES, group_of, topics


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many records a topic holds."""

    topic: str
    records: int


@dataclass(frozen=True, slots=True)
class Lag:
    """How many records a group has still to take, over all its topics."""

    group: str
    behind: int
    taken: int


@dataclass(frozen=True, slots=True)
class OffsetAt:
    """Where a group stands on one partition, and where the partition ends."""

    topic: str
    partition: int
    committed: int
    end: int


async def count_topics(settings: Settings) -> Sequence[TopicCount]:
    """Every topic of the system with its record count."""
    async with opened_consumer(settings) as consumer:
        partitions = {name: partitions_of(settings, [name]) for name in topics()}
        every = [partition for of_topic in partitions.values() for partition in of_topic]
        begins, ends = await consumer.beginning_offsets(every), await consumer.end_offsets(every)
        return [
            TopicCount(name, sum(ends[partition] - begins[partition] for partition in of_topic))
            for name, of_topic in partitions.items()
        ]


async def committed_offsets(settings: Settings, group: str) -> Sequence[OffsetAt]:
    """Every partition a group has committed on."""
    async with opened_consumer(settings) as consumer:
        async with opened_admin(settings) as admin:
            committed = await admin.list_consumer_group_offsets(group)
        ends = await consumer.end_offsets(list(committed))
        return [
            OffsetAt(partition.topic, partition.partition, offset.offset, ends[partition])
            for partition, offset in committed.items()
        ]


async def lags(settings: Settings) -> Sequence[Lag]:
    """The lag of every service's consumer group."""
    found = []
    for service in SERVICES:
        offsets = await committed_offsets(settings, group_of(service))
        behind = sum(max(0, at.end - at.committed) for at in offsets)
        found.append(Lag(group_of(service), behind, sum(at.committed for at in offsets)))
    return found


async def every_record(settings: Settings, names: Sequence[str]) -> AsyncIterator[ConsumerRecord]:
    """Every record that the topics hold now, from their beginnings, in order per partition."""
    # Not seek_to_beginning: a reset to the default position that is still under way can undo it.
    async with opened_consumer(settings, enable_auto_commit=False, auto_offset_reset="earliest") as consumer:
        partitions = partitions_of(settings, names)
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for records in (await consumer.getmany(timeout_ms=500, max_records=5000)).values():
                for record in records:
                    yield record


@asynccontextmanager
async def opened_consumer(settings: Settings, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that has started; raises Unreachable when it cannot."""
    consumer = AIOKafkaConsumer(**client_options(settings.kafka), **options)
    try:
        await consumer.start()
    except KafkaError as error:
        await consumer.stop()
        raise Unreachable(f"Kafka cannot be reached at {settings.kafka.bootstrap}: {error}") from error
    try:
        yield consumer
    finally:
        await consumer.stop()


@asynccontextmanager
async def opened_admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that administers; driver errors pass through."""
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


def partitions_of(settings: Settings, names: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(name, lane) for name in names for lane in range(settings.lanes)]
