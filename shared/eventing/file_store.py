"""Evidence files outside the log: by the SHA-256 of their bytes, for each person apart.

A file is a stream that was stored, inspected and only then named; the same bytes by the same person are stored once.
It is held for the cases it was uploaded for, and swept when it is old and none of them names it.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar, Final, Literal, TypeAlias

from shared.eventing.blob_desk import BlobDesk
from shared.eventing.blobs import Blob, joined
from shared.eventing.in_hand import Hand, Held
from shared.eventing.ports import Clock
from shared.eventing.registers import Entry, Register, overdue
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused
from shared.kernel.values import Value

Inspect: TypeAlias = Callable[[bytes, str | None], Awaitable[str | Refused]]
"""What content really is, given the name it came under: its media type, or why it is refused."""

Needed: TypeAlias = Literal["item", "draft"] | None
"""Whether a case names a file: in an item for good, in a draft for now, or not at all."""

_IN_HAND: Final = 32 * 1024 * 1024
"""Bytes of files that are kept in memory for their inspection while they stream in; other files are read back."""
_READ_BACK: Final = 1
"""Files that are read back for inspection at a time."""


class StreamRefusedError(Exception):
    """A stream broke a rule while it came in."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.rule)
        self.refused = refused


class Use(Value):
    """A case that a file was uploaded for. `held_at` is when somebody last wanted it; `kept` says for good.

    `proof` is what was sent when no item could name it any more: it is named elsewhere, so it is kept too.
    """

    case: str
    held_at: datetime
    kept: bool = False
    proof: bool = False


class StoredFile(Entry):
    """What is known about a file, and which blob holds its bytes."""

    INDEXED: ClassVar[tuple[str, ...]] = ("cases", "blob")

    person: str
    file: FileRef
    blob: str
    sealed: bool
    uses: tuple[Use, ...]
    cases: tuple[str, ...]

    @property
    def stored(self) -> Blob:
        """The blob with the file's bytes."""
        return Blob(self.blob, self.person, self.sealed)

    def use(self, case: str) -> Use | None:
        """The file's use in a case, if it was uploaded for it."""
        return next((use for use in self.uses if use.case == case), None)

    def used(self, uses: Sequence[Use], grace: timedelta) -> "StoredFile":
        """The file with other uses, to be looked at when the first of them has lasted a grace time."""
        due = [use.held_at + grace for use in uses if not use.kept]
        changed = {"uses": tuple(uses), "cases": tuple(use.case for use in uses), "due_at": min(due, default=None)}
        return self.model_copy(update=changed)


def _name(person: str, digest: str) -> str:
    return f"{person}/{digest}"


