"""The ports: what the engine and the runners need from the outside, and what every adapter promises."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

from shared.eventing.commits import Commit
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused


class StoreUnavailableError(Exception):
    """The store cannot be reached or did not answer in time. Trying again later can succeed."""


class NewerFactError(StoreUnavailableError):
    """The log holds what a newer version of the service wrote. A replica of that one goes on; this one must wait."""


class AppendUncertainError(StoreUnavailableError):
    """An append was sent and its fate could not be learned in time.

    Sending the same command again is safe: the cause id makes it the same request.
    """


class CommitTooLargeError(ValueError):
    """A commit is over `MAX_COMMIT_BYTES`; splitting the request is the cure."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The commit is stored and majority-durable at `position`."""

    position: int


@dataclass(frozen=True, slots=True)
class StreamClash:
    """Another commit took this version first: load, decide and append again."""


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """A commit with this cause is stored: what was asked has been done, and this was its result."""

    commit: Commit


AppendResult: TypeAlias = Appended | StreamClash | AlreadyDone


class EventLog(Protocol):
    """A service's log: the only truth. Documents are appended, never changed.

    Every stored prefix of a lane is gap-free, and so are the versions of every stream.
    """

    async def append(self, lane: int, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        """Append sealed commits of one lane, in order, and answer one result each once majority-durable.

        After a clash every later commit of that stream in the call clashes too.
        Raises AppendUncertainError when the outcome could not be learned within the bound.
        """
        ...

    async def load(self, lane: int, streams: Sequence[str], *, after: int = 0) -> Mapping[str, Sequence[Commit]]:
        """The streams' commits past a version, in version order; a stream without any is left out.

        A version in the middle of a commit counts as the end of the one before it.
        """
        ...

    async def read(self, lane: int, after: int, limit: int) -> Sequence[Commit]:
        """Majority-durable commits of a lane with position > `after`, in order, at most `limit`.

        A page may be shorter than `limit` before the end; only an empty one says that there is no more.
        """
        ...

    async def find_cause(self, lane: int, cause_id: str) -> Commit | None:
        """The commit that a cause led to, if any."""
        ...

    async def head(self, lane: int) -> int:
        """The last majority-durable position of a lane; its start when it is empty."""
        ...

    async def wait(self, lane: int, after: int, timeout: float) -> None:
        """Return when the lane may hold something after a position, at the latest after `timeout` seconds."""
        ...

    async def stop(self) -> None:
        """Finish what is in flight and stop listening."""
        ...


class Cursors(Protocol):
    """Durable positions of readers, by name and lane. A cursor never moves back."""

    async def get(self, name: str, lane: int) -> int: ...

    async def get_many(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        """Where each reader stands on each lane, asked at once."""
        ...

    async def advance(self, name: str, lane: int, position: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Between:
    """In place of a key's value: any value from `first` to `last`, both counted; None leaves an end open."""

    first: Any = None
    last: Any = None


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many documents have the same values in the keys that were asked for, in their order."""

    values: tuple[Any, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A view document as stored: the stream version and log position it reflects."""

    stream: str
    version: int
    position: int
    body: Mapping[str, Any]
    keys: Mapping[str, Any]


class ViewStore(Protocol):
    """Collections of view documents, one document per stream."""

    async def prepare(self, collection: str, indexed: Sequence[str]) -> None:
        """Create the collection and its indexes; repeating it changes nothing."""
        ...

    async def fetch(self, collection: str, streams: Sequence[str]) -> Mapping[str, Shown]: ...

    async def write(self, collection: str, lane: int, documents: Sequence[Shown], *, fresh: bool = False) -> None:
        """Write documents, each only over an older version. `fresh` says none of them is stored yet."""
        ...

    async def select(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: str | None = None,
        after: Any = None,
        limit: int = 50,
    ) -> Sequence[Shown]:
        """Documents whose keys equal `where`, or hold it as one of several; ordered by a key or by stream."""
        ...

    async def tally(self, collection: str, where: Mapping[str, Any], by: Sequence[str]) -> Sequence[Tallied]:
        """How many documents whose keys fit `where` have each combination of the keys `by`; counted in the store.

        A key that holds several values fits each of them. `Between` stands for a range.
        """
        ...

    async def due(self, collection: str, lanes: Sequence[int], until: datetime, limit: int) -> Sequence[Shown]:
        """Documents of the lanes whose key `next_due` is not after `until`, soonest first."""
        ...

    def scan(self, collection: str) -> AsyncIterator[Shown]:
        """Every document in stream order."""
        ...

    async def drop(self, collection: str) -> None: ...


class Clock(Protocol):
    """The only source of time. Simulation and tests drive a virtual one."""

    def now(self) -> datetime:
        """The present instant, UTC, millisecond precision."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""
        ...


class Telemetry(Protocol):
    """Where counts go, under the names of `shared.eventing.metrics`. Labels are of low cardinality: never an id."""

    def count(self, name: str, amount: float = 1, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Add a value to a histogram."""
        ...


class Silence:
    """The `Telemetry` port of tools and tests that nobody watches."""

    def count(self, name: str, amount: float = 1, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **labels: str) -> None: ...


ISSUER_RULE: Final = "issuer_must_be_reachable"
"""What refuses a caller while no token can be checked."""


class IssuerAwayError(RuntimeError):
    """The keys of whoever issues tokens cannot be had now, so nobody can be told who calls."""


class Tokens(Protocol):
    """Who bearer tokens say is calling."""

    async def actor_of(self, token: str) -> Actor | Refused:
        """The caller, or why the token does not count; raises IssuerAwayError while no key can be had."""
        ...


ERASED_RULE: Final = "person_must_not_be_erased"
"""What refuses a text of, or about, a person whose key was destroyed."""


class PersonErasedError(LookupError):
    """The person's key was destroyed: nothing of theirs can be read or kept any more."""


class KeysMissingError(RuntimeError):
    """What is asked for is sealed, and this process was given no master key: settings are wrong, nothing is lost."""


@dataclass(frozen=True, slots=True)
class DestroyedKey:
    """When a person's key was destroyed, and the SHA-256 of it; None when the person never had one."""

    at: datetime
    fingerprint: str | None


class Keys(Protocol):
    """One secret of 32 bytes per person, under which what is personal is kept."""

    async def key_of(self, person: str) -> bytes:
        """The person's key, made when first asked for; raises PersonErasedError once it was destroyed."""
        ...

    async def known(self, persons: Sequence[str]) -> Mapping[str, bytes]:
        """The keys of those persons who have one; the erased and the unknown are left out."""
        ...

    async def destroy(self, person: str) -> DestroyedKey:
        """Make what lies under a person's key unreadable; repeated, it answers the first time's proof."""
        ...
