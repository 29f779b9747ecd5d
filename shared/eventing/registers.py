"""Small documents that change: each is replaced only by whoever saw its latest revision, so nobody overwrites another.

For what is no fact of a case: which blob holds a file, how far an upload has come.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import ClassVar, Final, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.eventing.ports import Clock

_PAGE: Final = 200
"""Entries that are read together by who goes through all that are due."""


class Entry(BaseModel):
    """One document. `due_at` is when somebody should look at it, if ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    INDEXED: ClassVar[tuple[str, ...]] = ()
    """Fields that entries are looked for by."""
    UNIQUE: ClassVar[tuple[str, ...]] = ()
    """Fields whose value only one entry may have."""

    id: str
    revision: int = 0
    due_at: datetime | None = None


E = TypeVar("E", bound=Entry)


class Register(Protocol[E]):
    """Entries of one kind, by id."""

    async def get(self, entry_id: str) -> E | None: ...

    async def add(self, entry: E) -> bool:
        """Store a new entry; False when its id, or a value of its that must be unique, is taken."""
        ...

    async def replace(self, entry: E) -> E | None:
        """Store over the revision that the entry was read at, and answer it as stored.

        None when it was changed or removed since.
        """
        ...

    async def remove(self, entry: E) -> bool:
        """Remove the entry as it was read; False when it was changed or removed since."""
        ...

    async def find(self, **where: str) -> Sequence[E]:
        """The entries whose indexed fields have these values, by id. A list has the value of any of its members."""
        ...

    async def due(self, until: datetime, limit: int, *, after: str = "") -> Sequence[E]:
        """Entries whose `due_at` is not after an instant, in the order of their ids, from after one."""
        ...


async def overdue(register: Register[E], clock: Clock) -> AsyncIterator[E]:
    """Every entry that is due by now, in the order of their ids, read a page at a time."""
    after = ""
    while page := await register.due(clock.now(), _PAGE, after=after):
        after = page[-1].id
        for entry in page:
            yield entry
