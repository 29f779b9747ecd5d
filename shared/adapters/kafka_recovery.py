"""What a recovery needs of Kafka: whether services run, what the topics hold, and where the groups go on."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from shared.adapters.failures import Unreachable
from shared.adapters.kafka_client import client_options
from shared.adapters.kafka_looking import committed_offsets
from shared.adapters.settings import Settings

Offsets: TypeAlias = Mapping[str, Mapping[str, Mapping[int, int]]]
"""By group, topic and partition."""


async def running_groups(settings: Settings, groups: Sequence[str]) -> Sequence[str]:
    """Those of the groups that have a member: a service is running, or was killed within its session timeout."""
    # One by one: aiokafka 0.14 overlooks the last field of each group in an answer, and goes astray in the next.
    async with _admin(settings) as admin:
        answers = [answer for group in groups for answer in await admin.describe_consumer_groups([group])]
    # (error, group, state, protocol type, protocol, members, ...)
    return sorted(described[1] for answer in answers for described in answer.groups if described[5])


async def offsets_on(settings: Settings, wanted: Mapping[str, Sequence[str]]) -> Offsets:
    """How far each group has committed on each of its wanted topics."""
    found: dict[str, dict[str, dict[int, int]]] = {}
    with _reached(settings):
        for group, names in wanted.items():
            for at in await committed_offsets(settings, group):
                if at.topic in names:
                    found.setdefault(group, {}).setdefault(at.topic, {})[at.partition] = at.committed
    return found


async def move_groups(settings: Settings, wanted: Mapping[str, Sequence[str]], offsets: Offsets) -> None:
    """Let groups without members go on at these offsets, and at the beginning where there is none."""
    for group, names in wanted.items():
        known = offsets.get(group, {})
        partitions = [TopicPartition(name, lane) for name in names for lane in range(settings.lanes)]
        consumer = AIOKafkaConsumer(**client_options(settings.kafka), group_id=group, enable_auto_commit=False)
        with _reached(settings):
            try:
                await consumer.start()
                consumer.assign(partitions)
                begins = await consumer.beginning_offsets(partitions)
                places = {tp: max(known.get(tp.topic, {}).get(tp.partition, 0), begins[tp]) for tp in partitions}
                await consumer.commit({tp: OffsetAndMetadata(at, "") for tp, at in places.items()})
            finally:
                await consumer.stop()


async def empty_topics(settings: Settings, names: Sequence[str]) -> None:
    """Delete every record of the topics. They stay as they are otherwise, and their offsets go on."""
    partitions = [TopicPartition(name, lane) for name in names for lane in range(settings.lanes)]
    consumer = AIOKafkaConsumer(**client_options(settings.kafka))
    with _reached(settings):
        try:
            await consumer.start()
            ends = await consumer.end_offsets(partitions)
        finally:
            await consumer.stop()
    async with _admin(settings) as admin:
        await admin.delete_records({tp: RecordsToDelete(before_offset=end) for tp, end in ends.items() if end})


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[Any]:
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    with _reached(settings):
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


@contextmanager
def _reached(settings: Settings) -> Iterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unreachable(f"Kafka at {settings.kafka.bootstrap} did not do what was asked: {error!r}") from error
