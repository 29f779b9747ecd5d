"""Backup and restore on a real store: the same bytes come back, and whatever is killed or damaged is found out."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid1

import pytest
from pydantic import SecretStr
from pymongo import MongoClient

from redress import registry
from redress.recovery import relaying, restoring, taking
from redress.recovery.archive import Archive, ArchiveError, Manifest
from redress.recovery.checking import check
from redress.recovery.relaying import republish
from redress.recovery.restoring import Wanted
from redress.recovery.taking import Asked
from redress.simulator.world import World
from shared.adapters.failures import Misconfigured
from shared.adapters.mongo_archive import MongoArchive
from shared.adapters.mongo_keys import new_master
from shared.adapters.ports import Ports
from shared.adapters.settings import FileSettings, KeySettings, MongoSettings, Settings
from shared.contracts.topology import SERVICES
from shared.eventing.blobs import one_piece
from shared.eventing.parking import Parked
from shared.eventing.reads import Read
from shared.kernel.actors import Role
from tests.kit.bundles import LANE, played
from tests.kit.counter import NOON

COLLECTIONS = ("log", "parked", "reads", "stored_files", "blobs.files", "blobs.chunks")
KEYS = KeySettings(master=SecretStr(new_master("recovery")))
PLAIN = {
    "parked": ("topic", "partition", "offset", "stream", "source", "seq", "reason", "action"),
    "blobs.files": ("_id", "length", "chunkSize"),
    "blobs.chunks": ("files_id", "n", "data"),
}


class KilledError(BaseException):
    """The process is no more."""


@dataclass
class System:
    """A deployment's databases under names of this test's own."""

    mongo_url: str
    prefix: str
    monkeypatch: pytest.MonkeyPatch
    others: "list[System]" = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        keys = KEYS.model_copy(update={"database": f"{self.prefix}_keys"})
        return Settings(mongo=MongoSettings(url=SecretStr(self.mongo_url)), lanes=1, keys=keys)

    @property
    def names(self) -> list[str]:
        return [f"{self.prefix}_{name}" for name in (*SERVICES, "keys")]

    def here(self) -> "System":
        """Let tools find these databases."""

        def own(service: str, settings: Settings) -> Settings:
            mongo = settings.mongo.model_copy(update={"database": f"{self.prefix}_{service}"})
            return settings.model_copy(update={"mongo": mongo})

        self.monkeypatch.setattr(registry, "settings_for", own)
        return self

    def elsewhere(self) -> "System":
        """An empty system, where tools look from now on."""
        self.others.append(System(self.mongo_url, f"recovery_{uuid1().hex[:12]}", self.monkeypatch))
        return self.others[-1].here()

    def holds(self) -> dict[str, Any]:
        """Every document of what is truth, but for what is the store's own."""
        with MongoClient[dict[str, Any]](self.mongo_url) as client:
            return {
                f"{name.removeprefix(self.prefix)}.{collection}": [
                    {field: value for field, value in document.items() if field in PLAIN.get(collection, document)}
                    for document in client[name][collection].find({}, sort=[("_id", 1)])
                ]
                for name in self.names
                for collection in (*COLLECTIONS, "people", "masters")
            }

    def drop(self) -> None:
        with MongoClient[dict[str, Any]](self.mongo_url) as client:
            for system in (self, *self.others):
                for name in system.names:
                    client.drop_database(name)


@pytest.fixture(scope="module")
async def world() -> World:
    return await played(4)


