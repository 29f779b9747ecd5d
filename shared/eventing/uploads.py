"""Uploads that may break off and go on: what came in lies in pieces until all of it is there and becomes a file.

Its state stands in a register, so it outlives the process, and any replica can take the next part.
"""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from shared.eventing.blob_desk import BlobDesk
from shared.eventing.blobs import Blob, FileDamagedError, even, one_piece
from shared.eventing.file_store import FileStore, Inspect, StreamRefusedError, side_must_have_room_left
from shared.eventing.ports import Clock
from shared.eventing.registers import Entry, Register, overdue
from shared.kernel.actors import Actor
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused
from shared.kernel.values import Value

PIECE: Final = 1024 * 1024
"""Bytes that are held before they are stored: what a broken line can cost."""
MOST_PIECES: Final = 1000
"""Pieces of one upload: its state is one small document."""


class Outcome(Value):
    """What a whole upload came to: a file, or a refusal."""

    file: FileRef | None = None
    rule: str = ""
    detail: str = ""
    cure: str | None = None

    @property
    def refused(self) -> Refused | None:
        """The refusal, if it is one."""
        return Refused(self.rule, detail=self.detail, cure=self.cure) if self.file is None else None


class Upload(Entry):
    """How far one upload has come. `due_at` is when it expires, `place` its caller's place, its own id once done."""

    INDEXED: ClassVar[tuple[str, ...]] = ("person", "blobs")
    UNIQUE: ClassVar[tuple[str, ...]] = ("place",)

    case: str
    person: str
    role: str
    length: int
    offset: int = 0
    name: str | None = None
    proof: bool = False
    sealed: bool
    blobs: tuple[str, ...] = ()
    place: str
    outcome: Outcome | None = None

    @property
    def whole(self) -> bool:
        """Whether every byte is here."""
        return self.offset == self.length

    def pieces(self) -> list[Blob]:
        """The blobs that make up the upload, in order."""
        return [Blob(name, self.person, self.sealed) for name in self.blobs]


class OffsetMovedError(Exception):
    """Somebody else added to the upload, or ended it, at the same time."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How many uploads one person may have open, and how long one lasts after its last part."""

    most_open: int
    lasts: timedelta


