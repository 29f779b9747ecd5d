"""Finding the pictures that look like another one, among as many as a large marketplace has, against the bound."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.results import Result, percentile
from bench.stand import Stand
from services.evidence.domain.figures import Alike, bits_apart
from services.evidence.entrypoints.lookalikes import Lookalikes
from services.evidence.views import pictures
from shared.adapters.memory_views import MemoryPointers
from shared.adapters.mongo_views import MongoViewStore
from shared.eventing.ports import Shown, ViewStore
from shared.eventing.projector import LivePointers
from shared.eventing.reading import Reader

BOUND_MS: Final = 20.0
MOST_BITS: Final = 8
_PAGE: Final = 5_000
_PER_CASE: Final = 4
_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SETS: Final = 32
"""A hash says which waves are over the median: half of its bits are set."""


async def duplicates(stand: Stand, *, quick: bool) -> list[Result]:
    """Look-ups by the view's own index, half of them of pictures that have a copy and half of new ones."""
    many, look_ups = (20_000, 300) if quick else (1_000_000, 2_000)
    chance = random.Random(64)  # a sample, no secret
    hashes = [a_hash(chance) for _ in range(many)]
    database = await stand.database("duplicates")
    lookalikes = await indexed(MongoViewStore(database), hashes)
    copies = [changed(hashes[chance.randrange(many)], chance) for _ in range(look_ups // 2)]
    asked = [*copies, *(a_hash(chance) for _ in range(look_ups - len(copies)))]
    chance.shuffle(asked)
    for one in asked[:50]:
        await look_up(lookalikes, one)
    took: list[float] = []
    bare: list[float] = []
    missed = 0
    wanted = set(copies)
    for one in asked:
        started = time.perf_counter()
        found = await look_up(lookalikes, one)
        took.append((time.perf_counter() - started) * 1000)
        missed += one in wanted and not found
        started = time.perf_counter()
        await database["pictures"].find_one({"_id": one})
        bare.append((time.perf_counter() - started) * 1000)
    if missed:
        raise RuntimeError(f"{missed} of {len(copies)} copies were not found")
    p99 = percentile(took, 0.99)
    asking = f"one empty question to the server took {percentile(bare, 0.99):.1f} ms"
    note = f"p99 of {look_ups} among {many:,}, median {percentile(took, 0.5):.1f} ms; {asking}; bare is the bound"
    return [Result("near-duplicates", p99, BOUND_MS, "ms", p99 / BOUND_MS, 1.0, "lower", note)]


def a_hash(chance: random.Random) -> str:
    """A hash of a picture that nobody has seen."""
    return f"{sum(1 << place for place in chance.sample(range(64), _SETS)):016x}"


def changed(picture: str, chance: random.Random, bits: int = MOST_BITS) -> str:
    """A hash that differs in exactly so many bits."""
    return f"{int(picture, 16) ^ sum(1 << place for place in chance.sample(range(64), bits)):016x}"


async def indexed(store: ViewStore, hashes: Sequence[str]) -> Lookalikes:
    """The hashes in the view that the service keeps, four to a case."""
    pointers = LivePointers(MemoryPointers(), store, [pictures.VIEW])
    await pointers.refresh()
    for page in _pages(hashes):
        await store.write(pointers.of(pictures.VIEW).live, 0, page, fresh=True)
    return Lookalikes(Reader(store, pointers))


async def look_up(lookalikes: Lookalikes, picture: str) -> Sequence[Alike]:
    return await lookalikes.of("the case that asks", (picture,), MOST_BITS)


def brute_force(hashes: Sequence[str], picture: str) -> set[str]:
    """Every hash that is as close, by comparing with all of them."""
    return {one for one in hashes if (bits_apart((one,), (picture,)) or 0) <= MOST_BITS}


def _pages(hashes: Sequence[str]) -> Iterator[list[Shown]]:
    page: list[Shown] = []
    for at in range(0, len(hashes), _PER_CASE):
        page.append(_shown(at, hashes[at : at + _PER_CASE]))
        if len(page) == _PAGE:
            yield page
            page = []
    yield page


def _shown(at: int, hashes: Sequence[str]) -> Shown:
    files = [{"item_id": f"item-{at + n}", "sha256": f"{at + n:064x}", "hashes": [one]} for n, one in enumerate(hashes)]
    keys = {"latest": _START + timedelta(seconds=at)}
    body = {"latest": keys["latest"].isoformat(), "files": files}
    return Shown(f"case-{at // _PER_CASE}", 1, at + 1, body, keys)
