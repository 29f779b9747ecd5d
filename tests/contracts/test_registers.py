"""What every register promises: nobody overwrites what they have not seen, and what is unique is held once."""

import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest

from shared.adapters.memory_register import MemoryRegister
from shared.adapters.mongo_register import MongoRegister
from shared.eventing.registers import Entry, Register
from tests.kit.deciding import NOON
from tests.kit.stores import Fresh


class Seat(Entry):
    INDEXED: ClassVar[tuple[str, ...]] = ("guests",)
    UNIQUE: ClassVar[tuple[str, ...]] = ("place",)

    place: str
    guests: tuple[str, ...] = ()


@pytest.fixture(params=["memory", "mongo"])
async def register(request: pytest.FixtureRequest, fresh_database: Fresh) -> Register[Seat]:
    if request.param == "memory":
        return MemoryRegister(Seat)
    return MongoRegister(await fresh_database(), "seats", Seat)


async def test_an_entry_is_read_back_as_it_was_added(register: Register[Seat]) -> None:
    seat = Seat(id="a", place="1", guests=("lin", "yue"), due_at=NOON)

    assert await register.get("a") is None
    assert await register.add(seat)
    assert await register.get("a") == seat


async def test_an_id_or_a_unique_value_that_is_taken_is_not_added(register: Register[Seat]) -> None:
    await register.add(Seat(id="a", place="1"))

    assert not await register.add(Seat(id="a", place="2"))
    assert not await register.add(Seat(id="b", place="1"))
    assert await register.get("b") is None


async def test_only_the_latest_revision_is_replaced_or_removed(register: Register[Seat]) -> None:
    """INVARIANT: of two who saw the same revision one replaces it, and the other learns that it was late."""
    seat = Seat(id="a", place="1")
    await register.add(seat)

    both = await asyncio.gather(
        *(register.replace(seat.model_copy(update={"guests": (name,)})) for name in ("lin", "yue"))
    )

    (stored,) = [one for one in both if one is not None]
    assert await register.get("a") == stored
    assert stored.revision == 1
    assert await register.replace(seat) is None
    assert not await register.remove(seat)
    assert await register.remove(stored)
    assert not await register.remove(stored)
    assert await register.replace(stored) is None


async def test_a_place_is_given_to_one_of_many_at_once(register: Register[Seat]) -> None:
    added = await asyncio.gather(*(register.add(Seat(id=f"s{n}", place="1")) for n in range(8)))

    assert sum(added) == 1


async def test_entries_are_found_by_value_and_by_member(register: Register[Seat]) -> None:
    for name, guests in (("b", ("lin",)), ("a", ("yue", "lin")), ("c", ("yue",))):
        await register.add(Seat(id=name, place=name, guests=guests))

    assert [one.id for one in await register.find(guests="lin")] == ["a", "b"]
    assert [one.id for one in await register.find(guests="lin", place="b")] == ["b"]
    assert await register.find(guests="jun") == []


async def test_what_is_due_comes_in_pages_by_id(register: Register[Seat]) -> None:
    for n, name in enumerate("abcd"):
        await register.add(Seat(id=name, place=name, due_at=NOON + timedelta(hours=n)))
    await register.add(Seat(id="e", place="e"))

    until = NOON + timedelta(hours=2)
    assert [one.id for one in await register.due(until, 2)] == ["a", "b"]
    assert [one.id for one in await register.due(until, 2, after="b")] == ["c"]
