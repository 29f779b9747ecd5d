"""A consumer in Go, with a client of its own, follows one case across topics by the rule of docs/contracts.md alone."""

import asyncio
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from aiokafka import AIOKafkaProducer

import redress_contracts
from redress.recording import record_topics
from redress_contracts import Received, Record, read_recording, topics_of
from redress_contracts.replaying import Recording
from shared.adapters.kafka_client import create_topics
from shared.adapters.settings import KafkaSettings, Settings
from shared.contracts.topology import SERVICES, topics
from shared.kernel.lanes import LANES, lane_of
from tests.architecture.tree import ROOT
from tests.kit.servers import start_servers
from tests.tools.conftest import tool

CONSUMER = ROOT / "docs" / "consumers" / "go"
DEMO = Path(redress_contracts.__file__).parent / "recordings" / "demo.jsonl"
LONGEST = 60

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled consumer; its modules come from the proxy the first time, checked against go.sum."""
    built = tmp_path_factory.mktemp("go") / "follow"
    ran = subprocess.run(
        [tool("go"), "build", "-mod=readonly", "-o", built, "."], cwd=CONSUMER, capture_output=True, text=True,
        check=False, timeout=500,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return built


@contextmanager
def _kafka() -> Iterator[str]:
    """The Kafka that the environment names, which should be fresh, or an embedded one."""
    if given := os.environ.get("TEST_KAFKA_BOOTSTRAP"):
        yield given
        return
    with start_servers() as servers:
        yield servers.bootstrap


async def test_it_follows_a_case_whatever_kafka_delivers(program: Path, tmp_path: Path) -> None:
    recording = Recording.of(read_recording(DEMO))
    case, followed = _the_longest_case(recording)

    with _kafka() as bootstrap:
        settings = Settings(kafka=KafkaSettings(bootstrap=bootstrap))
        await create_topics(settings.kafka, topics(), LANES, 1)
        put = _as_kafka_may(recording)
        await _put(bootstrap, put)
        ran = await asyncio.to_thread(_follow, program, bootstrap, case)
        await record_topics(settings, sorted({one.topic for one in put}), tmp_path / "recorded.jsonl")

    assert ran.returncode == 0, ran.stderr
    for source in SERVICES:
        printed = [line for line in ran.stdout.splitlines() if line.startswith(source)]
        assert printed == [_line(one) for one in followed if one.source == source], ran.stdout
    assert len(ran.stdout.splitlines()) == len(followed)
    assert _by_lane(read_recording(tmp_path / "recorded.jsonl")) == _by_lane(put), "recorded as it was put"


def test_it_is_short_enough_to_read_at_once_and_the_docs_show_its_output() -> None:
    page = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")

    assert len((CONSUMER / "main.go").read_text(encoding="utf-8").splitlines()) <= LONGEST
    _, followed = _the_longest_case(Recording.of(read_recording(DEMO)))
    for one in followed:
        assert _line(one) in page


def _follow(program: Path, bootstrap: str, case: str) -> subprocess.CompletedProcess[str]:
    words: list[str | Path] = [program, bootstrap, case, *topics_of(*SERVICES)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=100)


def _the_longest_case(recording: Recording) -> tuple[str, Sequence[Received]]:
    cases: dict[str, list[Received]] = {}
    for (subject, _), line in recording.lines().items():
        cases.setdefault(subject, []).extend(line)
    return max(cases.items(), key=lambda found: len(found[1]))


def _line(one: Received) -> str:
    assert one.fact is not None
    at = one.fact.model_dump(mode="json")["at"]
    return f"{one.source:<9} {one.seq:>2}  {at}  {one.record.topic}"


def _as_kafka_may(recording: Recording) -> list[Record]:
    """Topics one after the other in no order of theirs, so that numbers come early; and everything twice."""
    chosen = Random(6)
    names = sorted({record.topic for record in recording.records})
    chosen.shuffle(names)
    return [record for name in names for record in recording.records if record.topic == name for _ in range(2)]


def _by_lane(records: Iterable[Record]) -> Mapping[tuple[str, int], Sequence[object]]:
    """What each partition holds, in order; where it stood when it was recorded first is of no interest."""
    found: dict[tuple[str, int], list[object]] = {}
    for one in records:
        found.setdefault((one.topic, lane_of((one.key or b"").decode(), LANES)), []).append(
            (one.key, one.value, one.headers)
        )
    return found


async def _put(bootstrap: str, records: Sequence[Record]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for record in records:
            lane = lane_of((record.key or b"").decode(), LANES)
            await producer.send_and_wait(record.topic, record.value, key=record.key, headers=list(record.headers),
                                         partition=lane)  # fmt: skip
    finally:
        await producer.stop()
