"""What every store of evidence files promises: content-addressed, stored once, read back byte for byte."""

import asyncio
from hashlib import sha256

import pytest

from shared.adapters.memory_files import MemoryFiles
from shared.adapters.mongo_files import MongoFiles
from shared.eventing.ports import FileStore
from shared.kernel.items import FileRef
from tests.kit.stores import Fresh

PHOTO = bytes(range(256)) * 2000
DIGEST = sha256(PHOTO).hexdigest()
REFERENCE = FileRef(sha256=DIGEST, size=len(PHOTO), media_type="image/jpeg")


@pytest.fixture(params=["memory", "mongo"])
async def files(request: pytest.FixtureRequest, fresh_database: Fresh) -> FileStore:
    if request.param == "memory":
        return MemoryFiles()
    return MongoFiles(await fresh_database())


async def test_a_file_is_read_back_byte_for_byte(files: FileStore) -> None:
    assert await files.put(PHOTO, "image/jpeg") == REFERENCE
    assert await files.describe(DIGEST) == REFERENCE
    assert await files.read(DIGEST) == PHOTO


async def test_the_same_bytes_again_are_the_same_file(files: FileStore) -> None:
    """INVARIANT: what a file is was settled when it was first stored; a second upload cannot rename its kind."""
    await files.put(PHOTO, "image/jpeg")

    assert await files.put(PHOTO, "text/plain") == REFERENCE
    assert await files.describe(DIGEST) == REFERENCE


async def test_the_same_bytes_at_once_are_one_file(files: FileStore) -> None:
    references = await asyncio.gather(*(files.put(PHOTO, "image/jpeg") for _ in range(4)))

    assert references == [REFERENCE] * 4
    assert await files.read(DIGEST) == PHOTO


async def test_a_hash_that_nothing_has_describes_nothing_and_cannot_be_read(files: FileStore) -> None:
    assert await files.describe("0" * 64) is None
    with pytest.raises(LookupError, match="0000"):
        await files.read("0" * 64)


async def test_an_empty_file_is_no_file_and_is_not_stored(files: FileStore) -> None:
    with pytest.raises(ValueError, match="size"):
        await files.put(b"", "text/plain")

    assert await files.describe(sha256(b"").hexdigest()) is None
