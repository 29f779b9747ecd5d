"""Evidence files and uploads, assembled over MongoDB, an object store or memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr

from shared.adapters.ids import new_id
from shared.adapters.memory_blobs import MemoryBlobs
from shared.adapters.memory_register import MemoryRegister
from shared.adapters.mongo_blobs import MongoBlobs
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_register import MongoRegister
from shared.adapters.object_blobs import open_objects
from shared.adapters.sealed_blobs import SealedBlobs
from shared.adapters.settings import FileSettings
from shared.eventing.blob_desk import BlobDesk, BlobIntent
from shared.eventing.blobs import Blobs
from shared.eventing.file_store import FileStore, StoredFile
from shared.eventing.ports import Clock, Keys
from shared.eventing.registers import Register
from shared.eventing.uploads import Terms, Upload, Uploads


@dataclass(frozen=True, slots=True)
class Registers:
    """What is known about files, uploads and blobs on their way."""

    intents: Register[BlobIntent]
    files: Register[StoredFile]
    uploads: Register[Upload]


@dataclass(frozen=True, slots=True)
class Files:
    """What a service reaches files through."""

    desk: BlobDesk
    store: FileStore
    uploads: Uploads


def open_files(settings: FileSettings, database: Database, clock: Clock, keys: Keys | None) -> Files:
    """Files where the settings say, GridFS unless they do. What is known about them is in MongoDB in any case."""
    return assembled(open_blobs(settings, database), mongo_registers(database), clock, keys, settings)


def open_blobs(settings: FileSettings, database: Database) -> Blobs:
    """The bytes as they lie, sealed or not."""
    return MongoBlobs(database) if settings.url is None else open_objects(settings.url, _options(settings))


def memory_files(clock: Clock, keys: Keys | None = None, settings: FileSettings | None = None) -> Files:
    """Files without a server, for wiring tests."""
    return assembled(MemoryBlobs(), memory_registers(), clock, keys, settings or FileSettings())


def mongo_registers(database: Database) -> Registers:
    """Each in a collection of its own."""
    return Registers(
        intents=MongoRegister(database, "blob_intents", BlobIntent),
        files=MongoRegister(database, "stored_files", StoredFile),
        uploads=MongoRegister(database, "uploads", Upload),
    )


def memory_registers() -> Registers:
    """The same without a server."""
    return Registers(MemoryRegister(BlobIntent), MemoryRegister(StoredFile), MemoryRegister(Upload))


def assembled(blobs: Blobs, registers: Registers, clock: Clock, keys: Keys | None, settings: FileSettings) -> Files:
    """With keys, everything is sealed from now on; what was stored without them stays readable as it is."""
    grace = timedelta(seconds=settings.grace_seconds)
    desk = BlobDesk(
        SealedBlobs(blobs, keys),
        registers.intents,
        clock=clock,
        new_id=new_id,
        sealing=keys is not None,
        grace=grace,
    )
    store = FileStore(desk, registers.files, clock=clock, grace=grace)
    terms = Terms(most_open=settings.open_uploads, lasts=timedelta(seconds=settings.upload_seconds))
    uploads = Uploads(store, desk, registers.uploads, clock=clock, new_id=new_id, terms=terms)
    return Files(desk, store, uploads)


def _options(settings: FileSettings) -> Mapping[str, str]:
    named: Mapping[str, str | SecretStr | None] = {
        "endpoint": settings.endpoint,
        "region": settings.region,
        "access_key_id": settings.access_key_id,
        "secret_access_key": settings.secret_access_key,
    }
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in named.items()
        if value is not None
    }
