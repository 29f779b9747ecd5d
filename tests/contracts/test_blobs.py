"""What every store of blobs promises, sealed or not: whole or not at all, read in any part, a piece at a time."""

import os
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid1

import pytest

from shared.adapters.failures import Misconfigured
from shared.adapters.memory_blobs import MemoryBlobs
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.mongo_blobs import CHUNK, MongoBlobs
from shared.adapters.object_blobs import open_objects
from shared.adapters.sealed_blobs import SealedBlobs
from shared.eventing.blobs import Blob, Blobs, FileDamagedError, even, joined, one_piece
from shared.eventing.ports import KeysMissingError, PersonErasedError, StoreUnavailableError
from tests.kit.stores import Fresh

Make = Callable[[], Awaitable[Blobs]]
LIN = "lin"
CONTENT = bytes(range(256)) * 6000
"""1.5 MB: several chunks of every store."""
SIZES = (0, 1, 65_535, 65_536, 65_537, 131_072, CHUNK, CHUNK * 4, len(CONTENT))
PARTS = (
    (0, 1),
    (0, 65_536),
    (65_535, 65_537),
    (100, 100),
    (CHUNK - 1, CHUNK + 1),
    (700_000, 900_000),
    (1_535_999, None),
)


S3 = os.environ.get("TEST_S3_ENDPOINT")
"""An S3 server with a bucket `blobs`, which lets in whoever has the key `test`; CI has none."""


@pytest.fixture(params=["memory", "gridfs", "object memory", "object folder", *(["s3"] if S3 else [])])
async def inner(request: pytest.FixtureRequest, fresh_database: Fresh, tmp_path: Path) -> Blobs:
    match request.param:
        case "gridfs":
            return MongoBlobs(await fresh_database())
        case "s3":
            keys = {"access_key_id": "test", "secret_access_key": "test", "region": "us-east-1"}
            return open_objects(f"s3://blobs/{uuid1().hex}", {"endpoint": S3 or "", **keys})
        case "object memory":
            return open_objects("memory:///", {})
        case "object folder":
            return open_objects(f"file://{tmp_path}/blobs", {})
        case _:
            return MemoryBlobs()


@pytest.fixture(params=["plain", "sealed"])
def sealed(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "sealed")


@pytest.fixture
def blobs(inner: Blobs) -> Blobs:
    return SealedBlobs(inner, MemoryKeys())


async def pieces(content: bytes, size: int = 40_000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def test_a_blob_of_any_size_is_read_back_byte_for_byte(blobs: Blobs, sealed: bool) -> None:
    for size in SIZES:
        blob = Blob(f"b{size}", LIN, sealed)

        assert await blobs.write(blob, pieces(CONTENT[:size])) == size
        assert await blobs.size(blob) == size
        assert await joined(blobs.read(blob)) == CONTENT[:size]


async def test_any_part_is_read_alone(blobs: Blobs, sealed: bool) -> None:
    blob = Blob("b", LIN, sealed)
    await blobs.write(blob, pieces(CONTENT))

    for start, stop in PARTS:
        assert await joined(blobs.read(blob, start, stop)) == CONTENT[start:stop], (start, stop)
    assert await joined(blobs.read(blob, len(CONTENT) + 5)) == b""


async def test_a_stream_that_breaks_off_leaves_no_blob(blobs: Blobs, sealed: bool) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionResetError("the line broke")

    blob = Blob("b", LIN, sealed)
    with pytest.raises(ConnectionResetError):
        await blobs.write(blob, breaking())
    assert await blobs.size(blob) is None
    with pytest.raises(LookupError, match="b"):
        await joined(blobs.read(blob))
    await blobs.delete(blob)

    await blobs.write(blob, one_piece(b"whole"))
    assert await joined(blobs.read(blob)) == b"whole"


async def test_a_blob_is_written_once(blobs: Blobs, sealed: bool) -> None:
    blob = Blob("b", LIN, sealed)
    await blobs.write(blob, one_piece(b"first"))

    with pytest.raises(ValueError, match="already"):
        await blobs.write(blob, one_piece(b"second"))
    assert await joined(blobs.read(blob)) == b"first"


async def test_a_deleted_blob_is_gone_and_deleting_again_changes_nothing(blobs: Blobs, sealed: bool) -> None:
    blob = Blob("b", LIN, sealed)
    await blobs.write(blob, one_piece(CONTENT))
    await blobs.delete(blob)
    await blobs.delete(blob)

    assert await blobs.size(blob) is None
    with pytest.raises(LookupError):
        await joined(blobs.read(blob))


async def test_a_long_blob_is_never_whole_in_memory(fresh_database: Fresh, tmp_path: Path) -> None:
    """INVARIANT: writing and reading hold a few pieces, whatever the blob's size.

    Broken by a store that gathers the stream before it sends any of it, as the driver's GridFS writer does.
    """

    async def long() -> AsyncIterator[bytes]:
        for number in range(400):
            yield number.to_bytes(2) * 50_000

    for inner in (MongoBlobs(await fresh_database()), open_objects(f"file://{tmp_path}/blobs", {})):
        blobs = SealedBlobs(inner, MemoryKeys())
        blob = Blob("long", LIN, sealed=True)
        tracemalloc.start()
        size = await blobs.write(blob, long())
        read = 0
        async for piece in blobs.read(blob):
            read += len(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert size == read == 40_000_000
        assert peak < 16_000_000, f"{type(inner).__name__}: {peak:,} bytes at the peak"


async def test_what_is_sealed_cannot_be_read_below(inner: Blobs) -> None:
    blobs, blob = SealedBlobs(inner, MemoryKeys()), Blob("b", LIN, sealed=True)
    await blobs.write(blob, one_piece(b"lives in Longquan" * 10_000))

    stored = await joined(inner.read(blob))
    assert b"Longquan" not in stored
    assert len(stored) > 170_000


async def test_the_same_bytes_are_sealed_differently_each_time(inner: Blobs) -> None:
    blobs = SealedBlobs(inner, MemoryKeys())
    for name in ("a", "b"):
        await blobs.write(Blob(name, LIN, sealed=True), one_piece(CONTENT))

    first, second = [await joined(inner.read(Blob(name, LIN))) for name in ("a", "b")]
    assert first[36:] != second[36:]


async def test_a_destroyed_key_makes_the_blob_unreadable(inner: Blobs) -> None:
    """INVARIANT: without the person's key nothing of a sealed blob can be read, and nothing new is kept for them."""
    keys = MemoryKeys()
    blobs, blob = SealedBlobs(inner, keys), Blob("b", LIN, sealed=True)
    await blobs.write(blob, one_piece(CONTENT))
    await keys.destroy(LIN)

    with pytest.raises(PersonErasedError):
        await joined(blobs.read(blob))
    with pytest.raises(PersonErasedError):
        await blobs.write(Blob("c", LIN, sealed=True), one_piece(CONTENT))


async def test_without_keys_a_sealed_blob_is_refused_and_not_told_as_erased(inner: Blobs) -> None:
    blob = Blob("b", LIN, sealed=True)
    await SealedBlobs(inner, MemoryKeys()).write(blob, one_piece(CONTENT))

    with pytest.raises(KeysMissingError, match="no master key is configured here"):
        await joined(SealedBlobs(inner, None).read(blob))
    with pytest.raises(KeysMissingError):
        await SealedBlobs(inner, None).write(Blob("c", LIN, sealed=True), one_piece(CONTENT))


async def test_a_blob_of_before_there_were_keys_stays_readable(inner: Blobs) -> None:
    old = Blob("old", LIN)
    await SealedBlobs(inner, None).write(old, one_piece(CONTENT))

    assert await joined(SealedBlobs(inner, MemoryKeys()).read(old)) == CONTENT


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
        lambda raw: raw[:10] + bytes([raw[10] ^ 1]) + raw[11:],
        lambda raw: b"XXXX" + raw[4:],
        lambda raw: raw[: 36 + 65_552],
        lambda raw: raw[:-1],
        lambda raw: raw[:36] + raw[36 + 65_552 : 36 + 2 * 65_552] + raw[36 : 36 + 65_552] + raw[36 + 2 * 65_552 :],
        lambda raw: raw[:20],
        lambda raw: raw + raw[-65_552:],
    ],
    ids=["byte", "salt", "magic", "cut at a chunk", "cut in a chunk", "chunks moved", "cut in the header", "repeated"],
)
async def test_a_sealed_blob_that_was_changed_is_not_read(spoil: Callable[[bytes], bytes]) -> None:
    inner = MemoryBlobs()
    blobs, blob = SealedBlobs(inner, MemoryKeys()), Blob("b", LIN, sealed=True)
    await blobs.write(blob, one_piece(CONTENT[:200_000]))
    inner.stored["b"] = spoil(inner.stored["b"])

    with pytest.raises(FileDamagedError):
        await joined(blobs.read(blob))


