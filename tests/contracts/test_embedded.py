"""What the embedded servers promise, asked of them with the drivers that the services use."""

import asyncio
import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from bson import Int64
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorGridFSBucket
from pymongo import MongoClient, ReplaceOne, WriteConcern
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from redress.embedded import EmbeddedServers, EmbeddedUnavailable, servers
from redress.embedded.child import Child

LANES = 12
TOPICS = [f"topic.{n:02}" for n in range(26)]
DURABLE = WriteConcern(w="majority", j=True)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture(scope="module")
async def bootstrap(embedded: EmbeddedServers) -> str:
    await create_topics(embedded.bootstrap, TOPICS)
    return embedded.bootstrap


@pytest.fixture
async def db(embedded: EmbeddedServers, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    client: Any = AsyncIOMotorClient(embedded.mongo_url)
    yield client[re.sub(r"\W", "_", request.node.name)[-60:]]
    client.close()


async def create_topics(bootstrap: str, topics: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    answer = await admin.create_topics([NewTopic(topic, LANES, 1) for topic in topics])
    await admin.close()
    assert {error[1] for error in answer.topic_errors} == {0}


def consumer(bootstrap: str, group: str, member: str, *topics: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        group_id=group,
        group_instance_id=member,
        # noida-db names members after the client, not the instance; the assignor sorts by that name, so without this
        # a leader that returns can deal out the lanes anew and take those of another member, who keeps them as well.
        client_id=member,
        partition_assignment_strategy=(RangePartitionAssignor,),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )


async def send(bootstrap: str, topic: str, values: list[bytes]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all") as producer:
        sent = [await producer.send(topic, value, partition=0) for value in values]
        await asyncio.gather(*sent)


async def read(reader: AIOKafkaConsumer, count: int) -> list[Any]:
    async with asyncio.timeout(10):
        return [await reader.getone() for _ in range(count)]


async def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def nothing_listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) != 0


async def test_an_idempotent_producer_keeps_keys_headers_and_order(bootstrap: str) -> None:
    headers = [("ce_type", b"ruling.issued.v1"), ("ce_sequence", b"3")]
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all") as producer:
        sent = [await producer.send("topic.00", b"%d" % n, key=b"case-1", headers=headers) for n in range(50)]
        await asyncio.gather(*sent)
    async with consumer(bootstrap, "order", "order-1", "topic.00") as reader:
        records = await read(reader, 50)
    assert [record.value for record in records] == [b"%d" % n for n in range(50)]
    assert {(record.key, record.headers) for record in records} == {(b"case-1", tuple(headers))}


async def test_static_members_share_the_lanes_alike_on_all_topics_and_get_them_back(bootstrap: str) -> None:
    one, two = (consumer(bootstrap, "lanes", f"lanes-{n}", *TOPICS) for n in (1, 2))
    await asyncio.gather(one.start(), two.start())
    half = len(TOPICS) * LANES // 2
    await eventually(lambda: (len(one.assignment()), len(two.assignment())) == (half, half))
    before, kept = one.assignment(), two.assignment()
    await one.stop()
    again = consumer(bootstrap, "lanes", "lanes-1", *TOPICS)
    await again.start()
    await asyncio.gather(again.stop(), two.stop())

    assert {lane for _, lane in before} == set(range(6))
    assert {lane for _, lane in kept} == set(range(6, 12))
    assert (again.assignment(), two.assignment()) == (before, kept)


async def test_a_member_that_returns_starts_at_the_committed_offset(bootstrap: str) -> None:
    await send(bootstrap, "topic.02", [b"%d" % n for n in range(10)])
    async with consumer(bootstrap, "offsets", "offsets-1", "topic.02") as reader:
        await read(reader, 7)
        await reader.commit({TopicPartition("topic.02", 0): 4})
    async with consumer(bootstrap, "offsets", "offsets-1", "topic.02") as reader:
        assert [record.value for record in await read(reader, 1)] == [b"4"]


def commit(n: int, first: int, cause: str) -> dict[str, Any]:
    return {"_id": Int64(3 << 44 | n), "lane": 3, "case": "c", "first": first, "cause": {"id": cause}}


async def log_of(db: Any) -> Any:
    log = db.log.with_options(read_concern=ReadConcern("majority"), write_concern=DURABLE)
    await log.create_index([("lane", 1), ("case", 1), ("first", 1)], unique=True)
    await log.create_index([("lane", 1), ("cause.id", 1)], unique=True)
    await log.insert_many([commit(1, 1, "a"), commit(2, 2, "b")], ordered=True)
    return log


@pytest.mark.parametrize(
    ("clash", "keys"),
    [
        (commit(2, 8, "x"), {"_id": 1}),
        (commit(8, 2, "x"), {"lane": 1, "case": 1, "first": 1}),
        (commit(8, 8, "b"), {"lane": 1, "cause.id": 1}),
    ],
)
async def test_an_ordered_insert_stops_at_a_clash_and_names_its_keys(
    db: Any, clash: dict[str, Any], keys: dict[str, int]
) -> None:
    log = await log_of(db)
    with pytest.raises(BulkWriteError) as caught:
        await log.insert_many([commit(3, 3, "c"), clash, commit(9, 9, "z")], ordered=True)

    details = caught.value.details
    assert (details["nInserted"], [(e["index"], e["code"]) for e in details["writeErrors"]]) == (1, [(1, 11000)])
    assert details["writeErrors"][0]["keyPattern"] == keys
    stored = log.find({"_id": {"$gt": 3 << 44 | 1, "$lt": 4 << 44}}).sort("_id", 1)
    assert [doc["cause"]["id"] async for doc in stored] == ["b", "c"]


async def test_a_change_stream_tells_of_an_insert(db: Any) -> None:
    log = await log_of(db)
    async with log.watch([{"$match": {"operationType": "insert"}}]) as changes, asyncio.timeout(5):
        await log.insert_one(commit(3, 3, "c"))
        assert (await changes.next())["fullDocument"]["cause"] == {"id": "c"}


async def test_a_version_guarded_upsert_writes_once_and_refuses_the_stale(db: Any) -> None:
    views = db.views.with_options(write_concern=DURABLE)
    writes = [ReplaceOne({"_id": n, "version": {"$lt": 5}}, {"version": 5}, upsert=True) for n in range(4)]
    assert (await views.bulk_write(writes, ordered=False)).upserted_count == 4

    with pytest.raises(BulkWriteError) as caught:
        await views.bulk_write(writes, ordered=False)
    assert [error["keyPattern"] for error in caught.value.details["writeErrors"]] == [{"_id": 1}] * 4


async def test_a_gridfs_bucket_gives_back_the_bytes(db: Any) -> None:
    photograph = bytes(range(256)) * 4000
    bucket = AsyncIOMotorGridFSBucket(db)
    stored = await bucket.open_download_stream(await bucket.upload_from_stream("photograph", photograph))
    assert await stored.read() == photograph


async def test_logs_offsets_and_documents_outlive_servers_that_an_exception_stopped(tmp_path: Path) -> None:
    with contextlib.suppress(KeyError), EmbeddedServers(tmp_path) as first:
        await create_topics(first.bootstrap, ["kept"])
        await send(first.bootstrap, "kept", [b"one", b"two"])
        async with consumer(first.bootstrap, "kept", "kept-1", "kept") as reader:
            await read(reader, 1)
            await reader.commit({TopicPartition("kept", 0): 1})
        with MongoClient[dict[str, str]](first.mongo_url) as client:
            client.db.things.insert_one({"_id": "kept"})
        raise KeyError
    ports = [int(re.findall(r":(\d+)", where)[-1]) for where in (first.bootstrap, first.mongo_url)]
    assert all(map(nothing_listens, ports))

    with EmbeddedServers(tmp_path, *ports) as second:
        async with consumer(second.bootstrap, "kept", "kept-1", "kept") as reader:
            assert [record.value for record in await read(reader, 1)] == [b"two"]
        with MongoClient[dict[str, str]](second.mongo_url) as client:
            assert client.db.things.find_one() == {"_id": "kept"}


@pytest.mark.parametrize(
    "end",
    [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.skipif(sys.platform != "linux", reason="prctl"))],
)
def test_served_servers_are_announced_and_end_with_the_command(tmp_path: Path, end: signal.Signals) -> None:
    code = f"from pathlib import Path; from redress.embedded import serve; serve(Path({str(tmp_path)!r}))"
    command = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert command.stdout is not None
    lines = [command.stdout.readline() for _ in range(2)]
    assert [line.split("=")[0] for line in lines] == ["export TEST_KAFKA_BOOTSTRAP", "export TEST_MONGO_URL"]
    command.send_signal(end)
    ports = [int(re.findall(r":(\d+)", line)[-1]) for line in lines]
    asyncio.run(eventually(lambda: all(map(nothing_listens, ports))))
    assert command.wait(10) == (0 if end == signal.SIGINT else -end)
    command.stdout.close()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedUnavailable, match=f"Port {port} .* is taken"), EmbeddedServers(tmp_path, port):
            pass


def test_a_missing_wheel_is_named_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "find_spec", lambda _name: None)
    with pytest.raises(EmbeddedUnavailable, match="noida-db is not installed") as caught, EmbeddedServers(tmp_path):
        pass
    assert re.search(r"Python 3\.\d+.*\n.*Docker compose.*TEST_KAFKA_BOOTSTRAP", str(caught.value))


def test_a_server_that_dies_leaves_its_last_words_without_the_harmless_warning(tmp_path: Path) -> None:
    says = 'print("weak version `GLIBC_2.39\' not found\\nthe disk is full"); raise SystemExit(3)'
    child = Child.start("kafka", [sys.executable, "-c", says], tmp_path)
    with pytest.raises(EmbeddedUnavailable, match=r"exit code 3(.|\n)*the disk is full") as caught:
        child.wait_until(lambda: False, deadline_s=10)
    assert "GLIBC" not in str(caught.value)
