"""View documents, cursors and pointers in memory, for wiring tests. Proven by the suites of the real ones."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.eventing.pointers import Pointer
from shared.eventing.ports import Between, Shown, Tallied
from shared.kernel.lanes import lane_start


class MemoryViewStore:
    """The `ViewStore` port without a server."""

    def __init__(self) -> None:
        self._collections: dict[str, dict[str, tuple[int, Shown]]] = defaultdict(dict)

    async def prepare(self, collection: str, indexed: Sequence[str]) -> None:
        """Nothing to prepare."""

    async def fetch(self, collection: str, streams: Sequence[str]) -> Mapping[str, Shown]:
        stored = self._collections[collection]
        return {name: stored[name][1] for name in streams if name in stored}

    async def write(self, collection: str, lane: int, documents: Sequence[Shown], *, fresh: bool = False) -> None:  # noqa: ARG002  # the port's signature
        stored = self._collections[collection]
        for shown in documents:
            standing = stored.get(shown.stream)
            if standing is None or standing[1].version < shown.version:
                stored[shown.stream] = (lane, shown)

    async def select(
        self,
        collection: str,
        where: Mapping[str, Any],
        *,
        order: str | None = None,
        after: Any = None,
        limit: int = 50,
    ) -> Sequence[Shown]:
        def place(shown: Shown) -> Any:
            return shown.keys[order] if order else shown.stream

        matching = [
            shown
            for _, shown in self._collections[collection].values()
            if all(_fits(shown.keys.get(key), value) for key, value in where.items())
            and (after is None or place(shown) > after)
        ]
        return sorted(matching, key=place)[:limit]

    async def tally(self, collection: str, where: Mapping[str, Any], by: Sequence[str]) -> Sequence[Tallied]:
        found = Counter(
            tuple(shown.keys.get(key) for key in by)
            for _, shown in self._collections[collection].values()
            if all(_fits(shown.keys.get(key), value) for key, value in where.items())
        )
        return [Tallied(values, count) for values, count in found.items()]

    async def due(self, collection: str, lanes: Sequence[int], until: datetime, limit: int) -> Sequence[Shown]:
        matching = [
            shown
            for lane, shown in self._collections[collection].values()
            if lane in lanes and shown.keys.get("next_due") is not None and shown.keys["next_due"] <= until
        ]
        return sorted(matching, key=lambda shown: shown.keys["next_due"])[:limit]

    async def scan(self, collection: str) -> AsyncIterator[Shown]:
        for name in sorted(self._collections[collection]):
            yield self._collections[collection][name][1]

    async def drop(self, collection: str) -> None:
        self._collections.pop(collection, None)


def _fits(kept: Any, wanted: Any) -> bool:
    if wanted == Between():
        return True
    if isinstance(kept, list | tuple):
        return any(_fits(one, wanted) for one in kept)
    if not isinstance(wanted, Between):
        return bool(kept == wanted)
    if kept is None:
        return False
    return (wanted.first is None or kept >= wanted.first) and (wanted.last is None or kept <= wanted.last)


class MemoryCursors:
    """The `Cursors` port without a server."""

    def __init__(self) -> None:
        self._positions: dict[tuple[str, int], int] = {}

    async def get(self, name: str, lane: int) -> int:
        return self._positions.get((name, lane), lane_start(lane))

    async def get_many(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], int]:
        return {place: self._positions.get(place, lane_start(place[1])) for place in places}

    async def advance(self, name: str, lane: int, position: int) -> None:
        self._positions[name, lane] = max(position, await self.get(name, lane))


class MemoryPointers:
    """The `Pointers` port without a server."""

    def __init__(self) -> None:
        self._known: dict[str, Pointer] = {}

    async def get(self, view: str) -> Pointer | None:
        return self._known.get(view)

    async def create(self, pointer: Pointer) -> Pointer:
        return self._known.setdefault(pointer.view, pointer)

    async def change(self, old: Pointer, new: Pointer) -> bool:
        if self._known.get(old.view) != old:
            return False
        self._known[new.view] = new
        return True
