"""Asking a view: by stream, by key, and not before it reflects a version the caller has written."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel

from shared.eventing.ports import Shown, ViewStore
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
    """Queries over the live collections of one service's views."""

    def __init__(self, store: ViewStore, pointers: LivePointers) -> None:
        self._store = store
        self._pointers = pointers
        self._waiting: dict[str, list[asyncio.Event]] = defaultdict(list)

    async def one(self, view: View[D], stream: str) -> Seen[D] | None:
        """The document of a stream, or None when the view shows nothing of it."""
        shown = (await self._store.fetch(self._pointers.of(view).live, [stream])).get(stream)
        return _seen(view, shown) if shown else None

    async def one_at(self, view: View[D], stream: str, version: int, timeout: float) -> Seen[D] | None:
        """The document once it reflects at least `version`: read-your-writes. None after `timeout` seconds."""
        changed = asyncio.Event()
        self._waiting[stream].append(changed)
        try:
            async with asyncio.timeout(timeout):
                while True:
                    seen = await self.one(view, stream)
                    if seen is not None and seen.version >= version:
                        return seen
                    changed.clear()
                    try:
                        async with asyncio.timeout(_GLANCE):
                            await changed.wait()
                    except TimeoutError:
                        continue
        except TimeoutError:
            return None
        finally:
            self._waiting[stream].remove(changed)
            if not self._waiting[stream]:
                del self._waiting[stream]

    async def many(
        self, view: View[D], where: Mapping[str, Any], *, order: str | None = None, after: Any = None, limit: int = 50
    ) -> Sequence[Seen[D]]:
        """Documents whose keys equal `where`, in order of a key or of stream, from after a value."""
        found = await self._store.select(self._pointers.of(view).live, where, order=order, after=after, limit=limit)
        return [_seen(view, shown) for shown in found]

    def notify(self, _view: View[Any], shown: Sequence[Shown]) -> None:
        """Wake callers who wait for a document that was just written."""
        if self._waiting:
            for document in shown:
                for changed in self._waiting.get(document.stream, ()):
                    changed.set()


def _seen(view: View[D], shown: Shown) -> Seen[D]:
    return Seen(shown.stream, shown.version, view.document.model_validate(shown.body))
