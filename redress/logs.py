"""A service's log read from its beginning, as tools read it."""

from collections.abc import AsyncIterator
from typing import Final

from shared.eventing.commits import Commit
from shared.eventing.ports import EventLog
from shared.kernel.lanes import lane_start

_PAGE: Final = 2000


async def every_commit(log: EventLog, lane: int) -> AsyncIterator[Commit]:
    """Every commit of a lane up to where it ends now, in order."""
    position = lane_start(lane)
    head = await log.head(lane)
    while position < head and (page := await log.read(lane, position, _PAGE)):
        for commit in page:
            yield commit
        position = page[-1].position