class Uploads:
    """Uploads of every person."""

    def __init__(
        self,
        files: FileStore,
        desk: BlobDesk,
        register: Register[Upload],
        *,
        clock: Clock,
        new_id: Callable[[], str],
        terms: Terms,
    ) -> None:
        self._files = files
        self._desk = desk
        self._register = register
        self._clock = clock
        self._new_id = new_id
        self._terms = terms

    async def open(
        self, case: str, by: Actor, length: int, *, side_bytes: int, name: str | None = None, proof: bool = False
    ) -> Upload | Refused:
        """Begin an upload of so many bytes, if its caller has a place for it and the side has room."""
        own = [one for one in await self._register.find(person=by.id) if one.outcome is None]
        waiting = sum(one.length for one in own if one.case == case)
        if await self._files.used(by.id, case) + waiting + length > side_bytes:
            return side_must_have_room_left(side_bytes)
        upload = Upload(
            id=self._new_id(),
            case=case,
            person=by.id,
            role=by.role.value,
            length=length,
            name=name,
            proof=proof,
            sealed=self._desk.sealing,
            place="",
            due_at=self._clock.now() + self._terms.lasts,
        )
        # The store holds each place for one upload, so requests at once cannot open more than there are places.
        taken = {one.place for one in own}
        for number in range(self._terms.most_open):
            place = f"{by.id}/{number}"
            if place not in taken:
                placed = upload.model_copy(update={"place": place})
                if await self._register.add(placed):
                    return placed
        return _uploads_must_be_few(self._terms.most_open)

    async def find(self, case: str, by: Actor, upload_id: str) -> Upload | None:
        """The caller's own upload; nobody sees another's."""
        found = await self._register.get(upload_id)
        if found is None or (found.case, found.person, found.role) != (case, by.id, by.role.value):
            return None
        expired = found.due_at is not None and found.due_at <= self._clock.now()
        return None if expired else found

    async def add(self, upload: Upload, content: AsyncIterable[bytes], *, whole: bool = False) -> Upload | Refused:
        """Add what a stream brings, piece by piece, or with `whole` all of it or nothing.

        Raises OffsetMovedError when another request was faster; what that one stored stays.
        """
        written: list[Blob] = []
        size = 0
        try:
            async for piece in even(content, PIECE):
                _parts_must_be_few(len(upload.blobs) + len(written))
                written.append(await self._desk.write(upload.person, one_piece(piece)))
                size += len(piece)
                if not whole:
                    upload = await self._moved(upload, written, size)
                    size = 0
            return await self._moved(upload, written, size) if written else upload
        except StreamRefusedError as error:
            await self._desk.discard(*written)
            return error.refused
        except OffsetMovedError:
            # After any other failure it is not known whether the last pieces count; the sweep will look.
            await self._desk.discard(*written)
            raise

    async def finish(self, upload: Upload, inspect: Inspect, *, side_bytes: int) -> Upload:
        """Make a file of a whole upload; repeated, and by two at once, it comes to the same."""
        if upload.outcome is not None:
            return upload
        try:
            found = await self._files.put(
                upload.person,
                upload.case,
                self._joined(upload),
                inspect,
                side_bytes=side_bytes,
                name=upload.name,
                proof=upload.proof,
            )
        except (LookupError, FileDamagedError):
            # Who finishes it first takes the pieces away; where nobody did, they are really gone.
            other = await self._register.get(upload.id)
            if other is None or other.outcome is None:
                raise
            return other
        changed = {
            "outcome": _outcome(found),
            "blobs": (),
            "place": upload.id,
            "due_at": self._clock.now() + self._terms.lasts,
        }
        done = await self._register.replace(upload.model_copy(update=changed))
        if done is None:
            other = await self._register.get(upload.id)
            if other is None or other.outcome is None:
                raise OffsetMovedError(f"upload {upload.id} was ended meanwhile")
            return other
        await self._desk.discard(*upload.pieces())
        return done

    async def end(self, upload: Upload) -> bool:
        """Give an upload up; a file that it became stays. False when it was changed meanwhile."""
        if not await self._register.remove(upload):
            return False
        await self._desk.discard(*upload.pieces())
        return True

    async def names(self, blob: str) -> bool:
        """Whether an upload's piece lies in the blob."""
        return bool(await self._register.find(blobs=blob))

    async def sweep(self) -> int:
        """End what has expired; answers how many."""
        return sum([await self.end(upload) async for upload in overdue(self._register, self._clock)])

    async def _moved(self, upload: Upload, written: list[Blob], size: int) -> Upload:
        changed = {
            "offset": upload.offset + size,
            "blobs": (*upload.blobs, *(blob.id for blob in written)),
            "due_at": self._clock.now() + self._terms.lasts,
        }
        moved = await self._register.replace(upload.model_copy(update=changed))
        if moved is None:
            raise OffsetMovedError(f"upload {upload.id} was changed meanwhile")
        counted = list(written)
        written.clear()
        await self._desk.settle(*counted)
        return moved

    async def _joined(self, upload: Upload) -> AsyncIterator[bytes]:
        for blob in upload.pieces():
            async for piece in self._desk.read(blob):
                yield piece


def _outcome(found: FileRef | Refused) -> Outcome:
    if isinstance(found, Refused):
        return Outcome(rule=found.rule, detail=found.detail, cure=found.cure)
    return Outcome(file=found)


def _uploads_must_be_few(most: int) -> Refused:
    return Refused(
        "uploads_must_be_few",
        detail=f"you have {most} uploads open, which is as many as one may have",
        cure="finish or delete one of them first",
    )


def _parts_must_be_few(many: int) -> None:
    if many < MOST_PIECES:
        return
    raise StreamRefusedError(
        Refused(
            "upload_must_come_in_larger_parts",
            detail=f"the upload consists of {many} parts already",
            cure="delete it and send it again in parts of 1 MiB or more",
        )
    )
