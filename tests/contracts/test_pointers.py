"""What every store of view pointers promises: created once, changed by compare-and-set, never by two at a time."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.memory_views import MemoryPointers
from shared.adapters.mongo_pointers import MongoPointers
from shared.eventing.pointers import Pointer, Pointers, pointer_of
from shared.eventing.views import View
from tests.kit.counter import Total
from tests.kit.stores import Fresh

FIRST = Pointer("totals_v3", "totals_v3_1", ("totals_v3_1",))
BUILDING = replace(FIRST, building="totals_v3_2", builds=2)
VIEW: View[Total] = View(name="totals", version=3, document=Total, evolve=lambda document, _: document)


@pytest.fixture(params=["memory", "mongo"])
async def pointers(request: pytest.FixtureRequest, fresh_database: Fresh) -> Pointers:
    if request.param == "memory":
        return MemoryPointers()
    return MongoPointers(await fresh_database())


async def test_a_view_nobody_knows_has_no_pointer(pointers: Pointers) -> None:
    assert await pointers.get("totals_v3") is None


async def test_a_pointer_is_read_as_it_was_written(pointers: Pointers) -> None:
    whole = Pointer("totals_v3", "b", ("b", "a"), building="c", previous="a", builds=3)

    assert await pointers.create(whole) == whole
    assert await pointers.get("totals_v3") == whole


async def test_the_second_to_create_a_pointer_is_told_what_stands(pointers: Pointers) -> None:
    await pointers.create(FIRST)

    assert await pointers.create(BUILDING) == FIRST
    assert await pointers.get("totals_v3") == FIRST


async def test_a_pointer_changes_only_from_what_it_is(pointers: Pointers) -> None:
    await pointers.create(FIRST)

    assert await pointers.change(FIRST, BUILDING)
    assert not await pointers.change(FIRST, replace(FIRST, live="lost"))
    assert not await pointers.change(replace(BUILDING, feeds=("b",)), replace(FIRST, live="lost"))
    assert await pointers.get("totals_v3") == BUILDING


async def test_what_does_not_stand_cannot_be_changed(pointers: Pointers) -> None:
    assert not await pointers.change(FIRST, BUILDING)
    assert await pointers.get("totals_v3") is None


async def test_of_two_racers_exactly_one_changes_the_pointer(pointers: Pointers) -> None:
    """INVARIANT: two rebuilds cannot both begin, and a swap never undoes another."""
    standing = await pointers.create(FIRST)
    for lap in range(1, 11):
        racers = [replace(standing, live=f"{runner}-{lap}", builds=lap + 1) for runner in ("left", "right")]
        won = await asyncio.gather(*(pointers.change(standing, racer) for racer in racers))
        assert sorted(won) == [False, True], f"lap {lap}: {won}"
        standing = racers[won.index(True)]
        assert await pointers.get("totals_v3") == standing


async def test_processes_that_start_at_once_agree_on_the_first_collection(pointers: Pointers) -> None:
    seen = await asyncio.gather(*(pointer_of(pointers, VIEW) for _ in range(5)))

    assert set(seen) == {FIRST}
