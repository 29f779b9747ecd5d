"""Pictures that look alike are found without fail, by the index of a view and as a comparison with all would."""

import random

import pytest

from bench.duplicates import a_hash, brute_force, changed, indexed, look_up
from services.evidence.domain.figures import bits_apart
from shared.adapters.memory_views import MemoryViewStore
from shared.adapters.mongo_views import MongoViewStore
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
