"""From a command to another service's view, against one bare Kafka round trip between two durable inserts."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.results import Result, Rounds, percentile
from bench.samples import NOON, file_complaint, filed, record_order
from bench.service import BenchService, open_service
from bench.stand import Stand
from services.evidence.app import DEFINITION as EVIDENCE
from services.evidence.views import evidence_file
from services.intake.app import DEFINITION as INTAKE
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_documents import to_document
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled
from shared.eventing.outcomes import Accepted

TARGET_P50 = 4.0
TARGET_P99 = 10.0
WARM_UP = 20
FACTS = (ComplaintFiled.TOPIC, ComplaintAccepted.TOPIC)
TOLD = sorted({told.TOPIC for told in (*INTAKE.model.tells, *EVIDENCE.model.tells)} - set(FACTS))


async def end_to_end(stand: Stand, *, quick: bool) -> list[Result]:
    """A complaint filed at intake, until evidence's view shows the open round. One case at a time."""
    await stand.topics(*FACTS, *TOLD, "intake.commands")
    await stand.topics("echo", partitions=1)
    intake = await open_service(stand, INTAKE, "e2e_intake", ["intake.commands"])
    evidence = await open_service(stand, EVIDENCE, "e2e_evidence", FACTS)
    database = await stand.database("e2e_bare")
    await asyncio.gather(intake.start(), evidence.start())
    producer = AIOKafkaProducer(bootstrap_servers=stand.bootstrap, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(stand.topic("echo"), bootstrap_servers=stand.bootstrap)
    await producer.start()
    await consumer.start()
    mine: list[float] = []
    theirs: list[float] = []
    cases = (80 if quick else 200) + WARM_UP
    try:
        await asyncio.gather(*(intake.engine.carry_out(record_order(f"e2e-{n}")) for n in range(cases)))
        for n in range(cases):
            one = await _ours(intake, evidence, f"e2e-{n}")
            other = await _bare(stand, database, producer, consumer, n)
            if n >= WARM_UP:
                mine.append(one)
                theirs.append(other)
            await asyncio.sleep(0.007 * (n % 13))  # so that no poll's rhythm is met or missed each time
    finally:
        await asyncio.gather(intake.stop(), evidence.stop(), producer.stop(), consumer.stop())
    note = f"{len(mine)} cases one by one; insert_one, send, receive, insert_one"
    results = []
    for name, share, target in (("p50", 0.5, TARGET_P50), ("p99", 0.99, TARGET_P99)):
        at = Rounds([percentile(mine, share)], [percentile(theirs, share)])
        results.append(at.result(f"end to end, {name}", "ms", target, "lower", note))
    return results


async def _ours(intake: BenchService, evidence: BenchService, case: str) -> float:
    command = file_complaint(case)
    started = time.perf_counter()
    outcome = await intake.engine.carry_out(command)
    if not isinstance(outcome, Accepted):
        raise TypeError(f"the sample complaint was not accepted: {outcome}")
    seen = await evidence.reader.one_at(evidence_file.VIEW, case, 1, 30)
    spent = (time.perf_counter() - started) * 1000
    if seen is None:
        intake.check()
        evidence.check()
        raise TimeoutError(f"{case} did not reach evidence's view in 30 s")
    return spent


async def _bare(
    stand: Stand, database: Database, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, n: int
) -> float:
    commit = filed(f"bare-{n}")._replace(at=NOON)
    here, there = to_document(commit.at_position(2 * n + 1)), to_document(commit.at_position(2 * n + 2))
    value, key = commit.out[0].data.encode(), commit.stream.encode()
    started = time.perf_counter()
    await database["bare"].insert_one(here)
    await producer.send_and_wait(stand.topic("echo"), value, key=key)
    await consumer.getone()
    await database["bare"].insert_one(there)
    return (time.perf_counter() - started) * 1000
