"""What every store of view documents promises: each document only over an older one, pages, due rows, scans."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.memory_views import MemoryViewStore
from shared.adapters.mongo_views import MongoViewStore
from shared.eventing.ports import Between, Shown, ViewStore
from tests.kit.counter import NOON
from tests.kit.stores import Fresh

LANE = 3
CASES = "cases_v1_1"


@pytest.fixture(params=["memory", "mongo"])
async def store(request: pytest.FixtureRequest, fresh_database: Fresh) -> AsyncIterator[ViewStore]:
    if request.param == "memory":
        yield MemoryViewStore()
        return
    yield MongoViewStore(await fresh_database())


def shown(stream: str, version: int = 1, **keys: Any) -> Shown:
    return Shown(stream, version, 100 + version, {"text": f"{stream} at {version}"}, keys)


async def names(store: ViewStore, where: dict[str, Any], **how: Any) -> Sequence[str]:
    return [found.stream for found in await store.select(CASES, where, **how)]


async def versions(store: ViewStore) -> dict[str, int]:
    return {found.stream: found.version async for found in store.scan(CASES)}


async def test_what_was_written_is_fetched_as_it_was(store: ViewStore) -> None:
    document = Shown("case-1", 3, 1 << 44 | 7, {"a": [1, {"b": None}], "at": NOON.isoformat()}, {"due": NOON})
    await store.write(CASES, LANE, [document])

    assert await store.fetch(CASES, ["case-1", "case-2"]) == {"case-1": document}


async def test_nothing_is_fetched_from_a_collection_that_never_was(store: ViewStore) -> None:
    assert await store.fetch("never", ["case-1"]) == {}
    assert await store.select("never", {}) == []
    await store.drop("never")


@pytest.mark.parametrize("fresh", [True, False])
async def test_an_older_or_equal_version_never_replaces_a_newer_one(store: ViewStore, fresh: bool) -> None:
    """INVARIANT: a document never goes back, whoever writes it and however often.

    Without the guard a lane's former owner could put back what the new one has already left behind.
    """
    await store.write(CASES, LANE, [shown("case-1", 5)])
    same = Shown("case-1", 5, 1, {"text": "another five"}, {})

    await store.write(CASES, LANE, [shown("case-1", 4), same], fresh=fresh)

    assert (await store.fetch(CASES, ["case-1"]))["case-1"] == shown("case-1", 5)


@pytest.mark.parametrize("fresh", [True, False])
async def test_a_newer_version_replaces_an_older_one_with_its_keys(store: ViewStore, fresh: bool) -> None:
    await store.write(CASES, LANE, [shown("case-1", 1, status="filed")])
    await store.write(CASES, LANE, [shown("case-1", 2, status="closed")], fresh=fresh)

    assert await names(store, {"status": "filed"}) == []
    assert await names(store, {"status": "closed"}) == ["case-1"]


async def test_fresh_documents_that_stand_already_fall_back_one_by_one(store: ViewStore) -> None:
    await store.write(CASES, LANE, [shown("case-2", 9), shown("case-4", 1)])

    await store.write(CASES, LANE, [shown(f"case-{n}", 5) for n in range(1, 6)], fresh=True)

    assert await versions(store) == {"case-1": 5, "case-2": 9, "case-3": 5, "case-4": 5, "case-5": 5}


async def test_nothing_to_write_writes_nothing(store: ViewStore) -> None:
    await store.write(CASES, LANE, [])
    await store.write(CASES, LANE, [], fresh=True)

    assert await versions(store) == {}


async def test_the_newest_of_many_writers_wins(store: ViewStore) -> None:
    order = [shown("case-1", version) for version in range(1, 21)]
    random.Random(7).shuffle(order)

    await asyncio.gather(*(store.write(CASES, LANE, [one], fresh=True) for one in order))

    assert await versions(store) == {"case-1": 20}


async def test_pages_in_stream_order_show_every_match_once(store: ViewStore) -> None:
    wanted = [f"case-{n:02}" for n in range(23)]
    await store.write(CASES, LANE, [shown(name, status="open", buyer="lin") for name in reversed(wanted)])
    await store.write(CASES, LANE, [shown("other", status="open", buyer="wang"), shown("older", status="closed")])

    seen: list[str] = []
    while page := await names(store, {"status": "open", "buyer": "lin"}, after=seen[-1] if seen else None, limit=5):
        assert len(page) <= 5
        seen += page

    assert seen == wanted


async def test_pages_can_be_ordered_by_a_key(store: ViewStore) -> None:
    await store.prepare(CASES, ["rank"])
    await store.write(CASES, LANE, [shown(f"case-{n}", rank=10 - n) for n in range(5)])

    assert await names(store, {}, order="rank", limit=2) == ["case-4", "case-3"]
    assert await names(store, {}, order="rank", after=7) == ["case-2", "case-1", "case-0"]


async def test_a_key_that_is_none_is_a_value_like_others(store: ViewStore) -> None:
    await store.write(CASES, LANE, [shown("case-1", reviewer=None), shown("case-2", reviewer="song")])

    assert await names(store, {"reviewer": None}) == ["case-1"]


async def test_due_rows_come_soonest_first_from_the_lanes_asked_for(store: ViewStore) -> None:
    def due(stream: str, minutes: int) -> Shown:
        return shown(stream, next_due=NOON + timedelta(minutes=minutes))

    await store.write(CASES, 1, [due("late", 3), due("first", -9), due("now", 0)])
    await store.write(CASES, 2, [due("second", -5)])
    await store.write(CASES, 4, [due("of another lane", -7), shown("idle", next_due=None)])

    found = await store.due(CASES, [1, 2], NOON, 10)
    assert [row.stream for row in found] == ["first", "second", "now"]
    assert [row.stream for row in await store.due(CASES, [1, 2], NOON, 2)] == ["first", "second"]
    assert await store.due(CASES, [3], NOON, 10) == []


async def test_a_scan_passes_every_document_in_stream_order(store: ViewStore) -> None:
    written = [f"case-{n}" for n in range(40)]
    await store.write(CASES, LANE, [shown(name) for name in written], fresh=True)

    assert [found.stream async for found in store.scan(CASES)] == sorted(written)


async def test_collections_do_not_mix_and_are_dropped_alone(store: ViewStore) -> None:
    await store.write(CASES, LANE, [shown("case-1")])
    await store.write("cases_v1_2", LANE, [shown("case-2")])

    await store.drop("cases_v1_2")

    assert await store.fetch("cases_v1_2", ["case-2"]) == {}
    assert await versions(store) == {"case-1": 1}


async def test_preparing_again_changes_nothing(store: ViewStore) -> None:
    await store.prepare(CASES, ["status"])
    await store.write(CASES, LANE, [shown("case-1", status="open")])
    await store.prepare(CASES, ["status"])
    await store.prepare(CASES, [])

    assert await names(store, {"status": "open"}) == ["case-1"]


async def tallied(store: ViewStore, where: dict[str, Any], *by: str) -> dict[tuple[Any, ...], int]:
    return {one.values: one.count for one in await store.tally(CASES, where, by)}


async def test_a_tally_counts_each_combination_of_keys(store: ViewStore) -> None:
    await store.prepare(CASES, ["seller+month"])
    await store.write(CASES, LANE, [shown(f"a-{n}", seller="q", month="2026-10", result="won") for n in range(3)])
    await store.write(CASES, LANE, [shown("b", seller="q", month="2026-11", result=None)])
    await store.write(CASES, LANE, [shown("c", seller="other", month="2026-11", result="won")])

    assert await tallied(store, {"seller": "q"}, "month", "result") == {
        ("2026-10", "won"): 3,
        ("2026-11", None): 1,
    }
    assert await tallied(store, {"seller": "q"}) == {(): 4}
    assert await tallied(store, {}, "seller") == {("q",): 4, ("other",): 1}
    assert await tallied(store, {"seller": "nobody"}, "month") == {}
    assert list(await store.tally("never", {}, ["month"])) == []


async def test_a_tally_goes_by_the_newest_version_of_each_document(store: ViewStore) -> None:
    """INVARIANT: a case counts once, as it stands; told twice or late it still counts once."""
    await store.write(CASES, LANE, [shown("a", 1, result="open")])
    await store.write(CASES, LANE, [shown("a", 2, result="won")])
    await store.write(CASES, LANE, [shown("a", 1, result="open")], fresh=True)

    assert await tallied(store, {}, "result") == {("won",): 1}


async def test_a_tally_can_be_bounded_by_a_range_with_open_ends(store: ViewStore) -> None:
    months = ["2026-09", "2026-10", "2026-11", None]
    await store.write(CASES, LANE, [shown(f"case-{n}", month=month) for n, month in enumerate(months)])

    async def found(first: str | None = None, last: str | None = None) -> set[str | None]:
        return {values[0] for values in await tallied(store, {"month": Between(first, last)}, "month")}

    assert await found("2026-10", "2026-11") == {"2026-10", "2026-11"}
    assert await found(first="2026-11") == {"2026-11"}
    assert await found(last="2026-09") == {"2026-09"}
    assert await found() == set(months)


async def test_a_range_holds_its_ends_over_a_compound_index_too(store: ViewStore) -> None:
    await store.prepare(CASES, ["seller+month"])
    await store.write(CASES, LANE, [shown(f"case-{n}", seller="qingyao", month=f"2026-{n:02}") for n in range(1, 6)])

    async def found(first: str | None = None, last: str | None = None) -> list[str]:
        bounded = {"seller": "qingyao", "month": Between(first, last)}
        return sorted(values[0] for values in await tallied(store, bounded, "month"))

    assert await found("2026-02", "2026-03") == ["2026-02", "2026-03"]
    assert await found(last="2026-01") == ["2026-01"]
    assert await found(first="2026-05") == ["2026-05"]


async def test_a_document_is_found_by_each_of_several_values_of_a_key(store: ViewStore) -> None:
    await store.prepare(CASES, ["open_party"])
    both, none = shown("a", open_party=["lin", "qingyao"]), shown("b", open_party=[])
    await store.write(CASES, 0, [both, none])

    for party, found in (("lin", ["a"]), ("qingyao", ["a"]), ("", []), ("li", [])):
        assert [one.stream for one in await store.select(CASES, {"open_party": party}, limit=1)] == found


async def test_a_key_with_several_values_is_counted_for_each_of_them(store: ViewStore) -> None:
    await store.prepare(CASES, ["adjudicator+month"])
    await store.write(
        CASES,
        LANE,
        [
            shown("a", adjudicator=("zhao", "sun"), month="2026-11"),
            shown("b", adjudicator=("sun",), month="2026-11"),
            shown("c", adjudicator=(), month="2026-11"),
        ],
    )

    assert await tallied(store, {"adjudicator": "zhao"}, "month") == {("2026-11",): 1}
    assert await tallied(store, {"adjudicator": "sun", "month": Between("2026-01")}, "month") == {("2026-11",): 2}
