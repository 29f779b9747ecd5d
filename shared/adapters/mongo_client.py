"""The one place that opens MongoDB. motor is named in this folder only (ADR 0006)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.adapters.backoff import backoff
from shared.adapters.failures import Misconfigured, Unreachable
from shared.adapters.mongo_documents import CODEC
from shared.eventing.ports import StoreUnavailableError

Database: TypeAlias = "AsyncIOMotorDatabase[dict[str, Any]]"

DURABLE = WriteConcern("majority", j=True, wtimeout=15_000)
MAJORITY = ReadConcern("majority")

TRANSIENT = (AutoReconnect, ConnectionFailure, NetworkTimeout, WTimeoutError, ExecutionTimeout)
"""Failures that say nothing about the request: it may be tried again, or its fate looked up."""

_TRANSIENT_CODES = frozenset({6, 7, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
_CREDENTIAL_CODES = frozenset({13, 18})


def is_transient(error: PyMongoError) -> bool:
    """Whether an error is of the server's or network's moment, by class or by server code (retryable writes spec)."""
    if isinstance(error, BulkWriteError):
        details = error.details or {}
        codes = {problem.get("code") for problem in details.get("writeErrors", ())}
        return bool(details.get("writeConcernErrors")) or bool(codes & _TRANSIENT_CODES)
    return isinstance(error, TRANSIENT) or (isinstance(error, OperationFailure) and error.code in _TRANSIENT_CODES)


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreUnavailableError for transient driver errors; others pass."""
    try:
        yield
    except PyMongoError as error:
        if is_transient(error):
            raise StoreUnavailableError(f"MongoDB: {error}") from error
        raise


AWAY = "MongoDB went away while the service started, and did not come back in time"


async def at_start(work: Callable[[], Awaitable[object]], otherwise: str = AWAY, *, seconds: float = 10.0) -> None:
    """Do idempotent work of a start, again after each transient failure for so long; then raise Unreachable.

    A server that fails over in the midst of a start is no reason to end: those that run go on through it too.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    for pause in backoff():
        try:
            await work()
        except PyMongoError as error:
            if not is_transient(error):
                raise
            if loop.time() + pause >= deadline:
                raise Unreachable(otherwise) from error
        else:
            return
        await asyncio.sleep(pause)


async def open_database(url: str, name: str, *, timeout: float = 10.0) -> Database:
    """Connect and prove it; raises Unreachable or Misconfigured with one clear line."""
    try:
        client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
            url,
            tz_aware=True,
            serverSelectionTimeoutMS=int(timeout * 1000),
            connectTimeoutMS=int(timeout * 1000),
            socketTimeoutMS=30_000,
            retryWrites=False,
            appname="redress",
            io_loop=asyncio.get_running_loop(),
        )
        try:
            await _prove(client, url, name, timeout)
        except BaseException:
            client.close()
            raise
    except ConfigurationError as error:
        raise Misconfigured(f"REDRESS_MONGO__URL is not usable: {error}") from error
    return client.get_database(name, codec_options=CODEC, write_concern=DURABLE, read_concern=MAJORITY)


async def _prove(client: "AsyncIOMotorClient[dict[str, Any]]", url: str, name: str, timeout: float) -> None:
    host = url.rpartition("@")[2].partition("?")[0]

    async def answers() -> None:
        await client.admin.command("ping")
        await client[name].command("dbStats")

    absent = f"MongoDB cannot be reached at {host}: is it running, and is REDRESS_MONGO__URL right?"
    try:
        await at_start(answers, absent, seconds=timeout)
    except OperationFailure as error:
        if error.code in _CREDENTIAL_CODES:
            raise Misconfigured(
                f"MongoDB refused the credentials for database {name}: check REDRESS_MONGO__URL"
            ) from error
        raise Unreachable(f"MongoDB answered with an error: {error}") from error
