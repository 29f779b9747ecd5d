"""Where measurements happen: databases and topics of this run's own, gone when it ends."""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid1

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import SecretStr

from shared.adapters.kafka_client import create_topics
from shared.adapters.kafka_security import client_options
from shared.adapters.mongo_client import Database, open_database
from shared.adapters.mongo_documents import to_document
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.settings import KafkaSettings, MongoSettings, Settings
from shared.eventing.commits import Commit
from shared.kernel.lanes import LANES

Document = dict[str, Any]


@dataclass
class Stand:
    """The servers, and names that nobody else uses."""

    bootstrap: str
    mongo_url: str
    prefix: str
    _opened: list[Database] = field(default_factory=list)
    _databases: set[str] = field(default_factory=set)
    _topics: list[str] = field(default_factory=list)

    async def database(self, name: str) -> Database:
        opened = await open_database(self.mongo_url, f"{self.prefix}_{name}".replace(".", "_"))
        self._opened.append(opened)
        self._databases.add(opened.name)
        return opened

    async def log(self, name: str) -> tuple[Database, MongoEventLog]:
        """An empty event log in a database of its own; whoever asks stops it."""
        database = await self.database(name)
        log = MongoEventLog(database, lanes=LANES)
        await log.start()
        return database, log

    async def topics(self, *names: str, partitions: int = LANES) -> None:
        """Create topics, under this run's prefix."""
        wanted = [self.topic(name) for name in names]
        await create_topics(KafkaSettings(bootstrap=self.bootstrap), {name: {} for name in wanted}, partitions, 1)
        self._topics += wanted

    def topic(self, name: str) -> str:
        return f"{self.prefix}.{name}"

    def settings(self, database: str) -> Settings:
        return Settings(
            kafka=KafkaSettings(bootstrap=self.bootstrap),
            mongo=MongoSettings(url=SecretStr(self.mongo_url), database=f"{self.prefix}_{database}"),
            instance=f"{self.prefix}-{database}",
        )

    def clean_up(self, database: Database) -> None:
        """Drop a database that something else opened when the run ends."""
        self._databases.add(database.name)

    async def close(self) -> None:
        for database in self._opened:
            database.client.close()
        # Without a time limit: to drop a log of a million cases took our stack's server more than half a minute.
        client: Any = AsyncIOMotorClient(self.mongo_url)
        for name in sorted(self._databases):
            await client.drop_database(name)
        client.close()
        if self._topics:
            admin = AIOKafkaAdminClient(**client_options(KafkaSettings(bootstrap=self.bootstrap)))
            await admin.start()
            try:
                await admin.delete_topics(self._topics)
            finally:
                await admin.close()


@asynccontextmanager
async def stand(bootstrap: str, mongo_url: str) -> AsyncIterator[Stand]:
    opened = Stand(bootstrap, mongo_url, f"bench-{uuid1().hex[:12]}")
    try:
        yield opened
    finally:
        await opened.close()


async def store(database: Database, commits: Iterable[Commit], *, page: int = 2000) -> None:
    """Put numbered commits into a log past its writer, to have one of some size before measuring begins."""
    log = database.get_collection("log", write_concern=database.write_concern)
    documents: list[Document] = []
    for commit in commits:
        documents.append(to_document(commit))
        if len(documents) == page:
            await log.insert_many(documents, ordered=False)
            documents = []
    if documents:
        await log.insert_many(documents, ordered=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the log lines of the services and clients that are measured: they are not what is asked for."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), cache_logger_on_first_use=False
    )
    noisy = [logging.getLogger(name) for name in ("aiokafka", "pymongo", "faststream", "opentelemetry")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        structlog.configure(**before)
        for logger, level in zip(noisy, levels, strict=True):
            logger.setLevel(level)
