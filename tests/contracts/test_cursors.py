"""What every store of cursors promises: they start at the lane's start and never move back."""

import asyncio
import random

import pytest

from shared.adapters.memory_views import MemoryCursors
from shared.adapters.mongo_views import MongoCursors
from shared.eventing.ports import Cursors
from shared.kernel.lanes import lane_start, position
from tests.kit.stores import Fresh


@pytest.fixture(params=["memory", "mongo"])
async def cursors(request: pytest.FixtureRequest, fresh_database: Fresh) -> Cursors:
    if request.param == "memory":
        return MemoryCursors()
    return MongoCursors(await fresh_database())


async def test_a_cursor_nobody_moved_stands_before_the_first_commit_of_its_lane(cursors: Cursors) -> None:
    assert await cursors.get("relay", 0) == 0
    assert await cursors.get("relay", 11) == lane_start(11)


async def test_a_cursor_moves_forward_only(cursors: Cursors) -> None:
    """INVARIANT: a slow former owner of a lane cannot move its reader back.

    It would repeat what it did: harmless for a view, but a relay would publish a page again for nothing.
    """
    await cursors.advance("relay", 2, position(2, 9))
    await cursors.advance("relay", 2, position(2, 4))

    assert await cursors.get("relay", 2) == position(2, 9)


async def test_cursors_are_told_apart_by_name_and_lane(cursors: Cursors) -> None:
    await cursors.advance("relay", 1, position(1, 5))
    await cursors.advance("cases_v1_1", 1, position(1, 7))
    await cursors.advance("relay", 11, position(11, 2))

    assert [await cursors.get("relay", 1), await cursors.get("cases_v1_1", 1)] == [position(1, 5), position(1, 7)]
    assert await cursors.get("relay", 11) == position(11, 2)
    assert await cursors.get("cases_v1_1", 11) == lane_start(11)
    assert await cursors.get_many([("relay", 1), ("relay", 11), ("cases_v1_1", 11)]) == {
        ("relay", 1): position(1, 5),
        ("relay", 11): position(11, 2),
        ("cases_v1_1", 11): lane_start(11),
    }


async def test_of_many_that_move_a_cursor_at_once_the_furthest_counts(cursors: Cursors) -> None:
    steps = [position(3, n) for n in range(1, 21)]
    random.Random(3).shuffle(steps)

    await asyncio.gather(*(cursors.advance("relay", 3, step) for step in steps))

    assert await cursors.get("relay", 3) == position(3, 20)
