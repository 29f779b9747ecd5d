"""After an erasure nothing that the person wrote is readable anywhere, and everything still follows from the logs.

Real processes on embedded servers play the demo's whole case. Every text and every file that anyone sends is noted on
its way in; then every document of every database and every record of every topic is searched for each of them.
"""

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from bson.raw_bson import RawBSONDocument
from pydantic import SecretStr
from pymongo import MongoClient

from redress.demo import story
from redress.demo.people import Case
from redress.demo.world import World
from redress.processes import Processes
from redress.registry import DEFINITIONS, opened, views_of
from redress.verifying import verify
from shared.adapters.clock import SystemClock
from shared.adapters.kafka_looking import every_record
from shared.adapters.mongo_keys import new_master
from shared.adapters.settings import KeySettings, Settings
from shared.contracts.topology import SERVICES, topics
from shared.eventing.rebuild import Rebuild
from shared.eventing.streams import Codec
from shared.kernel.actors import SYSTEM, Actor
from tests.kit.servers import Servers
from tests.kit.whole import Silent, deployment, own_servers, redress

pytestmark = [pytest.mark.connected, pytest.mark.timeout(600)]


@dataclass
class Noting(World):
    """Takes down every text, file and writer that the services accepted."""

    texts: set[str] = field(default_factory=set)
    files: list[bytes] = field(default_factory=list)
    writers: dict[str, Actor] = field(default_factory=dict)

    async def ask(self, service: str, case_id: str, command: str, by: Actor, **body: Any) -> dict[str, Any]:
        answer = await super().ask(service, case_id, command, by, **body)
        found = {text for text in texts_in(body) if " " in text}
        self.texts |= found
        if found:
            self.writers[by.id] = by
        return answer

    async def upload(self, case_id: str, by: Actor, file: Path) -> dict[str, Any]:
        self.files.append(await asyncio.to_thread(file.read_bytes))
        self.writers[by.id] = by
        return await super().upload(case_id, by, file)


def texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from texts_in(part)
        case list() | tuple():
            for part in value:
                yield from texts_in(part)
        case _:
            return


def forms(planted: bytes) -> Iterator[bytes]:
    """How it could lie there: as it is, as UTF-16, escaped, and as base64 at each of its three alignments."""
    yield planted
    for shift in range(3):
        whole = b64encode(b"\0" * shift + planted)
        yield whole[4 : len(whole) - 4]
    try:
        text = planted.decode()
    except UnicodeDecodeError:
        return
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield text.encode("unicode_escape")


