"""The servers that TEST_BACKEND=containers gives really answer, from this machine."""

import asyncio
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern

from tests.kit.servers import Servers, start_servers

pytestmark = [pytest.mark.containers, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def in_containers() -> Iterator[Servers]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TEST_BACKEND", "containers")
        environment.delenv("TEST_KAFKA_BOOTSTRAP", raising=False)
        environment.delenv("TEST_MONGO_URL", raising=False)
        with start_servers() as started:
            yield started


async def test_a_record_goes_through_kafka(in_containers: Servers) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=in_containers.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("journeys", 12, 1)])
    await admin.close()

    async with AIOKafkaProducer(bootstrap_servers=in_containers.bootstrap, enable_idempotence=True) as producer:
        sent = await producer.send_and_wait("journeys", key=b"case-1", value=b"filed")
    consumer = AIOKafkaConsumer(
        "journeys", bootstrap_servers=in_containers.bootstrap, group_id="journeys", auto_offset_reset="earliest"
    )
    async with consumer, asyncio.timeout(60):
        record = await consumer.getone()

    assert (record.key, record.value, record.partition) == (b"case-1", b"filed", sent.partition)


async def test_a_document_survives_a_majority_write_and_wakes_a_change_stream(in_containers: Servers) -> None:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(in_containers.mongo_url)
    log = client["journeys"].get_collection("log", write_concern=WriteConcern("majority", j=True))

    async with log.watch() as changes, asyncio.timeout(60):
        await log.insert_one({"_id": 1, "case": "case-1"})
        change = await changes.next()

    assert change["fullDocument"] == await log.find_one({"_id": 1}) == {"_id": 1, "case": "case-1"}
    client.close()
