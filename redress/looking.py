"""What stands on the topics, and how far each consumer group is behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.adapters.kafka_client import client_options
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


async def count_topics(settings: Settings) -> Sequence[TopicCount]:
    """Every topic of the system with its record count."""
    consumer = AIOKafkaConsumer(**client_options(settings.kafka))
    await consumer.start()
    try:
        partitions = {name: [TopicPartition(name, lane) for lane in range(settings.lanes)] for name in topics()}
        every = [partition for of_topic in partitions.values() for partition in of_topic]
        begins, ends = await consumer.beginning_offsets(every), await consumer.end_offsets(every)
        return [
            TopicCount(name, sum(ends[partition] - begins[partition] for partition in of_topic))
            for name, of_topic in partitions.items()
        ]
    finally:
        await consumer.stop()


async def lags(settings: Settings) -> Sequence[Lag]:
    """The lag of every service's consumer group."""
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    consumer = AIOKafkaConsumer(**client_options(settings.kafka))
    await admin.start()
    await consumer.start()
    try:
        found = []
        for service in SERVICES:
            committed = await admin.list_consumer_group_offsets(group_of(service))
            ends = await consumer.end_offsets(list(committed))
            behind = sum(max(0, ends[partition] - offset.offset) for partition, offset in committed.items())
            taken = sum(offset.offset for offset in committed.values())
            found.append(Lag(group_of(service), behind, taken))
        return found
    finally:
        await consumer.stop()
        await admin.close()
