"""Views of lanes that nobody feeds: of a version that the other replicas do not have yet, or of an owner that died."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from shared.eventing.feeds import Shelf
from shared.eventing.ports import Cursors, EventLog
from shared.eventing.projector import LivePointers, Projector

_EVERY: Final = 1.0

_log = structlog.get_logger(__name__)


class Keeping:
    """Feeds what is not fed.

    A lane's owner feeds the views that it knows. While two versions run side by side and the newer has a view in a new
    shape, lanes of the older one's replicas would be missing in it, though any replica answers for any case. So what
    stands still while its log goes on is fed by whoever sees it. That two feed one lane does no harm: a document
    follows from the log, and is written only over an older version.
    """

    def __init__(
        self,
        pointers: LivePointers,
        *,
        log: EventLog,
        cursors: Cursors,
        lanes: int,
        owned: Callable[[], frozenset[int]],
        projector: Callable[[int, Shelf], Projector],
    ) -> None:
        self._pointers = pointers
        self._log = log
        self._cursors = cursors
        self._lanes = lanes
        self._owned = owned
        self._projector = projector
        self._goal: list[int] | None = None
        self._seen: dict[tuple[str, int], int] = {}
        self.caught_up = False
        """Whether every view shows at least what stood in the log when this process started."""

    async def run(self) -> None:
        while True:
            for lane in await self.look():
                _log.info("feeding views that nobody feeds", lane=lane)
                await self.feed(lane)
            await asyncio.sleep(_EVERY)

    async def feed(self, lane: int) -> None:
        """Feed the views of a lane up to its end, unless it becomes our own: then its projector does."""
        projector = self._projector(lane, Shelf())
        while lane not in self._owned() and await projector.step():
            pass

    async def look(self) -> list[int]:
        """The lanes of others in which a view has not moved since the last look though there is something to feed."""
        heads = [await self._log.head(lane) for lane in range(self._lanes)]
        self._goal = self._goal or heads
        stalled: list[int] = []
        short = False
        for lane, head in enumerate(heads):
            if self.caught_up and lane in self._owned():
                continue
            for collection in self._pointers.collections():
                at = await self._cursors.get(collection, lane)
                short |= at < self._goal[lane]
                stood = self._seen.get((collection, lane)) == at
                if at < head and stood and lane not in self._owned() and lane not in stalled:
                    stalled.append(lane)
                self._seen[collection, lane] = at
        self.caught_up |= not short
        return stalled
