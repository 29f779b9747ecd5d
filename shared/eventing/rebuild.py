"""Blue/green rebuild of a view from the log alone, while it is read and fed (architecture.md section 6)."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from shared.eventing.feeds import Feed, Shelf
from shared.eventing.pointers import Pointer, Pointers, pointer_of
from shared.eventing.ports import Cursors, EventLog, Shown, ViewStore
from shared.eventing.streams import Codec
from shared.eventing.views import View
from shared.kernel.lanes import lane_at, number_of

SETTLE: Final = 2.0
"""Seconds after which every process goes by a changed pointer: four times the time between its looks at them."""
_PAGE: Final = 5000
_FILLERS: Final = 4
"""Lanes filled at once: while one waits for the store, another's facts are folded."""
_KEPT: Final = 10_000
"""Documents kept in memory by all fillers together."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is, in commits read of commits there when it began to look."""

    done: int
    total: int
    lane: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A stream whose two documents differ at one version, or stand in one collection only."""

    stream: str
    live: object
    rebuilt: object


class RebuildError(Exception):
    """The rebuild cannot go on; the live collection is untouched and the rebuild can be resumed."""


class Rebuild:
    """Builds green beside blue, catches up, compares, and swaps one pointer."""

    def __init__(
        self,
        view: View[Any],
        *,
        codec: Codec,
        log: EventLog,
        store: ViewStore,
        cursors: Cursors,
        pointers: Pointers,
        lanes: int,
        settle: float = SETTLE,
    ) -> None:
        self._view = view
        self._codec = codec
        self._log = log
        self._store = store
        self._cursors = cursors
        self._pointers = pointers
        self._lanes = lanes
        self._settle = settle

    async def build(self, progress: Callable[[Progress], None] = lambda _: None) -> Pointer:
        """Fill the green collection up to the head of every lane, resuming one that was interrupted."""
        pointer = await self._begun()
        green = pointer.building
        if green is None:
            raise RebuildError("the rebuild was finished by another process")
        await self._store.prepare(green, self._view.indexed)
        heads = await asyncio.gather(*map(self._log.head, range(self._lanes)))
        total = sum(map(number_of, heads))
        done = [0] * self._lanes
        lanes = iter(range(self._lanes))

        shelf = Shelf(_KEPT)

        async def fill() -> None:
            for lane in lanes:
                feed = self._feed(green, lane, shelf)
                while read := await feed.step(_PAGE):
                    done[lane] = number_of(feed.position)
                    progress(Progress(sum(done), total, lane))
                    if read < _PAGE and feed.position >= heads[lane]:
                        break
                done[lane] = number_of(max(feed.position, 0))

        fillers = [asyncio.create_task(fill()) for _ in range(_FILLERS)]
        try:
            with _collector_at_rest():
                await asyncio.gather(*fillers)
        finally:
            for filler in fillers:
                filler.cancel()
            await asyncio.wait(fillers)
        return await self._change(lambda p: replace(p, feeds=(green, *(c for c in p.feeds if c != green))))

    async def catch_up(self, *, patience: float = 60.0) -> Pointer:
        """Wait until green has reached blue on every lane; feed the lanes that nobody owns.

        Raises RebuildError when green does not get there in `patience` seconds.
        """
        pointer = await pointer_of(self._pointers, self._view)
        if pointer.building is None:
            raise RebuildError("no rebuild is under way for this view")
        await self._bring_level(pointer.live, pointer.building, patience)
        return pointer

    async def compare(self, limit: int = 20) -> Sequence[Difference]:
        """Documents that differ between blue and green, at most `limit`; one only lagging behind does not count."""
        pointer = await pointer_of(self._pointers, self._view)
        other = pointer.building or pointer.previous
        if other is None:
            raise RebuildError("there is nothing to compare with: no rebuild is under way and none is kept")
        return await differences(self._store, self._cursors, pointer.live, other, limit)

    async def swap(self) -> Pointer:
        """Make green live with one write; blue stays fed for a rollback. Raises RebuildError before it is built."""
        return await self._change(_swapped)

    async def roll_back(self, *, patience: float = 60.0) -> Pointer:
        """Make the previous collection live again, once it is level. Raises RebuildError when none is kept."""
        pointer = await self._change(lambda p: replace(p, feeds=(_previous(p), p.live)))
        await self._bring_level(pointer.live, _previous(pointer), patience)
        return await self._change(lambda p: replace(p, live=_previous(p), previous=p.live))

    async def finish(self) -> Pointer:
        """Drop the previous collection."""
        dropped: str | None = None

        def finished(p: Pointer) -> Pointer:
            nonlocal dropped
            dropped = p.previous
            return replace(p, previous=None, feeds=tuple(c for c in p.feeds if c != p.previous))

        pointer = await self._change(finished)
        if dropped is not None:
            # Others read and feed it until they have seen the pointer.
            await asyncio.sleep(self._settle)
            await self._store.drop(dropped)
        return pointer

    async def _begun(self) -> Pointer:
        pointer = await pointer_of(self._pointers, self._view)
        if pointer.building is not None:
            return pointer
        if pointer.previous is not None:
            pointer = await self.finish()
        return await self._change(
            lambda p: p if p.building else replace(p, building=f"{p.view}_{p.builds + 1}", builds=p.builds + 1)
        )

    async def _bring_level(self, blue: str, green: str, patience: float) -> None:
        # The owners of the lanes must be feeding green, and before blue, or a reader would go back at the swap.
        await asyncio.sleep(self._settle)
        shelf = Shelf()
        feeds = [self._feed(green, lane, shelf) for lane in range(self._lanes)]
        # A lane once level stays level: its owner lets blue pass green no more.
        behind = list(range(self._lanes))
        try:
            async with asyncio.timeout(patience):
                while behind := await self._behind(blue, green, behind):
                    if not sum([await feeds[lane].step() for lane in behind]):
                        await asyncio.sleep(0.05)
        except TimeoutError:
            raise RebuildError(
                f"{green} did not catch up with {blue} in {patience:.0f} s; run it again to go on"
            ) from None

    async def _behind(self, blue: str, green: str, lanes: Iterable[int]) -> list[int]:
        """The lanes on which green has not read as far as blue. Green is looked at first: blue may be moving."""
        return [lane for lane in lanes if await self._cursors.get(green, lane) < await self._cursors.get(blue, lane)]

    def _feed(self, collection: str, lane: int, shelf: Shelf) -> Feed:
        return Feed(
            self._view,
            collection,
            lane,
            codec=self._codec,
            log=self._log,
            store=self._store,
            cursors=self._cursors,
            shelf=shelf,
        )

    async def _change(self, how: Callable[[Pointer], Pointer]) -> Pointer:
        while True:
            old = await pointer_of(self._pointers, self._view)
            new = how(old)
            if new == old or await self._pointers.change(old, new):
                return new


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No search for reference cycles: filling makes values by the million and no cycle, and searching takes a sixth."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _swapped(pointer: Pointer) -> Pointer:
    green, blue = pointer.building, pointer.live
    if green is None or green not in pointer.feeds:
        raise RebuildError("there is nothing to swap to: run the rebuild to its end first")
    return replace(pointer, live=green, building=None, previous=blue, feeds=(green, blue))


def _previous(pointer: Pointer) -> str:
    if pointer.previous is None or pointer.building is not None:
        raise RebuildError("no previous collection is kept for this view")
    return pointer.previous


async def differences(
    store: ViewStore, cursors: Cursors, live: str, rebuilt: str, limit: int = 20
) -> Sequence[Difference]:
    """Streams whose documents differ, or that one collection lacks or has older though it has read that far."""
    found: list[Difference] = []
    async for batch in _batches(store.scan(live)):
        for shown, other in await _apart(store, cursors, rebuilt, batch):
            found.append(Difference(shown.stream, shown.body, other and other.body))
        if len(found) >= limit:
            return found[:limit]
    async for batch in _batches(store.scan(rebuilt)):
        for shown, other in await _apart(store, cursors, live, batch):
            if other is None or other.version < shown.version:
                found.append(Difference(shown.stream, other and other.body, shown.body))
        if len(found) >= limit:
            break
    return found[:limit]


async def _batches(every: AsyncIterator[Shown], size: int = 500) -> AsyncIterator[list[Shown]]:
    batch: list[Shown] = []
    async for shown in every:
        batch.append(shown)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def _apart(
    store: ViewStore, cursors: Cursors, collection: str, batch: Sequence[Shown]
) -> Sequence[tuple[Shown, Shown | None]]:
    """The documents whose counterparts in another collection are not what they should be by now."""
    # Cursors first: what a cursor has passed is written, so a lag is not taken for a loss.
    read = {lane: await cursors.get(collection, lane) for lane in {lane_at(shown.position) for shown in batch}}
    others = await store.fetch(collection, [shown.stream for shown in batch])
    apart: list[tuple[Shown, Shown | None]] = []
    for shown in batch:
        other = others.get(shown.stream)
        if other is None or other.version < shown.version:
            differs = shown.position <= read[lane_at(shown.position)]
        else:
            differs = other.version == shown.version and other.body != shown.body
        if differs:
            apart.append((shown, other))
    return apart
