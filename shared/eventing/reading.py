"""Asking a view: by stream, by key, and not before it reflects a version the caller has written."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel

from shared.eventing.ports import Shown, Tallied, ViewStore
from shared.eventing.projector import LivePointers
from shared.eventing.views import View

D = TypeVar("D", bound=BaseModel)

_GLANCE: Final = 0.1
"""Seconds between looks at a document that another process may be feeding."""


@dataclass(frozen=True, slots=True)
class Seen(Generic[D]):
    """A document and the stream version it reflects."""

    stream: str
    version: int
    document: D


class Reader:
    """Queries over the live collections of one service's views.

    `version_of` asks the log how far a stream is. `catch_up` lets a view show what the log has of a stream, where
    nobody else may be doing so.
    """

    def __init__(
        self,
        store: ViewStore,
        pointers: LivePointers,
        version_of: Callable[[str], Awaitable[int]] | None = None,
        catch_up: Callable[[View[Any], str], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._pointers = pointers
        self._version_of = version_of
        self._catch_up = catch_up
        self._waiting: dict[tuple[str, str], list[_Wait]] = defaultdict(list)

    async def one(self, view: View[D], stream: str) -> Seen[D] | None:
        """The document of a stream, or None when the view shows nothing of it, and would not after catching up."""
        seen = await self._look(view, stream)
        if seen is None and self._catch_up is not None:
            await self._catch_up(view, stream)
            seen = await self._look(view, stream)
        return seen

    async def _look(self, view: View[D], stream: str) -> Seen[D] | None:
        shown = (await self._store.fetch(self._pointers.of(view).live, [stream])).get(stream)
        return _seen(view, shown) if shown else None

    async def some(self, view: View[D], streams: Sequence[str]) -> Sequence[Seen[D]]:
        """The documents of these streams, in their order; what the view does not show is left out."""
        shown = await self._store.fetch(self._pointers.of(view).live, streams) if streams else {}
        return [_seen(view, shown[stream]) for stream in streams if stream in shown]

    async def one_at(self, view: View[D], stream: str, version: int, timeout: float) -> Seen[D] | None:
        """The document once it reflects at least `version`: read-your-writes. None after `timeout` seconds."""
        wait, key = _Wait(), (view.name, stream)
        self._waiting[key].append(wait)
        try:
            async with asyncio.timeout(timeout):
                seen = await self._look(view, stream)
                while seen is None or seen.version < version:
                    seen = await self._next(view, stream, wait)
                return seen
        except TimeoutError:
            return None
        finally:
            self._waiting[key].remove(wait)
            if not self._waiting[key]:
                del self._waiting[key]

    async def exists(self, stream: str, version: int) -> bool:
        """Whether the log has this version of a stream, shown or not; yes for want of a log to ask."""
        return self._version_of is None or await self._version_of(stream) >= version

    async def _next(self, view: View[D], stream: str, wait: "_Wait") -> Seen[D] | None:
        """What this process wrote of the stream since it looked, or what another one has by now."""
        try:
            async with asyncio.timeout(_GLANCE):
                await wait.written.wait()
        except TimeoutError:
            return await self._look(view, stream)
        wait.written.clear()
        return _seen(view, wait.shown) if wait.shown else None

    async def many(
        self, view: View[D], where: Mapping[str, Any], *, order: str | None = None, after: Any = None, limit: int = 50
    ) -> Sequence[Seen[D]]:
        """Documents whose keys equal `where`, in order of a key or of stream, from after a value."""
        found = await self._store.select(self._pointers.of(view).live, where, order=order, after=after, limit=limit)
        return [_seen(view, shown) for shown in found]

    async def tally(self, view: View[Any], where: Mapping[str, Any], by: Sequence[str]) -> Sequence[Tallied]:
        """How many documents have each combination of the keys `by`."""
        return await self._store.tally(self._pointers.of(view).live, where, by)

    async def due(self, view: View[D], lanes: Sequence[int], until: datetime, limit: int) -> Sequence[Seen[D]]:
        """Documents of the lanes whose key `next_due` is not after `until`, soonest first."""
        found = await self._store.due(self._pointers.of(view).live, lanes, until, limit)
        return [_seen(view, shown) for shown in found]

    async def stored(self, view: View[Any], *, order: str, after: Any = None, limit: int) -> Sequence[Shown]:
        """Documents as they are stored, in order of a key, from after a value."""
        return await self._store.select(self._pointers.of(view).live, {}, order=order, after=after, limit=limit)

    def scan(self, view: View[Any]) -> AsyncIterator[Shown]:
        """Every document as it is stored, in stream order."""
        return self._store.scan(self._pointers.of(view).live)

    async def values(self, view: View[Any], key: str, *, after: Any = None, limit: int = 50) -> Sequence[Any]:
        """The different values of a key, in order, from after one: each is one step on the key's index."""
        found: list[Any] = []
        live = self._pointers.of(view).live
        while len(found) < limit:
            step = await self._store.select(live, {}, order=key, after=after, limit=1)
            if not step:
                break
            after = step[0].keys[key]
            found.append(after)
        return found

    def notify(self, view: View[Any], collection: str, shown: Sequence[Shown]) -> None:
        """Hand documents that were just written to the callers who wait for them; only the live ones may be read."""
        if self._waiting and collection == self._pointers.of(view).live:
            for document in shown:
                for wait in self._waiting.get((view.name, document.stream), ()):
                    wait.shown = document
                    wait.written.set()


@dataclass(slots=True)
class _Wait:
    """A caller who waits for a document, and the newest one written meanwhile."""

    written: asyncio.Event = field(default_factory=asyncio.Event)
    shown: Shown | None = None


def _seen(view: View[D], shown: Shown) -> Seen[D]:
    return Seen(shown.stream, shown.version, view.document.model_validate(shown.body))