def of_file(content: bytes) -> bytes:
    """Bytes from the midst of a file, which no other has."""
    return content[len(content) // 2 :][:48]


async def everything(settings: Settings) -> list[tuple[str, bytes]]:
    """Each document and each record, byte for byte, with where it lies."""
    found: list[tuple[str, bytes]] = []
    client: MongoClient[Any] = MongoClient(settings.mongo.url.get_secret_value(), document_class=RawBSONDocument)
    with client:
        for name in client.list_database_names():
            for collection in client[name].list_collection_names():
                found += [(f"{name}.{collection}", document.raw) for document in client[name][collection].find()]
    async for record in every_record(settings, sorted(topics())):
        headers = b"\n".join(name.encode() + b"=" + value for name, value in record.headers)
        found.append((f"topic {record.topic}", b"\n".join([record.key or b"", record.value or b"", headers])))
    return found


def places_of(planted: bytes, where: Sequence[tuple[str, bytes]]) -> set[str]:
    wanted = list(forms(planted))
    return {place for place, content in where if any(form in content for form in wanted)}


@pytest.fixture(name="own_servers")
def _own_servers() -> Iterator[Servers]:
    with own_servers() as started:
        yield started


async def nothing_happens() -> None: ...


async def a_negotiation(world: World, folder: Path) -> Case:
    case = await story.begin(world, folder / "files", SystemClock().now())
    await story.negotiate(case)
    return case


async def a_whole_case(world: World, folder: Path) -> Case:
    case = await a_negotiation(world, folder)
    await story.bring_evidence(case)
    await story.mediate(case, nothing_happens)
    await story.rule(case)
    await story.appeal(case)
    await story.comply(case)
    return case


async def erase(world: World, person: str) -> None:
    stream = f"person:{person}"
    await world.ask("intake", stream, "erase_person", SYSTEM)
    await world.see("intake", f"/erasures/{stream}", "the proof", lambda seen: seen["status"] == "erased")


async def exported(processes: Processes, case: Case, file: Path) -> list[tuple[str, bytes]]:
    """The entries of a case bundle that holds together, as whoever runs the platform exports it."""
    await redress(processes, "case", "export", case.id, "--out", str(file))
    assert "every byte is as it must be" in await redress(processes, "verify-bundle", str(file))
    with ZipFile(file) as bundle:
        return [(name, bundle.read(name)) for name in bundle.namelist()]


async def rebuilt(service: str, settings: Settings) -> list[str]:
    """Build every view anew; answers where one came out different."""
    different: list[str] = []
    async with opened(service, settings) as ports:
        for name, view in views_of(service).items():
            work = Rebuild(
                view,
                codec=Codec(DEFINITIONS[service].model),
                log=ports.log,
                store=ports.store,
                cursors=ports.cursors,
                pointers=ports.pointers,
                lanes=settings.lanes,
            )
            await work.build(lambda _: None)
            await work.catch_up()
            different += [f"{service}.{name}: {one}" for one in await work.compare()]
            await work.swap()
    return different


def test_where_nothing_is_sealed_the_same_search_finds_it(own_servers: Servers, tmp_path: Path) -> None:
    """The canary: a search that finds nothing proves something only when it can find."""
    with deployment(own_servers, tmp_path, KeySettings(off=True), ["intake"]) as (settings, processes):

        async def play() -> None:
            world = Noting(processes.urls, settings, Silent())
            await a_negotiation(world, tmp_path)
            where = await everything(settings)
            await world.close()
            assert world.texts
            assert [text for text in world.texts if not places_of(text.encode(), where)] == []

        asyncio.run(play())


def test_after_an_erasure_nothing_that_was_written_is_readable_and_all_still_follows_from_the_logs(
    own_servers: Servers, tmp_path: Path
) -> None:
    keys = KeySettings(master=SecretStr(new_master("proof")))
    with deployment(own_servers, tmp_path, keys) as (settings, processes):

        async def play() -> None:
            world = Noting(processes.urls, settings, Silent())
            case = await a_whole_case(world, tmp_path)
            assert len(world.texts) > 10
            assert len(world.files) > 1
            assert len(world.writers) > 2

            before = await redress(processes, "case", "show", case.id)
            assert [text for text in world.texts if text in before]

            bundle = await exported(processes, case, tmp_path / "before.zip")
            places = {place for text in world.texts for place in places_of(text.encode(), bundle)}
            assert {"report.html"} <= places <= {"report.html", "report.pdf"}
            first, *others = world.writers
            assert "say --yes" in await redress(processes, "person", "erase", first, code=2)
            said = await redress(processes, "person", "erase", first, "--yes")
            assert re.search(rf"the key of {first} was destroyed at \S+Z; its SHA-256 was [0-9a-f]{{64}}", said), said
            assert await redress(processes, "person", "erase", first, "--yes") == said
            for person in others:
                await erase(world, person)

            where = await everything(settings)
            assert len(where) > 100
            planted = [text.encode() for text in world.texts] + [of_file(content) for content in world.files]
            assert {one: places for one in planted if (places := places_of(one, where))} == {}
            after = await redress(processes, "case", "show", case.id)
            assert "[erased]" in after
            assert [text for text in world.texts if text in after] == []
            bundle = await exported(processes, case, tmp_path / "after.zip")
            assert {one: places for one in planted if (places := places_of(one, bundle))} == {}
            for service in SERVICES:
                assert (await verify(service, settings)).differences == []
                assert await rebuilt(service, settings) == []
            await world.close()

        asyncio.run(play())
