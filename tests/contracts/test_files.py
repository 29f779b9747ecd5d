"""What the store of evidence files promises, over every backend: inspected, named by bytes, once a person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.file_ports import Files, Registers
from shared.adapters.memory_blobs import MemoryBlobs
from shared.adapters.memory_keys import MemoryKeys
from shared.eventing.blobs import Blobs, joined, one_piece
from shared.eventing.file_store import FileStore, Needed, StreamRefusedError
from shared.eventing.ports import PersonErasedError
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused
from tests.kit.deciding import NOON
from tests.kit.files import ROOM, as_a_photo, in_pieces, some_files
from tests.kit.stores import Fresh

PHOTO = bytes(range(256)) * 4000
DIGEST = sha256(PHOTO).hexdigest()
REFERENCE = FileRef(sha256=DIGEST, size=len(PHOTO), media_type="image/jpeg")
A_DAY = timedelta(days=1, seconds=1)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture(params=["memory", "mongo"])
async def all_of_it(
    request: pytest.FixtureRequest, fresh_database: Fresh, clock: VirtualClock, keys: MemoryKeys
) -> tuple[Files, Registers, Blobs]:
    return some_files(None if request.param == "memory" else await fresh_database(), clock, keys)


@pytest.fixture
def files(all_of_it: tuple[Files, Registers, Blobs]) -> FileStore:
    return all_of_it[0].store


async def put(files: FileStore, content: bytes = PHOTO, person: str = "lin", case: str = "case-1", **more: Any) -> Any:
    return await files.put(person, case, in_pieces(content), as_a_photo, **{"side_bytes": ROOM, **more})


async def intents(registers: Registers) -> list[str]:
    return [one.id for one in await registers.intents.due(NOON + timedelta(days=99), 100)]


async def nobody_needs(_case: str, _person: str, _digest: str) -> Needed:
    return None


async def test_a_file_is_read_back_byte_for_byte(files: FileStore) -> None:
    assert await put(files) == REFERENCE
    assert await joined(files.read("lin", DIGEST)) == PHOTO
    assert await joined(files.read("lin", DIGEST, 70_000, 300_000)) == PHOTO[70_000:300_000]
    assert await files.used("lin", "case-1") == len(PHOTO)


async def test_the_same_bytes_again_are_the_same_file(all_of_it: tuple[Files, Registers, Blobs]) -> None:
    """INVARIANT: what a file is was settled when it was first stored; a second upload cannot rename its kind."""
    files, registers, _ = all_of_it
    await put(files.store)

    async def as_text(_content: bytes, _name: str | None) -> str | Refused:
        return "text/plain"

    for case in ("case-1", "case-2"):
        assert await files.store.put("lin", case, in_pieces(PHOTO), as_text, side_bytes=ROOM) == REFERENCE
    assert await files.store.used("lin", "case-1") == len(PHOTO)
    (known,) = await files.store.of_case("case-2")
    assert known.cases == ("case-1", "case-2")
    assert await intents(registers) == []


async def test_the_same_bytes_of_two_people_are_two_files(files: FileStore, keys: MemoryKeys) -> None:
    """INVARIANT: no file lies under another person's key, so erasing one person takes nothing from another."""
    await put(files)
    await put(files, person="qingyao")
    await keys.destroy("lin")

    assert await joined(files.read("qingyao", DIGEST)) == PHOTO
    with pytest.raises(PersonErasedError):
        await joined(files.read("lin", DIGEST))
    with pytest.raises(PersonErasedError):
        await put(files, b"more")


async def test_the_same_bytes_at_once_are_one_file(all_of_it: tuple[Files, Registers, Blobs]) -> None:
    files, registers, blobs = all_of_it
    references = await asyncio.gather(*(put(files.store) for _ in range(6)))

    assert references == [REFERENCE] * 6
    assert await joined(files.store.read("lin", DIGEST)) == PHOTO
    assert await intents(registers) == []
    if isinstance(blobs, MemoryBlobs):
        assert len(blobs.stored) == 1


async def test_more_files_at_once_than_are_held_in_memory_are_all_inspected(files: FileStore) -> None:
    contents = [bytes([n]) * 900_000 for n in range(12)]

    stored = await asyncio.gather(*(put(files, content) for content in contents))

    assert [one.sha256 for one in stored] == [sha256(content).hexdigest() for content in contents]
    refused = await asyncio.gather(*(put(files, b"!" + content) for content in contents))
    assert {one.rule for one in refused} == {"file_must_decode"}


@pytest.mark.parametrize(("content", "rule"), [(b"", "file_must_not_be_empty"), (b"!bomb", "file_must_decode")])
async def test_what_is_refused_leaves_nothing(
    all_of_it: tuple[Files, Registers, Blobs], content: bytes, rule: str
) -> None:
    files, registers, blobs = all_of_it
    assert (await put(files.store, content)).rule == rule

    assert await files.store.of_case("case-1") == []
    assert await intents(registers) == []
    if isinstance(blobs, MemoryBlobs):
        assert blobs.stored == {}


