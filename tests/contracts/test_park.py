"""What every park promises: records byte for byte, in order along a lineage, wishes noted, attempts counted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.memory_park import MemoryPark
from shared.adapters.mongo_park import MongoPark
from shared.adapters.sealed_park import SealedPark
from shared.eventing.parking import Action, Park, Parked
from tests.kit.counter import NOON
from tests.kit.stores import Fresh


@pytest.fixture(params=["memory", "mongo", "sealed"])
async def park(request: pytest.FixtureRequest, fresh_database: Fresh) -> Park:
    if request.param == "memory":
        return MemoryPark()
    if request.param == "sealed":
        return SealedPark(MemoryPark(), MemoryKeys(), "appeals")
    opened = MongoPark(await fresh_database())
    await opened.start()
    return opened


def parked(offset: int, seq: int = 1, stream: str = "case-1", **changes: Any) -> Parked:
    plain = Parked(
        topic="ruling.issued",
        partition=4,
        offset=offset,
        key=stream.encode(),
        value=b'{"not": "json',
        headers=(("ce_id", b"\xff\x00"), ("ce_type", None)),
        stream=stream,
        source="mediation",
        seq=seq,
        type="ruling.issued.v1",
        reason="it cannot be read",
        attempts=1,
        parked_at=NOON + timedelta(seconds=offset),
    )
    return replace(plain, **changes)


def offsets(records: Sequence[Parked]) -> list[int]:
    return [record.offset for record in records]


async def test_a_record_is_kept_byte_for_byte(park: Park) -> None:
    records = [parked(1), parked(2, 2, key=None, value=None, headers=()), parked(3, 3, value=b"\xff\xfe")]
    for record in records:
        await park.put(record)

    assert list(await park.every()) == records


async def test_a_sealed_record_shows_nothing_of_what_came_and_opens_nowhere_else() -> None:
    inner, keys = MemoryPark(), MemoryKeys()
    park = SealedPark(inner, keys, "appeals")
    await park.put(parked(1, value=b"my number is 13800138000"))
    (stored,) = await inner.every()

    assert b"13800138000" not in (stored.value or b"")
    for moved, service in ((replace(stored, offset=2), "appeals"), (stored, "intake")):
        elsewhere = MemoryPark()
        await elsewhere.put(moved)
        with pytest.raises(InvalidTag):
            await SealedPark(elsewhere, keys, service).every()


async def test_what_was_parked_before_there_were_keys_can_be_read() -> None:
    inner = MemoryPark()
    await inner.put(parked(1))

    assert list(await SealedPark(inner, MemoryKeys(), "appeals").every()) == [parked(1)]


async def test_a_lineage_is_in_order_of_sequence_and_then_of_arrival(park: Park) -> None:
    for record in (parked(9, 3), parked(5, 4), parked(7, 3), parked(6, 5, source="evidence"), parked(8, 1, "case-2")):
        await park.put(record)

    assert offsets(await park.of(("case-1", "mediation"))) == [7, 9, 5]
    assert offsets(await park.of(("case-1", "appeals"))) == []


async def test_what_is_blocked_is_the_first_parked_sequence_of_each_lineage(park: Park) -> None:
    for record in (parked(1, 4), parked(2, 3), parked(3, 7, "case-2"), parked(4, 2, source="evidence")):
        await park.put(record)
    await park.put(parked(5, 0, "case-3"))

    assert await park.blocked() == {
        ("case-1", "mediation"): 3,
        ("case-2", "mediation"): 7,
        ("case-1", "evidence"): 2,
    }


async def test_parking_again_changes_only_reason_and_attempts(park: Park) -> None:
    """INVARIANT: a redelivered record neither loses its place nor what an operator has asked for it.

    Were it stored anew, a replay asked for a moment before a redelivery would be forgotten without a word.
    """
    await park.put(parked(1))
    await park.ask(parked(1).id, Action.REPLAY)

    again = parked(1, reason="still not", attempts=4, parked_at=NOON + timedelta(hours=9))
    await park.put(again)

    assert list(await park.every()) == [parked(1, reason="still not", attempts=4, action=Action.REPLAY)]


async def test_what_is_asked_is_noted_until_it_is_taken_back(park: Park) -> None:
    await park.put(parked(1))
    await park.put(parked(2, 2))

    assert await park.ask(parked(2).id, Action.DROP)
    assert [(p.offset, p.action) for p in await park.asked()] == [(2, Action.DROP)]
    assert await park.ask(parked(2).id, None)
    assert await park.asked() == []


async def test_nothing_can_be_asked_for_what_is_not_there(park: Park) -> None:
    assert not await park.ask("ruling.issued/0/99", Action.REPLAY)
    assert await park.asked() == []


async def test_what_is_removed_blocks_nothing(park: Park) -> None:
    await park.put(parked(1))
    await park.remove(parked(1).id)
    await park.remove(parked(1).id)

    assert await park.blocked() == {}
    assert await park.every() == []


async def test_no_more_are_listed_than_asked_for(park: Park) -> None:
    for n in range(5):
        await park.put(parked(n, n + 1))

    assert offsets(await park.every(3)) == [0, 1, 2]


async def test_attempts_are_counted_per_mark_and_begin_anew_at_another_offset(park: Park) -> None:
    """INVARIANT: tries at one offset add up over restarts; progress starts the count again."""
    counted = [await park.attempt("batch/t/0", offset) for offset in (7, 7, 7, 9, 9, 7)]

    assert counted == [1, 2, 3, 1, 2, 1]
    assert await park.attempt("batch/t/1", 7) == 1


async def test_a_mark_tells_the_offset_that_was_begun_last(park: Park) -> None:
    assert await park.begun("record/t/0") == 0

    await park.attempt("record/t/0", 7)
    await park.attempt("record/t/0", 9)

    assert await park.begun("record/t/0") == 9
