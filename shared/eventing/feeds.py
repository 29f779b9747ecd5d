"""Feeding a view: commits of one lane become documents of one collection, then the cursor moves."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from shared.eventing.commits import Commit
from shared.eventing.model import Entry
from shared.eventing.ports import Cursors, EventLog, Shown, ViewStore
from shared.eventing.streams import Codec
from shared.eventing.views import View

PAGE: Final = 500
_KEPT: Final = 2000
"""Documents kept in memory per feed, so a busy case is not read back for each of its facts."""

_UNSAVED: Final = 500
"""Commits without a trace in the view after which the cursor is stored all the same, idle or not."""


@dataclass(slots=True)
class _Standing:
    """A document in hand: what it shows, at which version, and whether the store has one of this stream."""

    document: Any
    version: int
    stored: bool


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
        kept: int = _KEPT,
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
        self._kept = kept
        self._notify = notify
        self._standing: OrderedDict[str, _Standing] = OrderedDict()
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
            self._standing.clear()
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
        entries: dict[str, list[Entry]] = {}
        starts: set[str] = set()
        for commit in page:
            if commit.first == 1:
                starts.add(commit.stream)
            entries.setdefault(commit.stream, []).extend(self._codec.entries(commit))
        await self._take_up([name for name in entries if name not in self._standing], starts)
        fresh: list[Shown] = []
        newer: list[Shown] = []
        for name, lines in entries.items():
            standing = self._standing[name]
            self._standing.move_to_end(name)
            if (shown := self._evolve(standing, name, lines)) is not None:
                (newer if standing.stored else fresh).append(shown)
                standing.stored = True
        await self._store.write(self.collection, self.lane, fresh, fresh=True)
        await self._store.write(self.collection, self.lane, newer)
        while len(self._standing) > self._kept:
            self._standing.popitem(last=False)
        return [*fresh, *newer]

    async def _take_up(self, missing: Sequence[str], starts: set[str]) -> None:
        known = [name for name in missing if name not in starts]
        stored = await self._store.fetch(self.collection, known) if known else {}
        for name in missing:
            shown = stored.get(name)
            self._standing[name] = (
                _Standing(self._view.document.model_validate(shown.body), shown.version, stored=True)
                if shown
                else _Standing(None, 0, stored=False)
            )

    def _evolve(self, standing: _Standing, name: str, lines: Sequence[Entry]) -> Shown | None:
        document: BaseModel | None = standing.document
        position = 0
        for entry in lines:
            if entry.version > standing.version:
                document = self._view.evolve(document, entry)
                standing.version = entry.version
                position = entry.position
        if document is None or not position:
            return None
        standing.document = document
        return Shown(name, standing.version, position, document.model_dump(mode="json"), self._view.keys(document))