class FileStore:
    """Files of every person, over blobs and a register of what is known about them."""

    def __init__(self, desk: BlobDesk, register: Register[StoredFile], *, clock: Clock, grace: timedelta) -> None:
        self.desk = desk
        self._register = register
        self._clock = clock
        self._grace = grace
        self._in_hand = Hand(_IN_HAND)
        self._read_back = asyncio.Semaphore(_READ_BACK)

    async def put(
        self,
        person: str,
        case: str,
        content: AsyncIterable[bytes],
        inspect: Inspect,
        *,
        side_bytes: int,
        name: str | None = None,
        proof: bool = False,
    ) -> FileRef | Refused:
        """Store a stream as a file of a person for a case; a stream that is refused leaves nothing.

        Storing the same bytes again answers the same reference: what a file is was settled at first. `side_bytes` is
        what the person may hold for the case; `proof` is of a use that no item will name.
        """
        digest, size = sha256(), 0

        async def noted() -> AsyncIterator[bytes]:
            nonlocal size
            async for piece in content:
                digest.update(piece)
                size += len(piece)
                held.keep(piece)
                yield piece

        with self._in_hand.hold() as held:
            try:
                blob = await self.desk.write(person, noted())
            except StreamRefusedError as error:
                return error.refused
            try:
                found = _file_must_not_be_empty(size) or await self._inspected(blob, held, inspect, name)
            except BaseException:
                await self.desk.discard(blob)
                raise
        if isinstance(found, Refused):
            await self.desk.discard(blob)
            return found
        reference = FileRef(sha256=digest.hexdigest(), size=size, media_type=found)
        stored, new = await self._name(
            blob, reference, Use(case=case, held_at=self._clock.now(), kept=proof, proof=proof)
        )
        # Looked at again once the file counts: of uploads at once each saw room for itself.
        if new and await self.used(person, case) > side_bytes:
            await self._drop(person, reference.sha256, case)
            return side_must_have_room_left(side_bytes)
        return stored.file

    async def hold(self, person: str, case: str, digest: str) -> FileRef | None:
        """The file, if the person uploaded it for the case; from now on it is not swept for half a grace time."""
        while (known := await self._register.get(_name(person, digest))) is not None:
            now = self._clock.now()
            use = known.use(case)
            if use is None:
                return None
            if use.kept or now - use.held_at < self._grace / 2:
                return known.file
            uses = [one.model_copy(update={"held_at": now}) if one is use else one for one in known.uses]
            if await self._register.replace(known.used(uses, self._grace)):
                return known.file
        return None

    async def find(self, person: str, digest: str) -> StoredFile | None:
        """What is known about a person's file."""
        return await self._register.get(_name(person, digest))

    async def of_case(self, case: str) -> Sequence[StoredFile]:
        """Every file that was uploaded for a case, by whomever."""
        return await self._register.find(cases=case)

    async def used(self, person: str, case: str) -> int:
        """How many bytes a person holds for a case."""
        return sum(one.file.size for one in await self.of_case(case) if one.person == person)

    async def read(self, person: str, digest: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a person's file, in pieces; raises LookupError when there is none."""
        known = await self.find(person, digest)
        if known is None:
            raise LookupError(f"no file {digest} of {person} is stored")
        async for piece in self.desk.read(known.stored, start, stop):
            yield piece

    async def names(self, blob: str) -> bool:
        """Whether a file lies in the blob."""
        return bool(await self._register.find(blob=blob))

    async def sweep(self, needed: Callable[[str, str, str], Awaitable[Needed]]) -> int:
        """Remove files that nobody held for a grace time and no case needs; answers how many.

        `needed(case, person, digest)` looks into the log as it stands. Who submits a file has held it before, so its
        entry has another revision by then or is gone: of a sweep and a submission at once, one sees the other.
        """
        return sum([await self._sweep_one(known, needed) async for known in overdue(self._register, self._clock)])

    async def _sweep_one(self, known: StoredFile, needed: Callable[[str, str, str], Awaitable[Needed]]) -> bool:
        now = self._clock.now()
        uses = []
        for use in known.uses:
            if use.kept or use.held_at + self._grace > now:
                uses.append(use)
                continue
            match await needed(use.case, known.person, known.file.sha256):
                case "item":
                    uses.append(use.model_copy(update={"kept": True}))
                case "draft":
                    uses.append(use.model_copy(update={"held_at": now}))
                case None:
                    pass
        return await self._keep_only(known, uses)

    async def _keep_only(self, known: StoredFile, uses: Sequence[Use]) -> bool:
        """Whether the file is gone: it has no use left, and nobody was faster."""
        if uses:
            await self._register.replace(known.used(uses, self._grace))
            return False
        if not await self._register.remove(known):
            return False
        await self.desk.discard(known.stored)
        return True

    async def _drop(self, person: str, digest: str, case: str) -> None:
        while (known := await self.find(person, digest)) is not None and known.use(case):
            left = [use for use in known.uses if use.case != case]
            if await self._keep_only(known, left):
                return

    async def _name(self, blob: Blob, reference: FileRef, use: Use) -> tuple[StoredFile, bool]:
        """Let the blob be the file, or the blob that is already; and whether the use is new."""
        fresh = StoredFile(
            id=_name(blob.person, reference.sha256),
            person=blob.person,
            file=reference,
            blob=blob.id,
            sealed=blob.sealed,
            uses=(),
            cases=(),
        ).used([use], self._grace)
        while True:
            known = await self._register.get(fresh.id)
            if known is None:
                if await self._register.add(fresh):
                    await self.desk.settle(blob)
                    return fresh, True
                continue
            before = known.use(use.case)
            flags = {"kept": before.kept or use.kept, "proof": before.proof or use.proof} if before else {}
            again = use.model_copy(update=flags)
            others = [one for one in known.uses if one is not before]
            if stored := await self._register.replace(known.used([*others, again], self._grace)):
                await self.desk.discard(blob)
                return stored, before is None

    async def _inspected(self, blob: Blob, held: Held, inspect: Inspect, name: str | None) -> str | Refused:
        content = held.whole()
        if content is not None:
            return await inspect(content, name)
        async with self._read_back:
            return await inspect(await joined(self.desk.read(blob)), name)


def _file_must_not_be_empty(size: int) -> Refused | None:
    if size:
        return None
    return Refused("file_must_not_be_empty", detail="the file has no bytes", cure="send the file itself")


def side_must_have_room_left(side_bytes: int) -> Refused:
    """Refuses what would go over what one side may hold for a case."""
    return Refused(
        "side_must_have_room_left",
        detail=f"with this file you would hold more than {side_bytes} bytes for this case",
        cure="leave it out, or send it smaller; what no item names is removed after a while",
    )