@pytest.fixture
async def system(mongo_url: str, world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    """Four logs of a population, with everything else that is noted beside them."""

    async def nothing(*_: object, **__: object) -> Any:
        return {}

    monkeypatch.setattr(taking, "offsets_on", nothing)
    for module in (restoring, relaying):
        monkeypatch.setattr(module, "require_stopped", nothing)
        monkeypatch.setattr(module, "require_kafka", nothing)
    system = System(mongo_url, f"recovery_{uuid1().hex[:12]}", monkeypatch).here()
    for name in SERVICES:
        async with registry.opened(name, system.settings) as ports:
            commits = [one async for one in world.system.services[name].commits()]
            await ports.log.append(LANE, commits[: len(commits) // 2])
            await _note(name, ports)
    yield system
    system.here().drop()


async def _note(service: str, ports: Ports) -> None:
    await ports.reads.note(
        Read(
            id=f"read-{service}",
            at=NOON,
            role=Role.AUDITOR,
            actor="an-auditor",
            request="r1",
            what="case",
            part=None,
            shown={"case-1": 3},
            until=NOON + timedelta(days=36_000),
        )
    )
    await ports.park.put(a_parked(7))
    if service == "evidence":
        await a_file(ports, b"a photograph")


def a_parked(offset: int) -> Parked:
    return Parked(
        "complaint.filed", 0, offset, b"case-9", b"not json", (("ce_id", b"9"),), "case-9", "intake", 1,
        "complaint.filed.v1", "it cannot be read", 1, NOON,
    )  # fmt: skip


async def a_file(ports: Ports, content: bytes) -> str:
    async def as_it_is(_content: bytes, _name: str | None) -> str:
        return "image/jpeg"

    stored = await ports.files.store.put("lin", "case-1", one_piece(content), as_it_is, side_bytes=1 << 20)
    return str(getattr(stored, "sha256", stored))


async def more(system: System, world: World) -> None:
    """The rest of every log."""
    for name in SERVICES:
        async with registry.opened(name, system.settings) as ports:
            commits = [one async for one in world.system.services[name].commits()]
            await ports.log.append(LANE, commits[len(commits) // 2 :])


def quiet(_: str) -> None: ...


async def backed_up(system: System, tmp_path: Path) -> Asked:
    asked = Asked(tmp_path / "backup", tmp_path / "vault")
    await taking.take(asked, system.settings, quiet)
    return asked


async def restored(system: System, asked: Asked, **how: Any) -> None:
    await restoring.restore(Wanted(asked.into, asked.vault, **how), system.settings, quiet)


async def test_everything_that_is_truth_comes_back_as_it_was(system: System, tmp_path: Path) -> None:
    before = system.holds()
    asked = await backed_up(system, tmp_path)
    system.drop()

    await restored(system, asked)

    assert system.holds() == before
    assert all(before[f"_{service}.{name}"] for service in SERVICES for name in ("log", "parked", "reads"))
    assert before["_evidence.blobs.chunks"]
    async with registry.opened("evidence", system.settings) as ports:
        (parked,) = await ports.park.every()
        assert (parked.value, bool(parked.era)) == (b"not json", True)
        await ports.park.put(a_parked(7))
        assert len(await ports.park.every()) == 2, "what a new Kafka has at the same place is another record"
        (file,) = await ports.files.store.of_case("case-1")
        content = b"".join([piece async for piece in ports.files.store.read("lin", file.file.sha256)])
        assert content == b"a photograph"


async def test_a_second_backup_adds_only_what_is_new_and_forgets_what_was_erased(
    system: System, world: World, tmp_path: Path
) -> None:
    first = Archive((await backed_up(system, tmp_path)).into).manifest()
    await more(system, world)
    async with registry.opened("evidence", system.settings) as ports:
        gone = (await ports.files.store.of_case("case-1"))[0]
        await a_file(ports, b"another photograph")
        with MongoClient[dict[str, Any]](system.mongo_url) as client:
            client[f"{system.prefix}_evidence"]["stored_files"].delete_one({"_id": gone.id})
        await ports.files.desk.discard(gone.stored)
    before = system.holds()

    asked = await backed_up(system, tmp_path)

    second = Archive(asked.into).manifest()
    assert first is not None
    assert second is not None
    assert second.follows == first.id
    for service in SERVICES:
        (old,), (new,) = first.services[service].lanes, second.services[service].lanes
        assert new.files[: len(old.files)] == old.files
        assert len(new.files) == len(old.files) + 1
    assert not (asked.into / taking.BLOB_FOLDER / gone.blob).exists()
    check(Archive(asked.into))
    system.drop()
    await restored(system, asked)
    assert system.holds() == before


Write = Callable[..., Any]


def dying(monkeypatch: pytest.MonkeyPatch, owner: type, names: tuple[str, ...], at: int) -> dict[str, int]:
    """Let the process die right after its `at`-th write; answers the count as it goes up."""
    count = {"writes": 0}

    def wrapped(original: Write) -> Write:
        async def write(*args: Any, **options: Any) -> Any:
            answer = await original(*args, **options)
            count["writes"] += 1
            if count["writes"] == at:
                raise KilledError
            return answer

        return write

    for name in names:
        monkeypatch.setattr(owner, name, wrapped(getattr(owner, name)))
    return count


async def test_a_backup_killed_at_any_write_leaves_the_earlier_one_whole_and_is_simply_taken_again(
    system: System, world: World, tmp_path: Path
) -> None:
    """INVARIANT: the folder holds a whole backup from the first completed one on.

    Broken by removing or replacing a file before the manifest that does without it is in place.
    """
    asked = await backed_up(system, tmp_path)
    first, _ = check(Archive(asked.into))
    await more(system, world)
    deaths = 0
    while True:
        with pytest.MonkeyPatch.context() as patch:
            dying(patch, Archive, ("write",), deaths + 1)
            try:
                await backed_up(system, tmp_path)
            except KilledError:
                deaths += 1
                assert check(Archive(asked.into))[0] == first
            else:
                break

    assert deaths > 10
    assert check(Archive(asked.into))[0].follows == first.id


async def test_a_restore_killed_after_any_write_is_taken_up_and_no_service_starts_before(
    system: System, tmp_path: Path
) -> None:
    """INVARIANT: between its first write and its end a restore keeps every service from starting.

    Broken by a service that starts on half a log: it would give out numbers that were given out before.
    """
    before = system.holds()
    asked = await backed_up(system, tmp_path)
    writes = ("begin", "append", "put", "publish_again", "end")
    with pytest.MonkeyPatch.context() as patch:
        count = dying(patch, MongoArchive, writes, -1)
        await restored(system.elsewhere(), asked)
    total = count["writes"]
    assert total > 20

    # Around the ends each, and every eighth between: which of the four services it is makes no difference.
    for death in sorted({*range(1, 6), *range(6, total - 5, 8), *range(total - 5, total)}):
        other = system.elsewhere()
        with pytest.MonkeyPatch.context() as patch:
            dying(patch, MongoArchive, writes, death)
            with pytest.raises(KilledError):
                await restored(other, asked)
        if 4 <= death <= total - 4:
            with pytest.raises(Misconfigured, match="was begun and has not ended: run the same"):
                async with registry.opened(SERVICES[death % 4], other.settings):
                    pass
        if death == total // 2:
            with pytest.raises(Misconfigured, match="was begun and has not ended"):
                await taking.take(Asked(tmp_path / "of-a-half"), other.settings, quiet)
            with pytest.raises(Misconfigured, match="run that again first"):
                await republish(other.settings, kafka_kept=False)
        await restored(other, asked)
        assert other.holds() == before, f"killed after write {death}"


async def test_a_system_that_holds_anything_is_not_restored_into(system: System, tmp_path: Path) -> None:
    asked = await backed_up(system, tmp_path)
    before = system.holds()

    with pytest.raises(
        Misconfigured, match=r"collection log stands in \S+_intake: a restore goes into an empty system"
    ):
        await restored(system, asked)

    assert system.holds() == before
    with MongoClient[dict[str, Any]](system.mongo_url) as client:
        for service in SERVICES:
            client.drop_database(f"{system.prefix}_{service}")
    with pytest.raises(Misconfigured, match="leave --vault out"):
        await restored(system, asked)
    await restoring.restore(Wanted(asked.into), system.settings, quiet)
    assert system.holds() == before


async def test_sealed_texts_are_not_restored_without_their_keys_unless_that_is_said(
    system: System, tmp_path: Path
) -> None:
    asked = await backed_up(system, tmp_path)
    log = system.holds()["_intake.log"]
    system.drop()

    with pytest.raises(Misconfigured, match="name the vault that was backed up"):
        await restoring.restore(Wanted(asked.into), system.settings, quiet)
    await taking.take(Asked(tmp_path / "other", tmp_path / "other-vault"), system.settings, quiet)
    with pytest.raises(ArchiveError, match="belongs to backup"):
        await restoring.restore(Wanted(asked.into, tmp_path / "other-vault"), system.settings, quiet)
    await restoring.restore(Wanted(asked.into, without_vault=True), system.settings, quiet)

    assert system.holds()["_intake.log"] == log
    assert system.holds()["_intake.parked"] == []


async def test_a_folder_of_another_history_or_of_others_is_refused(
    system: System, world: World, tmp_path: Path
) -> None:
    asked = await backed_up(system, tmp_path)
    system.drop()
    for name in SERVICES:
        async with registry.opened(name, system.settings) as ports:
            commits = [one async for one in world.system.services[name].commits()]
            await ports.log.append(LANE, commits[:1])
    with pytest.raises(ArchiveError, match=r"is a backup of another history: commit \d+ of lane 0 of intake"):
        await taking.take(asked, system.settings, quiet)

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.bson.gz").write_text("years of work")
    with pytest.raises(ArchiveError, match="holds other files: name an empty folder"):
        await taking.take(Asked(tmp_path / "mine"), system.settings, quiet)
    with pytest.raises(ArchiveError, match="holds no completed backup"):
        check(Archive(tmp_path / "mine"))
    lanes = system.settings.model_copy(update={"lanes": 12})
    for refused in (taking.take(asked, lanes, quiet), restoring.restore(Wanted(asked.into, asked.vault), lanes, quiet)):
        with pytest.raises(Misconfigured, match="REDRESS_LANES is 12, but"):
            await refused


async def test_any_file_that_is_changed_cut_short_or_missing_is_found_before_anything_is_written(
    system: System, tmp_path: Path
) -> None:
    asked = await backed_up(system, tmp_path)
    system.drop()
    empty = system.holds()
    found = [path for path in sorted(asked.into.rglob("*")) if path.is_file() and path.name != "REDRESS-BACKUP"]
    assert len(found) > 10

    for path in found:
        whole = path.read_bytes()
        for damaged in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[: len(whole) // 2], None):
            path.unlink()
            if damaged is not None:
                path.write_bytes(damaged)
            with pytest.raises(ArchiveError):
                await restored(system, asked)
        path.write_bytes(whole)
    assert system.holds() == empty
    await restored(system, asked)


async def test_a_manifest_that_was_made_to_fit_a_forged_log_does_not_pass(system: System, tmp_path: Path) -> None:
    """INVARIANT: sums tell accidents, chains tell forgeries: a commit less, and every sum put right, is still found."""
    asked = await backed_up(system, tmp_path)
    archive = Archive(asked.into)
    manifest, _ = check(archive)
    (lane,) = manifest.services["intake"].lanes
    (page,) = archive.read(lane.files[0])

    async def shorter() -> AsyncIterator[list[bytes]]:
        yield page[:3] + page[4:]

    forged = await archive.write(lane.files[0].file, shorter())
    copy = manifest.services["intake"].model_copy(update={"lanes": (lane.model_copy(update={"files": (forged,)}),)})
    services: Mapping[str, Any] = {**manifest.services, "intake": copy}
    archive.complete(Manifest(**{**dict(manifest), "services": services}))

    with pytest.raises(ArchiveError, match="lane 0 of intake: what stands where commit 4 belongs is not it"):
        check(archive)


@pytest.mark.parametrize("copy_files", [False, True], ids=["left where they are", "copied"])
async def test_files_in_an_object_store_are_looked_for_or_copied(
    system: System, tmp_path: Path, *, copy_files: bool
) -> None:
    objects = tmp_path / "objects"
    settings = system.settings.model_copy(update={"files": FileSettings(url=f"file://{objects}")})
    with MongoClient[dict[str, Any]](system.mongo_url) as client:
        client.drop_database(f"{system.prefix}_evidence")
    async with registry.opened("evidence", settings) as ports:
        await a_file(ports, b"a photograph")
    asked = Asked(tmp_path / "backup", copy_files=copy_files)
    await taking.take(asked, settings, quiet)
    objects.rename(tmp_path / "lost")
    with MongoClient[dict[str, Any]](system.mongo_url) as client:
        for service in SERVICES:
            client.drop_database(f"{system.prefix}_{service}")

    if not copy_files:
        with pytest.raises(ArchiveError, match=r"file lin/\w+ is not where REDRESS_FILES__URL points"):
            await restoring.restore(Wanted(asked.into), settings, quiet)
        objects.rmdir()
        (tmp_path / "lost").rename(objects)
    await restoring.restore(Wanted(asked.into), settings, quiet)

    async with registry.opened("evidence", settings) as ports:
        (file,) = await ports.files.store.of_case("case-1")
        content = b"".join([piece async for piece in ports.files.store.read("lin", file.file.sha256)])
    assert content == b"a photograph"


async def test_republishing_begins_every_relay_anew(system: System) -> None:
    for service in SERVICES:
        async with registry.opened(service, system.settings) as ports:
            await ports.cursors.advance("relay", LANE, 5)
            await ports.park.attempt("batch/complaint.filed/0", 7)

    assert await republish(system.settings, kafka_kept=False) == list(SERVICES)

    for service in SERVICES:
        async with registry.opened(service, system.settings) as ports:
            assert await ports.cursors.get("relay", LANE) == 0
            assert await ports.park.attempt("batch/complaint.filed/0", 7) == 1
            assert all(parked.era for parked in await ports.park.every())
