"""Feeding views: whatever is repeated, interrupted or handed over, a view shows exactly what its log says."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.views import case_timeline, deadlines, order_book
from shared.adapters.memory_views import MemoryCursors
from shared.eventing import feeds
from shared.eventing.feeds import Shelf
from shared.eventing.ports import Cursors, Shown, StoreUnavailableError, ViewStore
from shared.eventing.views import View
from shared.kernel.lanes import lane_of, lane_start
from tests.kit.histories import LANES, Asks, Backend, Hears, Step, expected, random_script, steps
from tests.kit.stores import Fresh

VIEWS: tuple[View[Any], ...] = (case_timeline.VIEW, deadlines.VIEW, order_book.VIEW)
STORY: list[Step] = [
    Asks("case-a", 6),
    Hears("case-a", 0),
    Asks("case-b", 0),
    Hears("case-b", 3),
    Asks("case-a", 8),
    Hears("case-c", 1),
]


@pytest.fixture
async def mongo(fresh_database: Fresh) -> AsyncIterator[Backend]:
    opened = await Backend.in_mongo(await fresh_database())
    yield opened
    await opened.close()


@pytest.fixture(params=["memory", "mongo"])
async def backend(request: pytest.FixtureRequest, fresh_database: Fresh) -> AsyncIterator[Backend]:
    opened = Backend.in_memory() if request.param == "memory" else await Backend.in_mongo(await fresh_database())
    yield opened
    await opened.close()


def as_shown(contents: dict[str, Shown]) -> dict[str, Any]:
    return {name: (shown.version, dict(shown.body), dict(shown.keys)) for name, shown in contents.items()}


examples = settings(max_examples=50, deadline=None)
seeds = pytest.mark.parametrize("seed", [1, 2])


@examples
@given(script=st.lists(steps, max_size=30), pages=st.lists(st.integers(1, 7), min_size=1, max_size=4))
async def test_however_it_is_fed_a_view_shows_what_its_log_says(script: Sequence[Step], pages: Sequence[int]) -> None:
    """INVARIANT: a view depends on its log alone: not on page sizes, restarts, or who fed it when.

    Between the parts of a history a new process takes over, and feeds in pages of another size.
    """
    await require_what_the_log_says(Backend.in_memory(), script, pages)


@seeds
async def test_however_it_is_fed_in_mongodb_a_view_shows_what_its_log_says(mongo: Backend, seed: int) -> None:
    await require_what_the_log_says(mongo, random_script(seed), [2, 1, 5])


async def require_what_the_log_says(backend: Backend, script: Sequence[Step], pages: Sequence[int]) -> None:
    for turn, page in enumerate(pages):
        await backend.life.play(script[turn :: len(pages)])
        for view in VIEWS:
            await backend.feed_all(view, view.name, page)

    for view in VIEWS:
        assert as_shown(await backend.contents(view.name)) == await expected(backend.log, view), view.name


@examples
@given(script=st.lists(steps, min_size=1, max_size=25), page=st.integers(1, 9))
async def test_feeding_everything_again_changes_nothing(script: Sequence[Step], page: int) -> None:
    """INVARIANT: a lost cursor costs time and nothing else."""
    await require_replay_to_be_nothing(Backend.in_memory(), script, page)


@seeds
async def test_feeding_everything_again_changes_nothing_in_mongodb(mongo: Backend, seed: int) -> None:
    await require_replay_to_be_nothing(mongo, random_script(seed), 4)


async def require_replay_to_be_nothing(backend: Backend, script: Sequence[Step], page: int) -> None:
    await backend.life.play(script)
    for view in VIEWS:
        await backend.feed_all(view, view.name)
        before = await backend.contents(view.name)

        await backend.feed_all(view, view.name, page, cursors=MemoryCursors())

        assert await backend.contents(view.name) == before, view.name


@dataclass
class Failing:
    """A store and cursors of which one call fails: before it had an effect, or after."""

    store: ViewStore
    cursors: Cursors
    at: int
    after: bool
    calls: int = 0

    async def fetch(self, collection: str, streams: Sequence[str]) -> Any:
        return await self.store.fetch(collection, streams)

    async def write(self, collection: str, lane: int, documents: Sequence[Shown], *, fresh: bool = False) -> None:
        async with self._failing():
            await self.store.write(collection, lane, documents, fresh=fresh)

    async def get(self, name: str, lane: int) -> int:
        return await self.cursors.get(name, lane)

    async def advance(self, name: str, lane: int, position: int) -> None:
        async with self._failing():
            await self.cursors.advance(name, lane, position)

    @asynccontextmanager
    async def _failing(self) -> AsyncIterator[None]:
        self.calls += 1
        due = self.calls == self.at
        if due and not self.after:
            raise StoreUnavailableError("gone before")
        yield
        if due:
            raise StoreUnavailableError("gone after")


@examples
@given(
    script=st.lists(steps, min_size=4, max_size=20),
    page=st.integers(1, 5),
    at=st.integers(1, 12),
    after=st.booleans(),
    same=st.booleans(),
)
async def test_a_store_that_fails_anywhere_leaves_nothing_out(
    script: Sequence[Step], page: int, at: int, after: bool, same: bool
) -> None:
    """INVARIANT: the cursor never passes what is not written.

    Whether the same feed goes on after the failure or a new one, what was under way is done again.
    """
    await require_nothing_left_out(Backend.in_memory(), script, page, at, after=after, same=same)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("same", [False, True])
async def test_a_mongodb_that_fails_leaves_nothing_out(mongo: Backend, after: bool, same: bool) -> None:
    await require_nothing_left_out(mongo, random_script(3), 2, 5, after=after, same=same)


async def require_nothing_left_out(
    backend: Backend, script: Sequence[Step], page: int, at: int, *, after: bool, same: bool
) -> None:
    await backend.life.play(script)
    view = case_timeline.VIEW
    failing = Failing(backend.store, backend.cursors, at, after)
    for lane in range(LANES):
        feed = backend.feed(view, view.name, lane, store=failing, cursors=failing)
        while True:
            try:
                if not await feed.step(page):
                    break
            except StoreUnavailableError:
                if not same:
                    feed = backend.feed(view, view.name, lane)

    assert as_shown(await backend.contents(view.name)) == await expected(backend.log, view)


async def test_two_processes_may_feed_a_lane_at_once(backend: Backend) -> None:
    """INVARIANT: while a lane changes hands, its old and new owner cannot spoil each other's work."""
    await backend.life.play(STORY * 3)
    view = case_timeline.VIEW

    await asyncio.gather(*(backend.feed_all(view, view.name, page) for page in (1, 2, 3)))

    assert as_shown(await backend.contents(view.name)) == await expected(backend.log, view)


