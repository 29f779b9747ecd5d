"""Feeding a view: commits of one lane become documents of one collection, then the cursor moves."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from shared.eventing.commits import Commit
from shared.eventing.model import Entry
from shared.eventing.ports import Cursors, EventLog, Shown, ViewStore
from shared.eventing.streams import Codec
from shared.eventing.views import View

PAGE: Final = 500
KEPT: Final = 1000
"""Documents that a process keeps in memory, so that a busy case is not read back for each of its facts.

A long case shows in some tens of kilobytes: all views of all lanes together stay within some tens of megabytes.
"""

_UNSAVED: Final = 50
"""Commits without a trace in the view after which the cursor is stored all the same, idle or not.

Few enough that a busy lane's view is not seen as standing still, and fed by others too, for being behind.
"""


@dataclass(slots=True)
class _Standing:
    """A document in hand: what it shows, at which version, and whether the store has one of this stream."""

    document: Any
    version: int
    stored: bool


class _Step(NamedTuple):
    """One commit to a document: the version and position it brings it to, and what it shows."""

    version: int
    position: int
    entries: Sequence[Entry]


class Shelf:
    """Documents in hand, shared by the feeds of one process; past `size` the one longest unused is put away.

    A shelf is good for as long as its feeds alone write their lanes: whoever takes lanes over starts with an empty one.
    """

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, int, str], _Standing] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, collection: str, lane: int, stream: str) -> _Standing | None:
        return self._kept.get((collection, lane, stream))

    def keep(self, collection: str, lane: int, standing: Mapping[str, _Standing]) -> None:
        for stream, one in standing.items():
            key = (collection, lane, stream)
            self._kept[key] = one
            self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def clear(self, collection: str, lane: int) -> None:
        for key in [key for key in self._kept if key[:2] == (collection, lane)]:
            del self._kept[key]


async def earlier_of(log: EventLog, commit: Commit) -> Sequence[Commit]:
    """What `Codec.entries` needs beside a commit: the commits of its stream, where it releases some that waited."""
    if not commit.cause.releases:
        return ()
    return (await log.load(commit.lane, [commit.stream]))[commit.stream]


class Feed:
    """One view into one collection on one lane. Replaying what was fed changes nothing."""

    def __init__(
        self,
        view: View[Any],
        collection: str,
        lane: int,
        *,
        codec: Codec,
        log: EventLog,
        store: ViewStore,
        cursors: Cursors,
        shelf: Shelf,
        notify: Callable[[Sequence[Shown]], None] = lambda _: None,
    ) -> None:
        self.collection = collection
        self.lane = lane
        self.position = -1
        self._view = view
        self._codec = codec
        self._log = log
        self._store = store
        self._cursors = cursors
        self._shelf = shelf
        self._notify = notify
        self._unsaved = 0

    async def step(self, limit: int = PAGE, until: int | None = None) -> int:
        """Feed the next page, at most to position `until`, and answer how many commits it held; 0 at the end."""
        if self.position < 0:
            self.position = await self._cursors.get(self.collection, self.lane)
        page = await self._log.read(self.lane, self.position, limit)
        if until is not None:
            page = [commit for commit in page if commit.position <= until]
        if not page:
            await self._save()
            return 0
        try:
            changed = await self._apply(page)
        except BaseException:
            # In memory the documents are ahead of the store now: fed again, the page would seem to be shown already.
            self._shelf.clear(self.collection, self.lane)
            raise
        self._notify(changed)
        self.position = page[-1].position
        self._unsaved += len(page)
        if changed or self._unsaved >= _UNSAVED:
            await self._save()
        return len(page)

    async def _save(self) -> None:
        """Store the cursor. Not for every commit that shows nothing in this view: reading it again changes nothing."""
        if self._unsaved:
            await self._cursors.advance(self.collection, self.lane, self.position)
            self._unsaved = 0

    async def _apply(self, page: Sequence[Commit]) -> Sequence[Shown]:
        steps: dict[str, list[_Step]] = {}
        starts: set[str] = set()
        for commit in page:
            if commit.first == 1:
                starts.add(commit.stream)
            entries = self._codec.entries(commit, await earlier_of(self._log, commit))
            steps.setdefault(commit.stream, []).append(_Step(commit.last, commit.position, entries))
        hands = await self._take_up(steps, starts)
        fresh: list[Shown] = []
        newer: list[Shown] = []
        for name, taken in steps.items():
            standing = hands[name]
            if (shown := self._evolve(standing, name, taken)) is not None:
                (newer if standing.stored else fresh).append(shown)
                standing.stored = True
        await self._store.write(self.collection, self.lane, fresh, fresh=True)
        await self._store.write(self.collection, self.lane, newer)
        self._shelf.keep(self.collection, self.lane, hands)
        return [*fresh, *newer]

    async def _take_up(self, names: Iterable[str], starts: set[str]) -> Mapping[str, _Standing]:
        """Each stream's document: from the shelf, from the store, or none yet."""
        hands = {name: self._shelf.get(self.collection, self.lane, name) for name in names}
        known = [name for name, standing in hands.items() if standing is None and name not in starts]
        stored = await self._store.fetch(self.collection, known) if known else {}
        return {name: standing or self._standing(stored.get(name)) for name, standing in hands.items()}

    def _standing(self, shown: Shown | None) -> _Standing:
        if shown is None:
            return _Standing(None, 0, stored=False)
        return _Standing(self._view.document.model_validate(shown.body), shown.version, stored=True)

    def _evolve(self, standing: _Standing, name: str, steps: Sequence[_Step]) -> Shown | None:
        document: BaseModel | None = standing.document
        position = 0
        for step in steps:
            if step.version > standing.version:
                for entry in step.entries:
                    document = self._view.evolve(document, entry)
                standing.version = step.version
                position = step.position
        if document is None or not position:
            return None
        standing.document = document
        return Shown(name, standing.version, position, document.model_dump(mode="json"), self._view.keys(document))
