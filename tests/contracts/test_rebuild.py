"""Blue/green rebuild: the rebuilt view equals the live one, whatever interrupts it, and no reader ever notices."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.model import MODEL
from services.intake.views import case_timeline
from shared.eventing.feeds import Shelf
from shared.eventing.pointers import Pointer
from shared.eventing.ports import Shown, StoreUnavailableError
from shared.eventing.projector import LivePointers, Projector
from shared.eventing.reading import Reader
from shared.eventing.rebuild import Progress, Rebuild, RebuildError
from shared.eventing.streams import Codec
from shared.kernel.lanes import lane_of
from tests.kit.histories import LANES, Asks, Backend, Hears, Step, expected, random_script, steps
from tests.kit.stores import Fresh

VIEW = case_timeline.VIEW
ONE, TWO, THREE = (f"case_timeline_v{VIEW.version}_{build}" for build in (1, 2, 3))
STORY: list[Step] = [Asks(f"case-{c}", 6) for c in "abcd"] + [Hears(f"case-{c}", n) for n in (0, 3) for c in "abcd"]


@pytest.fixture(params=["memory", "mongo"])
async def backend(request: pytest.FixtureRequest, fresh_database: Fresh) -> AsyncIterator[Backend]:
    """A store with a history, and a live view that shows it."""
    opened = Backend.in_memory() if request.param == "memory" else await Backend.in_mongo(await fresh_database())
    await opened.life.play(STORY)
    await opened.feed_all(VIEW, ONE)
    yield opened
    await opened.close()


def rebuild(backend: Backend, settle: float = 0) -> Rebuild:
    return Rebuild(
        VIEW,
        codec=Codec(MODEL),
        log=backend.log,
        store=backend.store,
        cursors=backend.cursors,
        pointers=backend.pointers,
        lanes=LANES,
        settle=settle,
    )


async def pointer(backend: Backend) -> Pointer:
    known = await backend.pointers.get(f"case_timeline_v{VIEW.version}")
    assert known is not None
    return known


async def swapped(backend: Backend) -> Rebuild:
    work = rebuild(backend)
    await work.build()
    await work.catch_up()
    await work.swap()
    return work


@settings(max_examples=40, deadline=None)
@given(before=st.lists(steps, max_size=20), meanwhile=st.lists(steps, max_size=8))
async def test_a_rebuilt_view_equals_the_live_one(before: Sequence[Step], meanwhile: Sequence[Step]) -> None:
    """INVARIANT: any history, with more of it coming in while it is rebuilt, gives the same documents twice."""
    await require_equal_views(Backend.in_memory(), before, meanwhile)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_rebuilt_view_equals_the_live_one_in_mongodb(fresh_database: Fresh, seed: int) -> None:
    backend = await Backend.in_mongo(await fresh_database())
    script = random_script(seed)

    await require_equal_views(backend, script[:12], script[12:])
    await backend.close()


async def require_equal_views(backend: Backend, before: Sequence[Step], meanwhile: Sequence[Step]) -> None:
    await backend.life.play(before)
    await backend.feed_all(VIEW, ONE, 3)
    work = rebuild(backend)
    await work.build()
    await backend.life.play(meanwhile)
    await backend.feed_all(VIEW, ONE, 1)
    await work.catch_up()

    assert await backend.contents(TWO) == await backend.contents(ONE)
    assert await work.compare() == []
    assert {name: shown.version for name, shown in (await backend.contents(TWO)).items()} == {
        name: version for name, (version, _, _) in (await expected(backend.log, VIEW)).items()
    }


async def test_a_rebuild_tells_how_far_it_is(backend: Backend) -> None:
    told: list[Progress] = []

    await rebuild(backend).build(told.append)

    assert told[-1].done == told[-1].total > 0
    assert [step.done for step in told] == sorted(step.done for step in told)


@pytest.mark.parametrize("lost_in", ["write", "advance"])
async def test_an_interrupted_rebuild_goes_on_where_it_was(backend: Backend, lost_in: str) -> None:
    """INVARIANT: a rebuild that is stopped is begun again under the same name and reads no lane twice to its end."""
    begun = rebuild(backend)

    def interrupt(progress: Progress) -> None:
        if progress.lane == 1 or lost_in == "write":
            raise StoreUnavailableError("the lights went out")

    with pytest.raises(StoreUnavailableError):
        await begun.build(interrupt)
    assert (await pointer(backend)).building == TWO
    assert (await pointer(backend)).feeds == (ONE,), "an unfinished collection is not fed by others yet"

    lanes: list[int] = []
    resumed = await rebuild(backend).build(lambda progress: lanes.append(progress.lane))

    assert resumed.feeds == (TWO, ONE)
    assert 0 not in lanes, "lane 0 was done before"
    assert await backend.contents(TWO) == await backend.contents(ONE)


async def test_a_swap_moves_one_pointer_and_keeps_blue_for_a_way_back(backend: Backend) -> None:
    await swapped(backend)

    assert await pointer(backend) == Pointer(f"case_timeline_v{VIEW.version}", TWO, (TWO, ONE), None, ONE, 2)


async def test_nothing_is_swapped_before_it_is_built(backend: Backend) -> None:
    """INVARIANT: no order of calls makes a collection live that is not whole, or live and to be dropped at once.

    A swap repeated by mistake used to leave the live collection as its own predecessor, which `finish` then dropped.
    """
    work = rebuild(backend)
    with pytest.raises(RebuildError, match="nothing to swap to"):
        await work.swap()
    with pytest.raises(StoreUnavailableError):
        await work.build(_stop)
    with pytest.raises(RebuildError, match="nothing to swap to"):
        await work.swap()
    await swapped(backend)
    with pytest.raises(RebuildError, match="nothing to swap to"):
        await work.swap()

    await work.finish()

    assert len(await backend.contents(TWO)) == 4


async def test_rolling_back_makes_the_previous_collection_live_and_level(backend: Backend) -> None:
    work = await swapped(backend)
    await backend.life.play([Hears("case-e", 2), Asks("case-f", 6)])
    await backend.feed_all(VIEW, TWO)

    back = await work.roll_back()

    assert (back.live, back.previous, back.feeds) == (ONE, TWO, (ONE, TWO))
    assert await backend.contents(ONE) == await backend.contents(TWO)


async def test_rolling_back_twice_comes_out_where_it_began(backend: Backend) -> None:
    work = await swapped(backend)
    await work.roll_back()

    assert (await work.roll_back()).live == TWO


async def test_there_is_no_way_back_before_a_swap_or_after_the_end(backend: Backend) -> None:
    work = rebuild(backend)
    with pytest.raises(RebuildError, match="no previous collection"):
        await work.roll_back()
    await swapped(backend)
    await work.finish()
    with pytest.raises(RebuildError, match="no previous collection"):
        await work.roll_back()


async def test_finishing_drops_blue_and_only_blue(backend: Backend) -> None:
    work = await swapped(backend)

    finished = await work.finish()
    again = await work.finish()

    assert finished == again == Pointer(f"case_timeline_v{VIEW.version}", TWO, (TWO,), None, None, 2)
    assert await backend.contents(ONE) == {}
    assert len(await backend.contents(TWO)) == 4


async def test_finishing_in_the_middle_of_a_rebuild_leaves_it_alone(backend: Backend) -> None:
    work = rebuild(backend)
    await work.build()

    await work.finish()

    assert (await pointer(backend)).feeds == (TWO, ONE)
    assert len(await backend.contents(ONE)) == 4


async def test_a_collections_name_is_never_used_twice(backend: Backend) -> None:
    """INVARIANT: no cursor and no late writer of an old build can meet a new one under its name."""
    names = [(await pointer(backend)).live] if await backend.pointers.get(f"case_timeline_v{VIEW.version}") else [ONE]
    for _ in range(3):
        await swapped(backend)
        names.append((await pointer(backend)).live)
    work = rebuild(backend)
    await work.roll_back()
    await work.build()
    await work.catch_up()
    names.append((await work.swap()).live)

    assert names == [f"case_timeline_v{VIEW.version}_{build}" for build in range(1, 6)]


async def test_a_new_rebuild_first_lets_go_of_what_was_kept(backend: Backend) -> None:
    await swapped(backend)

    built = await rebuild(backend).build()

    assert (built.live, built.building, built.previous, built.feeds) == (TWO, THREE, None, (THREE, TWO))
    assert await backend.contents(ONE) == {}


async def test_two_rebuilds_at_once_build_one_collection(backend: Backend) -> None:
    await asyncio.gather(rebuild(backend).build(), rebuild(backend).build())

    assert (await pointer(backend)).builds == 2
    assert await backend.contents(TWO) == await backend.contents(ONE)


async def test_green_that_cannot_catch_up_says_so_and_can_go_on(backend: Backend) -> None:
    work = rebuild(backend)
    with pytest.raises(RebuildError, match="no rebuild is under way"):
        await work.catch_up()
    await work.build()
    lane = lane_of("case-a", LANES)
    far = (await backend.cursors.get(ONE, lane)) + 1
    await backend.cursors.advance(ONE, lane, far)

    with pytest.raises(RebuildError, match=f"{TWO} did not catch up with {ONE} in 0 s; run it again"):
        await work.catch_up(patience=0.05)

    await backend.cursors.advance(TWO, lane, far)
    assert (await work.catch_up()).building == TWO


async def test_there_is_nothing_to_compare_before_a_rebuild(backend: Backend) -> None:
    with pytest.raises(RebuildError, match="nothing to compare"):
        await rebuild(backend).compare()


Planting: TypeAlias = Callable[[Backend, Shown], Awaitable[None]]


async def _changed(backend: Backend, shown: Shown) -> None:
    await _instead(backend, TWO, replace(shown, body={**shown.body, "status": "closed"}))


async def _missing_from_green(backend: Backend, shown: Shown) -> None:
    await _instead(backend, TWO, shown, drop=True)


async def _missing_from_blue(backend: Backend, shown: Shown) -> None:
    await _instead(backend, ONE, shown, drop=True)


async def _older_in_green(backend: Backend, shown: Shown) -> None:
    await _instead(backend, TWO, replace(shown, version=shown.version - 1))


async def _older_in_blue(backend: Backend, shown: Shown) -> None:
    await _instead(backend, ONE, replace(shown, version=shown.version - 1))


async def _instead(backend: Backend, collection: str, shown: Shown, *, drop: bool = False) -> None:
    others = [one for name, one in (await backend.contents(collection)).items() if name != shown.stream]
    await backend.store.drop(collection)
    await backend.store.write(collection, 0, others if drop else [*others, shown])


@pytest.mark.parametrize("plant", [_changed, _missing_from_green, _missing_from_blue, _older_in_green, _older_in_blue])
async def test_comparing_finds_a_planted_difference(backend: Backend, plant: Planting) -> None:
    """INVARIANT: whatever one collection has lost, kept too long or got wrong is found, on either side."""
    work = rebuild(backend)
    await work.build()
    assert await work.compare() == []
    await plant(backend, (await backend.contents(ONE))["case-b"])

    (found,) = await work.compare()

    assert found.stream == "case-b"
    live, rebuilt = [(await backend.contents(name)).get("case-b") for name in (ONE, TWO)]
    assert (found.live, found.rebuilt) == (live and live.body, rebuilt and rebuilt.body)


async def test_comparing_stops_at_its_limit(backend: Backend) -> None:
    work = rebuild(backend)
    await work.build()
    await backend.store.drop(TWO)

    assert len(await work.compare(limit=3)) == 3


async def test_what_only_lags_behind_is_no_difference(backend: Backend) -> None:
    work = rebuild(backend)
    await work.build()
    await backend.life.play([Asks("case-new", 6), Hears("case-a", 7)])
    await backend.feed_all(VIEW, ONE)
    assert await work.compare() == []
    await work.catch_up()
    await backend.life.play([Asks("case-newer", 6)])
    await backend.feed_all(VIEW, TWO)

    assert await work.compare() == []


async def test_readers_never_fail_or_go_back_while_a_view_is_rebuilt(backend: Backend) -> None:
    """INVARIANT: building, swapping, going back and dropping are invisible to whoever asks the view.

    Without the wait until every owner feeds green first, a reader sees a case fall back at the swap.
    """
    async with asyncio.TaskGroup() as group:
        running = _Running(backend)
        tasks = [group.create_task(work) for work in running.works()]
        work = rebuild(backend, settle=0.5)
        await work.build()
        await work.catch_up()
        await work.swap()
        await work.roll_back()
        await work.roll_back()
        await work.finish()
        await running.have_read(5)
        for task in tasks:
            task.cancel()

    assert (await pointer(backend)).live == TWO
    assert running.troubles == []
    assert running.reads > 20


class _Running:
    """A service at work: cases go on, views are fed, pointers looked at, and someone reads all the time."""

    def __init__(self, backend: Backend) -> None:
        self._life = backend.life
        self._pointers = LivePointers(backend.pointers, backend.store, [VIEW])
        self._reader = Reader(backend.store, self._pointers)
        self._backend = backend
        self.reads = 0
        self.troubles: list[str] = []

    def works(self) -> Sequence[Any]:
        return [self._look(), self._live(), self._read(), *(self._feed(lane) for lane in range(LANES))]

    async def have_read(self, times: int) -> None:
        seen = self.reads
        async with asyncio.timeout(20):
            while self.reads < seen + times:  # noqa: ASYNC110  # a probe: reads come by themselves
                await asyncio.sleep(0.005)

    async def _look(self) -> None:
        while True:
            await self._pointers.refresh()
            await asyncio.sleep(0.03)

    async def _live(self) -> None:
        for turn in range(10_000):
            await self._life.play([Hears(f"case-{'abcd'[turn % 4]}", turn % 9)])
            await asyncio.sleep(0.002)

    async def _feed(self, lane: int) -> None:
        await self._pointers.refresh()
        backend = self._backend
        projector = Projector(
            lane,
            [VIEW],
            codec=Codec(MODEL),
            log=backend.log,
            store=backend.store,
            cursors=backend.cursors,
            pointers=self._pointers,
            shelf=Shelf(),
            notify=self._reader.notify,
        )
        await projector.run()

    async def _read(self) -> None:
        await self._pointers.refresh()
        newest: dict[str, int] = {}
        while True:
            for case in ("case-a", "case-b", "case-c", "case-d"):
                seen = await self._reader.one(VIEW, case)
                version = seen.version if seen else -1
                if version < newest.get(case, 0):
                    self.troubles.append(f"{case}: {version} after {newest[case]}, on {self._pointers.of(VIEW)}")
                newest[case] = version
                self.reads += 1
            await asyncio.sleep(0)


def _stop(_: Progress) -> None:
    raise StoreUnavailableError("stopped")
