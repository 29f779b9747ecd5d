"""What uploads promise, over every backend: they go on after any break, on any replica, and become one file."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256

import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.file_ports import Files, Registers
from shared.adapters.memory_blobs import MemoryBlobs
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.settings import FileSettings
from shared.eventing.blobs import Blobs, joined, one_piece
from shared.eventing.file_store import StreamRefusedError
from shared.eventing.uploads import OffsetMovedError, Upload, Uploads
from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused
from tests.kit.deciding import NOON
from tests.kit.files import ROOM, as_a_photo, in_pieces, some_files
from tests.kit.stores import Fresh

VIDEO = bytes(range(256)) * 12_000
LIN = Actor(role=Role.BUYER, id="lin")
FEW = FileSettings(open_uploads=3)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture(params=["memory", "mongo"])
async def all_of_it(
    request: pytest.FixtureRequest, fresh_database: Fresh, clock: VirtualClock
) -> tuple[Files, Registers, Blobs]:
    return some_files(None if request.param == "memory" else await fresh_database(), clock, MemoryKeys(), FEW)


@pytest.fixture
def uploads(all_of_it: tuple[Files, Registers, Blobs]) -> Uploads:
    return all_of_it[0].uploads


async def opened(uploads: Uploads, length: int = len(VIDEO), case: str = "case-1", room: int = ROOM) -> Upload:
    upload = await uploads.open(case, LIN, length, side_bytes=room, name="unpacking.mp4")
    assert isinstance(upload, Upload), upload
    return upload


async def added(uploads: Uploads, upload: Upload, content: bytes) -> Upload:
    further = await uploads.add(upload, in_pieces(content))
    assert isinstance(further, Upload), further
    return further


async def test_an_upload_in_parts_becomes_a_file(all_of_it: tuple[Files, Registers, Blobs]) -> None:
    files, registers, blobs = all_of_it
    upload = await opened(files.uploads)
    for at in range(0, len(VIDEO), 700_000):
        upload = await added(files.uploads, upload, VIDEO[at : at + 700_000])

    done = await files.uploads.finish(upload, as_a_photo, side_bytes=ROOM)

    assert done.outcome
    assert done.outcome.file
    assert done.outcome.file.sha256 == sha256(VIDEO).hexdigest()
    assert await joined(files.store.read("lin", done.outcome.file.sha256)) == VIDEO
    assert await files.uploads.finish(done, as_a_photo, side_bytes=ROOM) == done
    assert await registers.intents.due(NOON + timedelta(days=9), 10) == []
    if isinstance(blobs, MemoryBlobs):
        assert len(blobs.stored) == 1


async def test_a_broken_upload_goes_on_from_where_it_was_found(uploads: Uploads) -> None:
    """INVARIANT: what was acknowledged by its offset is there after any break, and is never sent twice."""
    upload = await opened(uploads)

    async def breaking() -> AsyncIterator[bytes]:
        yield VIDEO[:1_500_000]
        raise ConnectionResetError("the line broke")

    with pytest.raises(ConnectionResetError):
        await uploads.add(upload, breaking())
    found = await uploads.find("case-1", LIN, upload.id)

    assert found is not None
    assert found.offset == 1024 * 1024
    whole = await added(uploads, found, VIDEO[found.offset :])
    done = await uploads.finish(whole, as_a_photo, side_bytes=ROOM)
    assert done.outcome
    assert done.outcome.file
    assert done.outcome.file.sha256 == sha256(VIDEO).hexdigest()


async def test_of_two_parts_at_one_offset_one_counts(uploads: Uploads) -> None:
    upload = await opened(uploads, 2_000_000)

    both = await asyncio.gather(
        *(uploads.add(upload, one_piece(bytes([n]) * 1_000_000)) for n in range(2)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in both) == ["OffsetMovedError", "Upload"]
    found = await uploads.find("case-1", LIN, upload.id)
    assert found is not None
    assert (found.offset, len(found.blobs)) == (1_000_000, 1)


async def test_two_who_finish_at_once_come_to_one_file(uploads: Uploads) -> None:
    whole = await added(uploads, await opened(uploads), VIDEO)

    both = await asyncio.gather(*(uploads.finish(whole, as_a_photo, side_bytes=ROOM) for _ in range(2)))

    assert both[0].outcome == both[1].outcome
    assert both[0].outcome
    assert both[0].outcome.file


async def test_a_part_that_must_be_whole_counts_only_whole(all_of_it: tuple[Files, Registers, Blobs]) -> None:
    files, registers, _ = all_of_it
    upload = await opened(files.uploads)

    async def wrong() -> AsyncIterator[bytes]:
        yield VIDEO[:2_500_000]
        raise StreamRefusedError(Refused("checksum_must_match"))

    refused = await files.uploads.add(upload, wrong(), whole=True)

    assert isinstance(refused, Refused)
    assert refused.rule == "checksum_must_match"
    found = await files.uploads.find("case-1", LIN, upload.id)
    assert found is not None
    assert found.offset == 0
    assert await registers.intents.due(NOON + timedelta(days=9), 10) == []
    right = await files.uploads.add(found, in_pieces(VIDEO), whole=True)
    assert isinstance(right, Upload)
    assert right.whole


async def test_what_the_inspection_refuses_is_remembered_and_leaves_no_bytes(
    all_of_it: tuple[Files, Registers, Blobs],
) -> None:
    files, _, blobs = all_of_it
    whole = await added(files.uploads, await opened(files.uploads, 5), b"!bomb")

    done = await files.uploads.finish(whole, as_a_photo, side_bytes=ROOM)

    assert done.outcome
    assert done.outcome.refused
    assert (done.outcome.refused.rule, done.outcome.refused.detail) == ("file_must_decode", "unpacking.mp4 is none")
    if isinstance(blobs, MemoryBlobs):
        assert blobs.stored == {}


async def test_a_person_has_only_so_many_uploads_open(uploads: Uploads) -> None:
    """INVARIANT: however many requests come at once, no more are opened than there are places."""
    answers = await asyncio.gather(*(uploads.open(f"case-{n}", LIN, 10, side_bytes=ROOM) for n in range(8)))

    some = [one for one in answers if isinstance(one, Upload)]
    assert len(some) == 3
    assert {one.rule for one in answers if isinstance(one, Refused)} == {"uploads_must_be_few"}
    assert await uploads.end(some[0])
    await opened(uploads)
    whole = await added(uploads, some[1], b"0123456789")
    await uploads.finish(whole, as_a_photo, side_bytes=ROOM)
    await opened(uploads)


async def test_what_is_still_to_come_takes_room_too(uploads: Uploads) -> None:
    await opened(uploads, 600, room=1000)

    refused = await uploads.open("case-1", LIN, 600, side_bytes=1000)

    assert isinstance(refused, Refused)
    assert refused.rule == "side_must_have_room_left"


async def test_an_upload_in_too_many_parts_is_refused(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.eventing.uploads.MOST_PIECES", 2)
    upload = await added(uploads, await added(uploads, await opened(uploads), b"1"), b"2")

    refused = await uploads.add(upload, one_piece(b"3"))

    assert isinstance(refused, Refused)
    assert refused.rule == "upload_must_come_in_larger_parts"


async def test_nobody_sees_the_upload_of_another(uploads: Uploads) -> None:
    upload = await opened(uploads)

    for case, by in (
        ("case-2", LIN),
        ("case-1", Actor(role=Role.SELLER, id="lin")),
        ("case-1", Actor(role=Role.BUYER, id="yue")),
    ):
        assert await uploads.find(case, by, upload.id) is None


async def test_an_upload_expires_and_is_swept_with_its_pieces(
    all_of_it: tuple[Files, Registers, Blobs], clock: VirtualClock
) -> None:
    files, registers, blobs = all_of_it
    upload = await added(files.uploads, await opened(files.uploads), VIDEO[:1_000_000])
    clock.advance(timedelta(hours=23))
    upload = await added(files.uploads, upload, VIDEO[1_000_000:2_000_000])
    assert await files.uploads.sweep() == 0

    clock.advance(timedelta(days=1))
    assert await files.uploads.find("case-1", LIN, upload.id) is None
    assert await files.uploads.sweep() == 1
    assert await registers.uploads.get(upload.id) is None
    with pytest.raises(OffsetMovedError):
        await files.uploads.add(upload, one_piece(b"late"))
    if isinstance(blobs, MemoryBlobs):
        assert blobs.stored == {}
