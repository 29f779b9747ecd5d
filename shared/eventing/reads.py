"""Who read what of a case: noted for good before it is answered, and kept for as long as the settings say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.eventing.ports import StoreUnavailableError
from shared.kernel.actors import Role


class ReadUnauditedError(StoreUnavailableError):
    """The read could not be noted, so it is not answered."""


@dataclass(frozen=True, slots=True)
class Read:
    """One answered request, by somebody who is no party. `actor` and `role` are absent when the caller named none."""

    id: str
    """Ordered by time, as reads are."""
    at: datetime
    role: Role | None
    actor: str | None
    request: str
    """The request as the gateway knows it, to be found in its log."""
    what: str
    """The route that answered."""
    part: str | None
    """What of the case, where that is not all of it: a file's hash."""
    shown: Mapping[str, int]
    """The streams that the answer showed, each at its version. A page shows many, and is one read."""
    until: datetime
    """How long this is kept."""


class Reads(Protocol):
    """An append-only record of reads. Nothing changes or takes back what is noted; it ends when its time is over."""

    async def note(self, read: Read) -> None:
        """Keep a read durably, in one write. Raises StoreUnavailableError when that cannot be known to be done."""
        ...

    async def of(self, stream: str, now: datetime, *, after: str | None = None, limit: int = 50) -> Sequence[Read]:
        """Reads that showed a stream and are still kept, in order, each without what else it showed."""
        ...
