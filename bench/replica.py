"""One of the processes that share the work of `bench.replicas`.

`python -m bench.replica KAFKA MONGO PREFIX KIND NAME NUMBER OF SIZE` says `ready` once its lanes are its own, begins at
a line on standard input, says what it did and what it cost, and leaves at the next line.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeAlias

from aiokafka import ConsumerRecord, TopicPartition

from bench.ingest import IN, bare_consumer, bare_loop, told_by
from bench.photographs import as_phones_make_them, decoded
from bench.samples import evidence_case
from bench.service import BenchService, Tallied
from bench.stand import Stand, quiet
from services.evidence.adapters.screening.screener import Screener
from services.evidence.app import DEFINITION
from shared.adapters.kafka_client import make_producer
from shared.adapters.mongo_documents import from_document
from shared.adapters.perseverance import persevere
from shared.adapters.ports import open_ports
from shared.adapters.process import calm_collector
from shared.adapters.settings import WorkerSettings
from shared.kernel.lanes import LANES, lane_of

COMMANDS: Final = "evidence.commands"
SOURCE: Final = "replicas_ingest_0_1"
"""The database from which the bare loop of ingest has what it writes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which of how many processes this is, over which database, and how much there is for all of them."""

    stand: Stand
    name: str
    number: int
    of: int
    size: int


Share: TypeAlias = Callable[[], Awaitable[int]]
"""Does one process's share; answers how many that were."""
Kind: TypeAlias = Callable[[Place], AbstractAsyncContextManager[Share]]


@asynccontextmanager
async def _ingest(place: Place) -> AsyncIterator[Share]:
    """Facts from Kafka into the log, and what they lead to out to Kafka."""
    service = await _service(place, IN, relay_only=True)
    going = asyncio.Event()
    subscriber: Any = service.consumer.subscriber
    fetch = subscriber.get_msg

    async def once_going(consumer: Any) -> tuple[ConsumerRecord, ...]:
        await going.wait()
        records: tuple[ConsumerRecord, ...] = await fetch(consumer)
        return records

    subscriber.get_msg = once_going
    told = sum(len(commit.out) for commit in evidence_case("case", 1))

    async def share() -> int:
        going.set()
        mine = sum(lane_of(f"case-{n}") in service.lanes for n in range(place.size))
        await _counted(service, 2 * mine, "facts_heard", source="intake", verdict=("applied", "held"))
        await _counted(service, told * mine, "relayed")
        return 2 * mine

    async with _running(service, place):
        yield share


@asynccontextmanager
async def _bare_ingest(place: Place) -> AsyncIterator[Share]:
    """The same bytes by getmany, insert_many, send and commit."""
    stand, lanes = place.stand, range(place.number, LANES, place.of)
    source, database = await stand.database(SOURCE), await stand.database(place.name)
    documents = await source["log"].find({"lane": {"$in": list(lanes)}}, sort=[("_id", 1)]).to_list(None)
    told = told_by(stand, [from_document(one) for one in documents])
    producer, consumer = make_producer(stand.settings(place.name), place.name), bare_consumer(stand, place.name)
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(stand.topic(topic), lane) for topic in IN for lane in lanes])

    async def share() -> int:
        await bare_loop(consumer, producer, database["log"], documents, told)
        return len(documents)

    try:
        yield share
    finally:
        await consumer.stop()
        await producer.stop()


@asynccontextmanager
async def _screen(place: Place) -> AsyncIterator[Share]:
    """Submitted photographs, looked at by one worker of each process."""
    service = await _service(place, [COMMANDS], relay_only=False)
    screening = DEFINITION.tasks(service)["screening"]

    async def share() -> int:
        mine = sum(lane_of(case) in service.lanes for case in screened_cases(place.size))
        service.supervisor.spawn(persevere(screening, "screening", service.metrics), "screening")
        await _counted(service, mine, "files_screened", outcome="measured")
        return mine

    async with _running(service, place):
        await Screener(service.workers).screen(as_phones_make_them(1)[0], "image/jpeg")  # the worker has started
        while not await _views_show_all(service):  # noqa: ASYNC110  # a probe
            await asyncio.sleep(0.05)
        yield share


@asynccontextmanager
async def _bare_screen(place: Place) -> AsyncIterator[Share]:
    """As many photographs, hashed and decoded by the bare library."""
    files = photographs_of(place.size)[place.number :: place.of]

    async def share() -> int:
        for content in files:
            sha256(content).digest()
            decoded(content)
        return len(files)

    yield share


KINDS: Final[Mapping[str, Kind]] = {
    "ingest": _ingest,
    "bare-ingest": _bare_ingest,
    "screen": _screen,
    "bare-screen": _bare_screen,
}


def screened_cases(size: int) -> list[str]:
    """Cases with one photograph each, as many in every lane."""
    cases: list[list[str]] = [[] for _ in range(LANES)]
    number = 0
    while any(len(lane) < size // LANES for lane in cases):
        case = f"screened-{number}"
        if len(cases[lane_of(case)]) < size // LANES:
            cases[lane_of(case)].append(case)
        number += 1
    return [case for lane in cases for case in lane]


def photographs_of(size: int) -> list[bytes]:
    """So many photographs; after a dozen they come again."""
    few = as_phones_make_them(min(size, 12))
    return [few[number % len(few)] for number in range(size)]


async def _service(place: Place, topics: Collection[str], *, relay_only: bool) -> BenchService:
    settings = place.stand.settings(place.name).model_copy(
        update={"instance": f"{place.stand.prefix}-{place.name}-{place.number}", "workers": WorkerSettings(size=1)}
    )
    metrics = Tallied(DEFINITION.model.service)
    ports = await open_ports(settings, DEFINITION.model.service, metrics)
    return BenchService(
        DEFINITION, settings, ports, place.stand, topics, relay_only=relay_only, metrics=metrics, group=place.name
    )


@asynccontextmanager
async def _running(service: BenchService, place: Place) -> AsyncIterator[None]:
    await service.start()
    try:
        while len(service.lanes) != LANES // place.of:
            service.check()
            await asyncio.sleep(0.05)
        yield
    finally:
        await service.stop()


async def _views_show_all(service: BenchService) -> bool:
    for lane, (_, projector) in list(service.readers.items()):
        head = await service.ports.log.head(lane)
        if projector is None or any(at < head for at in projector.positions.values()) or not projector.positions:
            return False
    return True


async def _counted(service: BenchService, wanted: int, name: str, verdict: Collection[str] = (), **labels: str) -> None:
    """Return once a counter has come to what is wanted."""
    kinds = [{**labels, "verdict": one} for one in verdict] or [labels]
    while sum(service.counted(name, **kind) for kind in kinds) < wanted:
        service.check()
        await asyncio.sleep(0.005)


async def _main(place: Place, kind: str) -> None:
    async with KINDS[kind](place) as share:
        calm_collector()
        print("ready", flush=True)  # the process that started this one reads it
        await asyncio.to_thread(sys.stdin.readline)
        begun = time.process_time()
        done = await share()
        print(json.dumps({"done": done, "cpu": time.process_time() - begun}), flush=True)
        # Whoever left now would make the others share anew.
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    bootstrap, mongo, prefix, wanted, called, which, among, much = sys.argv[1:]
    with quiet():
        asyncio.run(_main(Place(Stand(bootstrap, mongo, prefix), called, int(which), int(among), int(much)), wanted))