async def test_a_feed_forgets_documents_and_reads_them_back(backend: Backend) -> None:
    await backend.life.play([Hears(f"case-{letter}", n) for n in range(4) for letter in "abcd"])
    view = deadlines.VIEW

    await backend.feed_all(view, view.name, 1, shelf=Shelf(1))

    assert as_shown(await backend.contents(view.name)) == await expected(backend.log, view)


async def test_readers_are_told_what_was_written(backend: Backend) -> None:
    await backend.life.play(STORY)
    told: list[Shown] = []

    await backend.feed_all(case_timeline.VIEW, "cases", 2, notify=told.extend)

    last = {shown.stream: shown for shown in told}
    assert last == await backend.contents("cases")


async def test_a_feed_stops_where_it_is_told_to(backend: Backend) -> None:
    await backend.life.play(STORY)
    lane = lane_of("case-a", LANES)
    feed = backend.feed(case_timeline.VIEW, "cases", lane)

    assert await feed.step(until=lane_start(lane) + 1) == 1
    assert await feed.step(until=lane_start(lane) + 1) == 0
    assert await backend.cursors.get("cases", lane) == lane_start(lane) + 1
    assert await feed.step() > 0


async def test_commits_that_show_nothing_move_the_cursor_only_at_the_end(backend: Backend) -> None:
    await backend.life.play(STORY)
    lane = lane_of("case-a", LANES)
    feed = backend.feed(order_book.VIEW, "orders", lane)

    assert await feed.step() > 0
    assert await backend.cursors.get("orders", lane) == lane_start(lane)
    assert await feed.step() == 0
    assert await backend.cursors.get("orders", lane) == feed.position == await backend.log.head(lane)


async def test_commits_that_show_nothing_move_the_cursor_now_and_then(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "_UNSAVED", 2)
    await backend.life.play(STORY)
    lane = lane_of("case-a", LANES)
    feed = backend.feed(order_book.VIEW, "orders", lane)

    assert await feed.step(1) == 1
    assert await backend.cursors.get("orders", lane) == lane_start(lane)
    assert await feed.step(1) == 1
    assert await backend.cursors.get("orders", lane) == lane_start(lane) + 2


async def test_the_end_of_a_lane_is_answered_with_nothing(backend: Backend) -> None:
    feed = backend.feed(case_timeline.VIEW, "cases", 0)

    assert await feed.step() == 0
    assert await backend.contents("cases") == {}


async def test_all_feeds_of_a_process_together_keep_no_more_than_the_shelf_holds(backend: Backend) -> None:
    """INVARIANT: memory does not grow with lanes and views; what was put away is read back and goes on."""
    shelf = Shelf(3)
    for turn in range(3):
        await backend.life.play(random_script(turn))
        for view in VIEWS:
            await backend.feed_all(view, view.name, 2, shelf=shelf)

    assert len(shelf) == 3
    for view in VIEWS:
        assert as_shown(await backend.contents(view.name)) == await expected(backend.log, view), view.name
