"""Pictures that look alike are found without fail, by the index of a view and as a comparison with all would."""

import random
from datetime import datetime, timedelta

import pytest

from bench.duplicates import a_hash, brute_force, changed, indexed, look_up
from services.evidence.domain.figures import bits_apart
from services.evidence.entrypoints.lookalikes import Lookalikes
from services.evidence.views import pictures
from shared.adapters.memory_views import MemoryPointers, MemoryViewStore
from shared.adapters.mongo_views import MongoViewStore
from shared.eventing.ports import Shown
from shared.eventing.projector import LivePointers
from shared.eventing.reading import Reader
from tests.kit.deciding import NOON
from tests.kit.stores import Fresh


@pytest.mark.parametrize(("kind", "many"), [("memory", 20_000), ("mongo", 200)])
async def test_the_index_finds_what_a_comparison_with_all_pictures_finds(
    fresh_database: Fresh, kind: str, many: int
) -> None:
    chance = random.Random(8)
    hashes = [a_hash(chance) for _ in range(many)]
    store = MemoryViewStore() if kind == "memory" else MongoViewStore(await fresh_database())
    lookalikes = await indexed(store, hashes)

    for bits in (0, 2, 4, 6, 8):
        for original in chance.sample(hashes, 6):
            copy = changed(original, chance, bits)
            found = {hashes[int(one.item_id.removeprefix("item-"))] for one in await look_up(lookalikes, copy)}
            assert found == brute_force(hashes, copy)
            assert original in found


async def test_one_bit_more_than_the_index_promises_is_not_told() -> None:
    chance = random.Random(9)
    original = a_hash(chance)
    lookalikes = await indexed(MemoryViewStore(), [original])
    copy = changed(original, chance, 9)

    assert bits_apart((original,), (copy,)) == 9
    assert await look_up(lookalikes, copy) == ()


async def test_what_came_meanwhile_is_found_and_no_case_is_lost_between_two_pages() -> None:
    """Cases that were screened in one instant may lie on both sides of the end of a page."""
    store, kept = MemoryViewStore(), MemoryPointers()
    pointers = LivePointers(kept, store, [pictures.VIEW])
    await pointers.refresh()
    live = pointers.of(pictures.VIEW).live
    chance = random.Random(3)
    hashes = [a_hash(chance) for _ in range(2_100)]

    async def write(at: int, instant: datetime) -> None:
        files = [{"item_id": "photo", "sha256": f"{at:064x}", "hashes": [hashes[at]]}]
        body = {"latest": instant.isoformat(), "files": files}
        await store.write(live, 0, [Shown(f"case-{at}", 1, at + 1, body, {"latest": instant})])

    for at in range(2_090):
        await write(at, NOON if at < 1_950 else NOON + timedelta(seconds=1))
    lookalikes = Lookalikes(Reader(store, pointers))

    async def found() -> list[bool]:
        return [bool(await look_up(lookalikes, one)) for one in hashes[1_940:]]

    assert await found() == [True] * 150 + [False] * 10
    for at in range(2_090, 2_100):
        await write(at, NOON)  # a case of another replica that was a little behind
    assert await found() == [True] * 160