async def test_a_sealed_blob_under_another_name_is_not_read() -> None:
    inner = MemoryBlobs()
    blobs = SealedBlobs(inner, MemoryKeys())
    await blobs.write(Blob("a", LIN, sealed=True), one_piece(CONTENT))
    inner.stored["b"] = inner.stored["a"]

    with pytest.raises(FileDamagedError):
        await joined(blobs.read(Blob("b", LIN, sealed=True)))


async def test_a_chunk_that_is_missing_is_found(fresh_database: Fresh) -> None:
    database = await fresh_database()
    blobs, blob = MongoBlobs(database), Blob("b", LIN)
    await blobs.write(blob, pieces(CONTENT))
    await database["blobs.chunks"].delete_one({"files_id": "b", "n": 3})

    with pytest.raises(FileDamagedError, match="chunk 3"):
        await joined(blobs.read(blob))
    assert await joined(blobs.read(blob, 0, CHUNK)) == CONTENT[:CHUNK]


async def test_gridfs_tools_read_what_is_stored(fresh_database: Fresh) -> None:
    from motor.motor_asyncio import AsyncIOMotorGridFSBucket  # noqa: PLC0415  # only here

    database = await fresh_database()
    await MongoBlobs(database).write(Blob("b", LIN), pieces(CONTENT))

    stream = await AsyncIOMotorGridFSBucket(database, bucket_name="blobs").open_download_stream("b")
    assert await stream.read() == CONTENT


@pytest.mark.parametrize("url", ["ftp://host/x", "nonsense", "s3://", "file:"])
def test_a_url_that_is_no_store_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(Misconfigured, match="REDRESS_FILES__URL"):
        open_objects(url, {})


async def test_an_object_store_that_is_away_is_a_store_that_is_away() -> None:
    away = open_objects(
        "s3://bucket/files",
        {"endpoint": "http://127.0.0.1:1", "region": "x", "access_key_id": "a", "secret_access_key": "b"},
    )

    with pytest.raises(StoreUnavailableError, match="object store"):
        await away.size(Blob("b", LIN))


async def test_pieces_are_made_even() -> None:
    assert [len(piece) async for piece in even(pieces(b"x" * 25, 7), 10)] == [10, 10, 5]
    assert [len(piece) async for piece in even(pieces(b"x" * 20, 20), 10)] == [10, 10]
    assert [piece async for piece in even(pieces(b""), 10)] == []
