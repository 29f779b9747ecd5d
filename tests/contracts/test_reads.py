"""What every record of reads promises: found by each case it showed, in order, until its time is over."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from redress.commands import cases
from redress.registry import opened
from shared.adapters.clock import SystemClock
from shared.adapters.ids import new_id
from shared.adapters.memory_reads import MemoryReads
from shared.adapters.mongo_reads import MongoReads
from shared.adapters.settings import Settings
from shared.eventing.reads import Read, Reads
from shared.kernel.actors import Role
from tests.kit.counter import NOON
from tests.kit.stores import Fresh

FILE = "ab" * 32


@pytest.fixture(params=["memory", "mongo"])
async def reads(request: pytest.FixtureRequest, fresh_database: Fresh) -> Reads:
    if request.param == "memory":
        return MemoryReads()
    opened = MongoReads(await fresh_database())
    await opened.start()
    await opened.start()
    return opened


def a_read(n: int, **changes: Any) -> Read:
    plain = Read(
        id=f"read-{n:03}",
        at=NOON + timedelta(seconds=n),
        role=Role.SPECIALIST,
        actor="jun",
        request="request-7",
        what="GET /cases/{case_id}",
        part=None,
        shown={"case-1": n},
        until=NOON + timedelta(days=9),
    )
    return replace(plain, **changes)


async def test_a_read_is_kept_as_it_was_noted(reads: Reads) -> None:
    noted = [
        a_read(1),
        a_read(2, part=FILE, what="GET /cases/{case_id}/files/{sha256}"),
        a_read(3, role=None, actor=None),
    ]
    for read in noted:
        await reads.note(read)

    assert list(await reads.of("case-1", NOON)) == noted


async def test_a_page_is_found_by_each_case_it_showed_and_tells_nothing_of_the_others(reads: Reads) -> None:
    await reads.note(a_read(1, shown={f"case.{n}": n for n in range(1, 51)}))

    (found,) = await reads.of("case.7", NOON)

    assert found == a_read(1, shown={"case.7": 7})
    assert await reads.of("case-51", NOON) == []


async def test_reads_come_in_order_and_page_by_page(reads: Reads) -> None:
    for n in (3, 1, 5, 2, 4):
        await reads.note(a_read(n))
    await reads.note(a_read(6, shown={"case-2": 1}))

    first = await reads.of("case-1", NOON, limit=2)
    rest = await reads.of("case-1", NOON, after=first[-1].id, limit=10)

    assert [read.id for read in first] == ["read-001", "read-002"]
    assert [read.id for read in rest] == ["read-003", "read-004", "read-005"]


async def test_what_is_over_is_not_told_any_more(reads: Reads) -> None:
    over = NOON + timedelta(days=1)
    await reads.note(a_read(1, until=over))
    await reads.note(a_read(2))

    assert [read.id for read in await reads.of("case-1", over - timedelta(milliseconds=1))] == ["read-001", "read-002"]
    assert [read.id for read in await reads.of("case-1", over)] == ["read-002"]


async def test_the_server_is_told_when_to_remove_a_read(fresh_database: Fresh) -> None:
    database = await fresh_database()
    await MongoReads(database).start()

    indexes = await database["reads"].index_information()

    assert (indexes["until"]["key"], indexes["until"]["expireAfterSeconds"]) == ([("until", 1)], 0)


def test_the_command_line_tells_the_reads_of_all_services(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDRESS_MONGO__URL", mongo_url)
    case = f"case-{new_id()}"
    now = SystemClock().now()

    async def note(service: str, name: str, **changes: Any) -> None:
        async with opened(service, Settings()) as ports:
            await ports.reads.note(a_read(1, id=name, shown={case: 7}, until=now + timedelta(hours=1), **changes))

    asyncio.run(note("evidence", f"1-{case}", part=FILE))
    asyncio.run(note("appeals", f"2-{case}", role=None, actor=None))
    monkeypatch.setattr(cases, "console", Console(width=400))

    cases.reads(case)

    lines = [line for line in capsys.readouterr().out.splitlines() if "GET" in line]
    assert [("evidence" in line, FILE in line, "jun" in line) for line in lines] == [(True, True, True), (False,) * 3]
    assert ("appeals" in lines[1], "nobody named" in lines[1], "request-7" in lines[1]) == (True, True, True)