async def test_a_stream_that_breaks_a_rule_or_breaks_off_leaves_nothing(
    all_of_it: tuple[Files, Registers, Blobs],
) -> None:
    files, registers, _ = all_of_it

    async def breaking(error: Exception) -> AsyncIterator[bytes]:
        yield PHOTO
        raise error

    limit = StreamRefusedError(Refused("file_must_not_be_too_large"))
    refused = await files.store.put("lin", "case-1", breaking(limit), as_a_photo, side_bytes=ROOM)
    assert isinstance(refused, Refused)
    assert refused.rule == "file_must_not_be_too_large"
    with pytest.raises(ConnectionResetError):
        await files.store.put("lin", "case-1", breaking(ConnectionResetError()), as_a_photo, side_bytes=ROOM)
    assert await files.store.of_case("case-1") == []
    assert await intents(registers) == []


async def test_uploads_at_once_do_not_hold_more_than_their_side_may(files: FileStore) -> None:
    answers = await asyncio.gather(*(put(files, bytes([n]) * 400_000, side_bytes=1_000_000) for n in range(6)))

    assert await files.used("lin", "case-1") <= 1_000_000
    assert {one.rule for one in answers if isinstance(one, Refused)} == {"side_must_have_room_left"}
    assert (await put(files, side_bytes=ROOM, case="case-2")) == REFERENCE


async def test_a_file_is_held_for_the_cases_it_was_uploaded_for_only(files: FileStore) -> None:
    await put(files)

    assert await files.hold("lin", "case-1", DIGEST) == REFERENCE
    assert await files.hold("lin", "case-2", DIGEST) is None
    assert await files.hold("qingyao", "case-1", DIGEST) is None
    with pytest.raises(LookupError, match="0000"):
        await joined(files.read("lin", "0" * 64))


async def test_a_file_that_nobody_names_is_swept_after_its_grace_time(
    all_of_it: tuple[Files, Registers, Blobs], clock: VirtualClock
) -> None:
    files, _, blobs = all_of_it
    await put(files.store)

    assert await files.store.sweep(nobody_needs) == 0
    clock.advance(A_DAY)
    assert await files.store.sweep(nobody_needs) == 1
    assert await files.store.find("lin", DIGEST) is None
    if isinstance(blobs, MemoryBlobs):
        assert blobs.stored == {}
    assert await put(files.store) == REFERENCE


async def test_what_a_case_needs_stays_and_for_an_item_for_good(files: FileStore, clock: VirtualClock) -> None:
    await put(files)
    await put(files, b"proof", proof=True)
    answers: list[Needed] = ["draft", "item"]
    asked: list[tuple[str, str, str]] = []

    async def needs(case: str, person: str, digest: str) -> Needed:
        asked.append((case, person, digest))
        return answers[len(asked) - 1]

    for _ in range(4):
        clock.advance(A_DAY)
        assert await files.sweep(needs) == 0
    assert asked == [("case-1", "lin", DIGEST)] * 2


async def test_a_file_of_two_cases_goes_with_the_last_of_them(files: FileStore, clock: VirtualClock) -> None:
    await put(files)
    await put(files, case="case-2")

    async def one_needs(case: str, _person: str, _digest: str) -> Needed:
        return "draft" if case == "case-2" else None

    clock.advance(A_DAY)
    assert await files.sweep(one_needs) == 0
    assert await files.hold("lin", "case-1", DIGEST) is None
    assert await files.hold("lin", "case-2", DIGEST) == REFERENCE


async def test_a_sweep_and_a_submission_at_once_see_each_other(files: FileStore, clock: VirtualClock) -> None:
    """INVARIANT: a file that was held for a submission is not swept under it.

    Broken by a sweep that removes an entry at whatever revision it has.
    """
    await put(files)
    clock.advance(A_DAY)
    held: list[FileRef | None] = []

    async def meanwhile_somebody_submits(_case: str, _person: str, _digest: str) -> Needed:
        # The log was looked into before the submission was written.
        held.append(await files.hold("lin", "case-1", DIGEST))
        return None

    assert await files.sweep(meanwhile_somebody_submits) == 0
    assert held == [REFERENCE]
    assert await joined(files.read("lin", DIGEST)) == PHOTO


async def test_a_submission_after_the_sweep_is_told_to_upload_again(files: FileStore, clock: VirtualClock) -> None:
    await put(files)
    clock.advance(A_DAY)
    await asyncio.gather(*(files.sweep(nobody_needs) for _ in range(3)))

    assert await files.hold("lin", "case-1", DIGEST) is None


async def test_blobs_that_a_crash_left_behind_are_swept(
    all_of_it: tuple[Files, Registers, Blobs], clock: VirtualClock
) -> None:
    """INVARIANT: whatever dies between writing a blob and naming it, the blob is found by its intent, and no other."""
    files, registers, _ = all_of_it
    left = await files.desk.write("lin", one_piece(b"the process died here"))
    named = await put(files.store)
    again = await files.desk.write("qingyao", one_piece(b"named, and then the process died"))

    async def is_named(blob: str) -> bool:
        return blob == again.id or await files.store.names(blob)

    assert await files.desk.sweep(is_named) == 0
    clock.advance(A_DAY)
    assert await files.desk.sweep(is_named) == 1
    with pytest.raises(LookupError):
        await joined(files.desk.read(left))
    assert await joined(files.desk.read(again)) == b"named, and then the process died"
    assert await joined(files.store.read("lin", named.sha256)) == PHOTO
    assert await intents(registers) == []
