"""Waiting for a view: a caller gets what was just written to the live collection, without asking the store again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from shared.adapters.memory_views import MemoryPointers, MemoryViewStore
from shared.eventing.ports import Shown
from shared.eventing.projector import LivePointers
from shared.eventing.reading import Reader
from shared.eventing.views import View
from shared.kernel.values import Value


class Sum(Value):
    """What the view shows."""

    total: int


VIEW: View[Sum] = View("sums", 1, Sum, lambda shown, _: shown)
OTHER: View[Sum] = View("others", 1, Sum, lambda shown, _: shown)


class Watched(MemoryViewStore):
    """A store that counts how often it was asked."""

    asked = 0

    async def fetch(self, collection: str, streams: Sequence[str]) -> Mapping[str, Shown]:
        self.asked += 1
        return await super().fetch(collection, streams)


@pytest.fixture
def store() -> Watched:
    return Watched()


@pytest.fixture
async def pointers(store: Watched) -> LivePointers:
    known = LivePointers(MemoryPointers(), store, [VIEW, OTHER])
    await known.refresh()
    return known


def shown(version: int) -> Shown:
    return Shown("case-1", version, version, {"total": version}, {})


async def asked_once(store: Watched) -> None:
    async with asyncio.timeout(5):
        while not store.asked:  # noqa: ASYNC110  # a probe: the reader asks by itself
            await asyncio.sleep(0)


async def test_a_caller_gets_the_written_document_without_asking_again(store: Watched, pointers: LivePointers) -> None:
    reader = Reader(store, pointers)
    waiting = asyncio.create_task(reader.one_at(VIEW, "case-1", 2, 5))
    await asked_once(store)

    reader.notify(VIEW, pointers.of(VIEW).live, [shown(2)])

    seen = await waiting
    assert seen is not None
    assert (seen.version, seen.document, store.asked) == (2, Sum(total=2), 1)


@pytest.mark.parametrize("which", ["older", "another view", "not live"])
async def test_what_does_not_answer_the_caller_leaves_it_waiting(
    store: Watched, pointers: LivePointers, which: str
) -> None:
    reader = Reader(store, pointers)
    waiting = asyncio.create_task(reader.one_at(VIEW, "case-1", 2, 5))
    await asked_once(store)
    live = pointers.of(VIEW).live

    match which:
        case "older":
            reader.notify(VIEW, live, [shown(1)])
        case "another view":
            reader.notify(OTHER, pointers.of(OTHER).live, [shown(2)])
        case _:
            reader.notify(VIEW, f"{live}_green", [shown(2)])
    await asyncio.sleep(0)

    assert not waiting.done()
    reader.notify(VIEW, live, [replace(shown(2), body={"total": 7})])
    seen = await waiting
    assert seen is not None
    assert seen.document == Sum(total=7)


async def test_a_document_that_another_process_writes_is_found_too(store: Watched, pointers: LivePointers) -> None:
    waiting = asyncio.create_task(Reader(store, pointers).one_at(VIEW, "case-1", 2, 5))
    await asked_once(store)

    await store.write(pointers.of(VIEW).live, 0, [shown(2)])

    seen = await waiting
    assert seen is not None
    assert seen.version == 2


async def test_a_caller_waits_no_longer_than_it_said(store: Watched, pointers: LivePointers) -> None:
    assert await Reader(store, pointers).one_at(VIEW, "case-1", 2, 0.05) is None
