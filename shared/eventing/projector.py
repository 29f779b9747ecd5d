"""Keeping a lane's views fed: every view, into every collection its pointer names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from shared.eventing.feeds import Feed, Shelf
from shared.eventing.pointers import Pointer, Pointers, pointer_of
from shared.eventing.ports import Cursors, EventLog, Shown, ViewStore
from shared.eventing.streams import Codec
from shared.eventing.views import View

POLL: Final = 1.0
"""Seconds between looks at the log when nothing wakes a reader: the floor that needs no change stream."""


class LivePointers:
    """The pointers of a process's views, refreshed in the background; what queries and feeds go by."""

    def __init__(self, pointers: Pointers, store: ViewStore, views: Sequence[View[Any]]) -> None:
        self._pointers = pointers
        self._store = store
        self._views = views
        self._known: dict[str, Pointer] = {}

    async def refresh(self) -> None:
        for view in self._views:
            pointer = await pointer_of(self._pointers, view)
            for collection in pointer.feeds:
                if self._known.get(view.name) != pointer:
                    await self._store.prepare(collection, view.indexed)
            self._known[view.name] = pointer

    def of(self, view: View[Any]) -> Pointer:
        return self._known[view.name]

    def collections(self) -> Sequence[str]:
        """Every collection that is to be fed."""
        return [collection for view in self._views for collection in self.of(view).feeds]


class Projector:
    """Feeds all views of one lane for as long as this process owns it."""

    def __init__(
        self,
        lane: int,
        views: Sequence[View[Any]],
        *,
        codec: Codec,
        log: EventLog,
        store: ViewStore,
        cursors: Cursors,
        pointers: LivePointers,
        shelf: Shelf,
        notify: Callable[[View[Any], str, Sequence[Shown]], None],
    ) -> None:
        self._lane = lane
        self._views = views
        self._codec = codec
        self._log = log
        self._store = store
        self._cursors = cursors
        self._pointers = pointers
        self._shelf = shelf
        self._notify = notify
        self._feeds: dict[str, Feed] = {}

    @property
    def positions(self) -> Mapping[str, int]:
        """How far the live collection of each view is, by the view's name; those not known yet are left out."""
        live = {view.name: self._feeds.get(self._pointers.of(view).live) for view in self._views}
        return {name: feed.position for name, feed in live.items() if feed is not None and feed.position >= 0}

    async def run(self) -> None:
        while True:
            read = await self.step()
            if not read:
                # The feed furthest behind decides when there is something to do.
                at = min((feed.position for feed in self._feeds.values()), default=0)
                await self._log.wait(self._lane, at, POLL)

    async def step(self, until: int | None = None) -> int:
        """Feed one page into every collection, at most to position `until`; answers commits read.

        Of one view's collections a later one never passes an earlier one it has not passed already. So green,
        once level with blue, stays level, and a reader that a swap sends from blue to green never goes back.
        """
        read = 0
        first: dict[str, Feed] = {}
        wanted: Mapping[str, View[Any]] = {
            collection: view for view in self._views for collection in self._pointers.of(view).feeds
        }
        self._feeds = {name: feed for name, feed in self._feeds.items() if name in wanted}
        for collection, view in wanted.items():
            feed = self._feeds.get(collection)
            if feed is None:
                feed = self._feeds[collection] = self._feed(collection, view)
            leader = first.setdefault(view.name, feed)
            bounds = [] if until is None else [until]
            if leader is not feed and leader.position >= feed.position:
                bounds.append(leader.position)
            read += await feed.step(until=min(bounds, default=None))
        return read

    def _feed(self, collection: str, view: View[Any]) -> Feed:
        return Feed(
            view,
            collection,
            self._lane,
            codec=self._codec,
            log=self._log,
            store=self._store,
            cursors=self._cursors,
            shelf=self._shelf,
            notify=lambda shown: self._notify(view, collection, shown),
        )
