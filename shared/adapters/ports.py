"""The adapters of one process, opened together: real ones by default, doubles in wiring tests."""

from dataclasses import dataclass, field
from typing import Any

from shared.adapters.clock import SystemClock
from shared.adapters.file_ports import Files, memory_files, open_files
from shared.adapters.kafka_client import Kafka
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.memory_park import MemoryPark
from shared.adapters.memory_reads import MemoryReads
from shared.adapters.memory_views import MemoryCursors, MemoryPointers, MemoryViewStore
from shared.adapters.mongo_archive import refuse_half_recovered
from shared.adapters.mongo_client import Database, at_start, open_database
from shared.adapters.mongo_keys import open_keys
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_park import MongoPark
from shared.adapters.mongo_pointers import MongoPointers
from shared.adapters.mongo_reads import MongoReads
from shared.adapters.mongo_views import MongoCursors, MongoViewStore
from shared.adapters.sealed_park import SealedPark
from shared.adapters.settings import FileSettings, Settings
from shared.eventing.parking import Park
from shared.eventing.pointers import Pointers
from shared.eventing.ports import Clock, Cursors, EventLog, Keys, Telemetry, ViewStore
from shared.eventing.reads import Reads


@dataclass(frozen=True, slots=True)
class Ports:
    """What a service reaches the outside through."""

    log: EventLog
    store: ViewStore
    cursors: Cursors
    pointers: Pointers
    park: Park
    files: Files
    reads: Reads
    keys: Keys | None = None
    """The keys of people; without them nothing is sealed."""
    clock: Clock = field(default_factory=SystemClock)
    kafka: Kafka = field(default_factory=Kafka)
    database: Any = None

    async def close(self) -> None:
        """Finish writes in flight and let go of the server."""
        await self.log.stop()
        if self.database is not None:
            self.database.client.close()


async def open_ports(settings: Settings, service: str, telemetry: Telemetry | None = None) -> Ports:
    """Connect to MongoDB and lay out what is missing; raises StartFailure with one clear line."""
    database = await open_database(
        settings.mongo.url.get_secret_value(), settings.mongo.database or f"redress_{service}"
    )
    try:
        return await _opened(database, settings, service, telemetry)
    except BaseException:
        database.client.close()
        raise


async def _opened(database: Database, settings: Settings, service: str, telemetry: Telemetry | None) -> Ports:
    await at_start(lambda: refuse_half_recovered(database))
    park = MongoPark(database)
    await park.start()
    reads = MongoReads(database)
    await reads.start()
    clock = SystemClock()
    keys = open_keys(settings.keys, database.client)
    if keys:
        await keys.start()
    log = MongoEventLog(database, lanes=settings.lanes, telemetry=telemetry)
    await log.start()  # last, for it goes on listening
    return Ports(
        log=log,
        store=MongoViewStore(database),
        cursors=MongoCursors(database),
        pointers=MongoPointers(database),
        park=SealedPark(park, keys, service) if keys else park,
        reads=reads,
        files=open_files(settings.files, database, clock, keys=keys),
        keys=keys,
        clock=clock,
        database=database,
    )


def memory_ports(
    lanes: int,
    clock: Clock | None = None,
    kafka: Kafka | None = None,
    keys: Keys | None = None,
    files: FileSettings | None = None,
) -> Ports:
    """Ports without servers, for wiring tests."""
    clock = clock or SystemClock()
    return Ports(
        log=MemoryEventLog(lanes=lanes),
        store=MemoryViewStore(),
        cursors=MemoryCursors(),
        pointers=MemoryPointers(),
        park=MemoryPark(),
        reads=MemoryReads(),
        files=memory_files(clock, keys, files),
        keys=keys,
        clock=clock,
        kafka=kafka or Kafka(),
    )
