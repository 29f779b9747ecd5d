"""Blue/green rebuild of a view from the log alone, while it is read and fed (architecture.md section 6)."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.eventing.feeds import Feed
from shared.eventing.pointers import Pointer, Pointers, pointer_of
from shared.eventing.ports import Cursors, EventLog, Shown, ViewStore
from shared.eventing.streams import Codec
from shared.eventing.views import View
from shared.kernel.lanes import number_of


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
    ) -> None:
        self._view = view
        self._codec = codec
        self._log = log
        self._store = store
        self._cursors = cursors
        self._pointers = pointers
        self._lanes = lanes

    async def build(self, progress: Callable[[Progress], None] = lambda _: None) -> Pointer:
        """Fill the green collection up to the head of every lane, resuming one that was interrupted."""
        pointer = await self._begun()
        green = pointer.building
        if green is None:
            raise RebuildError("the rebuild was finished by another process")
        await self._store.prepare(green, self._view.indexed)
        total = sum([number_of(await self._log.head(lane)) for lane in range(self._lanes)])
        done = 0
        for lane in range(self._lanes):
            feed = self._feed(green, lane, kept=50_000)
            while await feed.step(5000):
                progress(Progress(done + number_of(feed.position), total, lane))
            done += number_of(max(feed.position, 0))
        return await self._change(lambda p: replace(p, feeds=(green, *(c for c in p.feeds if c != green))))

    async def catch_up(self, *, patience: float = 60.0) -> Pointer:
        """Wait until green has reached blue on every lane; feed the lanes that nobody owns.

        Raises RebuildError when green does not get there in `patience` seconds.
        """
        pointer = await pointer_of(self._pointers, self._view)
        green = pointer.building
        if green is None:
            raise RebuildError("no rebuild is under way for this view")
        feeds = [self._feed(green, lane) for lane in range(self._lanes)]
        try:
            async with asyncio.timeout(patience):
                while not await self._level(pointer.live, green):
                    for feed in feeds:
                        await feed.step()
        except TimeoutError:
            raise RebuildError(
                f"{green} did not catch up with {pointer.live} in {patience:.0f} s; run it again to go on"
            ) from None
        return pointer

    async def compare(self, limit: int = 20) -> Sequence[Difference]:
        """Documents that differ at the same version between blue and green, at most `limit`."""
        pointer = await pointer_of(self._pointers, self._view)
        other = pointer.building or pointer.previous
        if other is None:
            raise RebuildError("there is nothing to compare with: no rebuild is under way and none is kept")
        return await differences(self._store, pointer.live, other, limit)

    async def swap(self) -> Pointer:
        """Make green live with one write; blue stays fed for a rollback."""
        return await self._change(
            lambda p: replace(
                p,
                live=p.building or p.live,
                building=None,
                previous=p.live,
                feeds=tuple(c for c in (p.building, p.live) if c),
            )
        )

    async def roll_back(self) -> Pointer:
        """Make the previous collection live again. Raises RebuildError when none is kept."""
        pointer = await pointer_of(self._pointers, self._view)
        if pointer.previous is None:
            raise RebuildError("no previous collection is kept for this view")
        return await self._change(
            lambda p: replace(
                p, live=p.previous or p.live, previous=p.live, feeds=tuple(c for c in (p.previous, p.live) if c)
            )
        )

    async def finish(self) -> Pointer:
        """Drop the previous collection."""
        dropped = (await pointer_of(self._pointers, self._view)).previous
        pointer = await self._change(lambda p: replace(p, previous=None, feeds=(p.live,)))
        if dropped is not None:
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

    async def _level(self, blue: str, green: str) -> bool:
        """Whether green has read as far as blue on every lane."""
        for lane in range(self._lanes):
            if await self._cursors.get(green, lane) < await self._cursors.get(blue, lane):
                return False
        return True

    def _feed(self, collection: str, lane: int, *, kept: int = 2000) -> Feed:
        return Feed(
            self._view,
            collection,
            lane,
            codec=self._codec,
            log=self._log,
            store=self._store,
            cursors=self._cursors,
            kept=kept,
        )

    async def _change(self, how: Callable[[Pointer], Pointer]) -> Pointer:
        while True:
            old = await pointer_of(self._pointers, self._view)
            new = how(old)
            if new == old or await self._pointers.change(old, new):
                return new


async def differences(store: ViewStore, live: str, rebuilt: str, limit: int) -> Sequence[Difference]:
    """Streams whose documents differ at one version, or that the rebuilt collection lacks."""
    found: list[Difference] = []
    batch: list[Shown] = []
    async for shown in store.scan(live):
        batch.append(shown)
        if len(batch) == 500:
            found += await _compared(store, rebuilt, batch)
            batch.clear()
        if len(found) >= limit:
            return found[:limit]
    found += await _compared(store, rebuilt, batch)
    return found[:limit]


async def _compared(store: ViewStore, rebuilt: str, batch: Sequence[Shown]) -> Sequence[Difference]:
    others = await store.fetch(rebuilt, [shown.stream for shown in batch]) if batch else {}
    return [
        Difference(shown.stream, shown.body, other and other.body)
        for shown in batch
        if (other := others.get(shown.stream)) is None or (other.version == shown.version and other.body != shown.body)
    ]
