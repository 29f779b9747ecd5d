"""Views of lanes that nobody feeds: of a version that the other replicas do not have yet, or of an owner that died."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import structlog

from shared.eventing.feeds import Shelf
from shared.eventing.ports import Cursors, EventLog
from shared.eventing.projector import LivePointers, Projector
from shared.eventing.views import View
from shared.kernel.lanes import lane_of

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
        self._goal: dict[int, int] = {}
        self._feeding: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
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
        """Feed the views of a lane up to what stands in it now, unless it becomes our own: then its projector does.

        To run after an end that moves would keep us from every other lane, and from being ready, while there is load.
        """
        projector, goal = self._projector(lane, Shelf()), await self._log.head(lane)
        while lane not in self._owned() and await projector.step(until=goal):
            pass

    async def catch_up(self, view: View[Any], stream: str) -> None:
        """Feed a lane of others until a view shows what stands in the log now.

        For a query that found nothing: while two versions run side by side, the other one has no eye on this view, and
        what a client was shown by one replica must not be unknown to the next.
        """
        lane = lane_of(stream, self._lanes)
        if lane in self._owned():
            return
        async with self._feeding[lane]:
            goal = await self._log.head(lane)
            projector = self._projector(lane, Shelf())
            while lane not in self._owned() and await self._cursors.get(self._pointers.of(view).live, lane) < goal:
                if not await projector.step(until=goal):
                    return

    async def look(self) -> list[int]:
        """The lanes of others in which a view has not moved since the last look though there is something to feed."""
        stalled: list[int] = []
        short = False
        lanes = [lane for lane in range(self._lanes) if not (self.caught_up and lane in self._owned())]
        heads = {lane: await self._log.head(lane) for lane in lanes}
        # After the heads: a view that is fed in between never seems to stand still.
        places = [(collection, lane) for lane in lanes for collection in self._pointers.collections()]
        for (collection, lane), at in (await self._cursors.get_many(places)).items():
            short |= at < self._goal.setdefault(lane, heads[lane])
            stood = self._seen.get((collection, lane)) == at
            if at < heads[lane] and stood and lane not in self._owned() and lane not in stalled:
                stalled.append(lane)
            self._seen[collection, lane] = at
        self.caught_up |= not short
        return stalled
