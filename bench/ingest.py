"""Ingest: facts from Kafka through evidence into its log and out to Kafka, against a bare loop of the same bytes."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from bench.results import Result, alternate
from bench.samples import evidence_case, filed
from bench.service import BenchService, open_service
from bench.stand import Document, Stand
from services.evidence.app import DEFINITION
from shared.adapters.kafka_client import make_producer
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_documents import from_document
from shared.adapters.wire import headers_of
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled
from shared.eventing.commits import Commit

Sent: TypeAlias = tuple[str, bytes, bytes, int, Sequence[tuple[str, bytes]]]
"""Topic, value, key, partition and headers of a record."""

TARGET = 0.5
IN = (ComplaintFiled.TOPIC, ComplaintAccepted.TOPIC)
OUT = tuple(sorted({told.TOPIC for told in DEFINITION.model.tells}))


async def ingest(stand: Stand, *, quick: bool) -> list[Result]:
    cases = 1000 if quick else 3000
    facts, told = await filled(stand, cases)
    stored: list[Document] = []

    async def ours(n: int) -> float:
        service = await open_service(stand, DEFINITION, f"ingest_{n}", IN, relay_only=True)
        async with taking_in(service, facts, told) as spent:
            if not n:
                stored.extend(await service.ports.database["log"].find({}, sort=[("_id", 1)]).to_list(None))
        return facts / spent

    async def theirs(n: int) -> float:
        database, log = await stand.log(f"ingest_bare_{n}")
        await log.stop()
        return facts / await _bare(stand, database, [from_document(d) for d in stored], list(stored), n)

    measured = await alternate(3 if quick else 5, ours, theirs)
    note = f"{facts} facts in, {told} out: getmany, insert_many, send, commit with the same bytes"
    return [measured.result("ingest", "facts/s", TARGET, "higher", note)]


async def filled(stand: Stand, cases: int) -> tuple[int, int]:
    """Lay out the topics and fill them with so many complaints; answers the facts that are in, and that come out."""
    await stand.topics(*IN, *OUT)
    await fill(stand, cases)
    return 2 * cases, cases * sum(len(commit.out) for commit in evidence_case("case", 1))


@asynccontextmanager
async def taking_in(service: BenchService, facts: int, told: int) -> AsyncIterator[float]:
    """Run a service until all facts are in and all it tells is out; gives the seconds since it had its lanes."""
    await service.start()
    try:
        async with asyncio.timeout(120):
            while not (_heard(service) == facts and service.counted("relayed") == told):
                service.check()
                await asyncio.sleep(0.005)
        yield time.perf_counter() - service.assigned_at
    finally:
        await service.stop()


def _heard(service: BenchService) -> float:
    return sum(service.counted("facts_heard", source="intake", verdict=verdict) for verdict in ("applied", "held"))


async def fill(stand: Stand, cases: int) -> None:
    """Intake's facts about new complaints, as its relay sends them."""
    producer = make_producer(stand.settings("fill"), "fill")
    await producer.start()
    try:
        commits = [filed(f"case-{case}") for case in range(cases)]
        sent = [
            await producer.send(
                stand.topic(out.topic),
                out.data.encode(),
                key=commit.stream.encode(),
                partition=commit.lane,
                headers=headers_of(commit, out, "intake"),
            )
            for commit in commits
            for out in commit.out
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


class _Assigned(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes when the consumer got its partitions."""

    def __init__(self) -> None:
        self.at = 0.0

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        if assigned:
            self.at = time.perf_counter()

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        pass


async def _bare(stand: Stand, database: Database, commits: list[Commit], documents: list[Document], n: int) -> float:
    """The seconds that getmany, insert_many, send and commit take, with everything to be written ready in lists."""
    producer, consumer = make_producer(stand.settings("bare"), "bare"), bare_consumer(stand, f"bare-{n}")
    assigned = _Assigned()
    consumer.subscribe([stand.topic(topic) for topic in IN], listener=assigned)
    await producer.start()
    await consumer.start()
    try:
        await bare_loop(consumer, producer, database["log"], documents, told_by(stand, commits))
        return time.perf_counter() - assigned.at
    finally:
        await consumer.stop()
        await producer.stop()


def told_by(stand: Stand, commits: Sequence[Commit]) -> Sequence[Sequence[Sent]]:
    """What each commit tells, ready to be sent."""
    return [
        [
            (stand.topic(o.topic), o.data.encode(), c.stream.encode(), c.lane, headers_of(c, o, "evidence"))
            for o in c.out
        ]
        for c in commits
    ]


def bare_consumer(stand: Stand, group: str) -> AIOKafkaConsumer:
    """A consumer with the settings of ours, not started, and of no topic yet."""
    return AIOKafkaConsumer(
        bootstrap_servers=stand.bootstrap,
        group_id=f"{stand.prefix}.{group}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        partition_assignment_strategy=[RangePartitionAssignor],
        max_partition_fetch_bytes=2 * 1024 * 1024,
    )


async def bare_loop(
    consumer: AIOKafkaConsumer,
    producer: AIOKafkaProducer,
    log: Any,
    documents: Sequence[Document],
    out: Sequence[Sequence[Sent]],
) -> None:
    """For each record that comes, store a document and send what it tells, until all are stored."""
    done = 0
    while done < len(documents):
        batches = await consumer.getmany(timeout_ms=50, max_records=1000)
        count = sum(map(len, batches.values()))
        if not count:
            continue
        await log.insert_many(documents[done : done + count], ordered=True)
        sent = [
            await producer.send(topic, value, key=key, partition=lane, headers=headers)
            for told in out[done : done + count]
            for topic, value, key, lane, headers in told
        ]
        await asyncio.gather(*sent)
        await consumer.commit()
        done += count
