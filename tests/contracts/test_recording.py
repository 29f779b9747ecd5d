"""`redress topics record` on a real broker: what stands on the topics, in the order in which it came."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from redress.commands import topics as command
from redress.recording import record_topics
from redress_contracts import read_record, read_recording
from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import KafkaSettings
from shared.contracts.topology import topics
from shared.kernel.lanes import LANES
from tests.examples import evidence, intake
from tests.kit.servers import Servers, start_servers
from tests.kit.wire import Outside


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with start_servers() as started:
        yield started


async def test_every_record_is_written_in_the_order_in_which_it_came(servers: Servers, tmp_path: Path) -> None:
    await create_topics(KafkaSettings(bootstrap=servers.bootstrap), topics(), LANES, 1)
    outside = Outside()
    withdrawn = evidence.a_withdrawn_complaint()
    sent = [outside.tell(withdrawn.model_copy(update={"case_id": f"case-{n}"})) for n in range(6)]
    producer = AIOKafkaProducer(bootstrap_servers=servers.bootstrap)
    await producer.start()
    try:
        for at, record in enumerate(sent, start=1_000):
            await producer.send_and_wait(record.topic, record.value, key=record.key, headers=list(record.headers),
                                         partition=record.partition, timestamp_ms=at)  # fmt: skip
        await producer.send_and_wait("intake.commands", b"\xff", key=b"case-1", headers=[("x", b"\xfe")])
    finally:
        await producer.stop()
    out = tmp_path / "own.jsonl"
    settings = command.settings_at(servers.bootstrap)

    assert await record_topics(settings, (withdrawn.TOPIC, "intake.commands"), out) == 7

    *facts, odd = read_recording(out)
    assert [read_record(one).subject for one in facts] == [f"case-{n}" for n in range(6)]
    assert [(one.topic, one.value, one.partition) for one in facts] == [(r.topic, r.value, r.partition) for r in sent]
    assert (odd.value, odd.headers) == (b"\xff", (("x", b"\xfe"),))


def test_a_topic_that_is_none_of_redress_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"no topic of Redress is called no\.such"):
        command.record("no.such", intake.ORDER, out=tmp_path / "own.jsonl")
    assert not (tmp_path / "own.jsonl").exists()
