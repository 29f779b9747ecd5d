"""Restoring a backup into an empty deployment: all of it or, until it is, nothing that a service would start on."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from redress.recovery.archive import Archive, ArchiveError, Documents, Lane, Manifest
from redress.recovery.checking import Checked, check
from redress.recovery.relaying import move_parked, require_kafka, require_stopped, told_after
from redress.recovery.taking import BLOB_FOLDER, Say
from redress.recovery.world import (
    BLOBS,
    OUTSIDE,
    PARKED,
    REGISTERED,
    TOLD,
    VAULT,
    collections_of,
    databases,
)
from shared.adapters.failures import Misconfigured
from shared.adapters.file_ports import open_blobs
from shared.adapters.kafka_recovery import empty_topics, move_groups
from shared.adapters.mongo_archive import MongoArchive, fields_of
from shared.adapters.mongo_keys import require_word
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.settings import Settings
from shared.eventing.blobs import Blob
from shared.kernel.lanes import lane_start

_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to restore. `vault` is the folder with the keys of people; `kafka_kept` says that only MongoDB was lost."""

    folder: Path
    vault: Path | None = None
    without_vault: bool = False
    kafka_kept: bool = False


async def restore(wanted: Wanted, settings: Settings, say: Say) -> None:
    """Restore; interrupted, the same call takes it up where it was.

    Raises ArchiveError for a backup that is not sound, and Misconfigured with the cure for a system that is not empty,
    still runs, or is set up otherwise. Before the first write all of the backup was read and checked.
    """
    archive = Archive(wanted.folder)
    manifest, found = check(archive)
    say(f"checked: {sum(found.commits.values()):,} commits and {found.files:,} files are as they were written")
    vault = _vault_of(wanted, manifest)
    if manifest.lanes != settings.lanes:
        raise Misconfigured(f"REDRESS_LANES is {settings.lanes}, but {wanted.folder} was taken with {manifest.lanes}")
    require_word(settings.keys)
    await require_stopped(settings)
    work = f"restore {manifest.id}"
    async with databases(settings) as opened:
        stores = {service: MongoArchive(database) for service, database in opened.items()}
        keys = MongoArchive(opened["intake"].client.get_database(settings.keys.database))
        if not await _require_empty(stores, keys, wanted, manifest, work):
            await require_kafka(settings, kept=wanted.kafka_kept)
            for store in stores.values():
                await store.begin(work)
            for name, part in vault.items():
                await _put(Archive(wanted.vault or Path()), keys, name, part)
            for service, store in stores.items():
                await _restore_service(archive, service, store, opened[service], wanted, manifest)
                say(f"{service}: {found.commits[service]:,} commits")
            await _restore_files(archive, manifest, settings, opened["evidence"])
            await move_parked(settings, opened)
            if wanted.kafka_kept:
                await _begin_anew(wanted.folder, manifest, found, settings, say)
        for store in stores.values():
            await store.end()


def _vault_of(wanted: Wanted, manifest: Manifest) -> Mapping[str, Documents]:
    if wanted.vault is None:
        return {}
    archive = Archive(wanted.vault)
    vault = archive.vault_manifest()
    if vault is None:
        raise ArchiveError(f"{wanted.vault} holds no vault: name the folder of `redress backup --vault`")
    if vault.backup != manifest.id:
        raise ArchiveError(
            f"the vault in {wanted.vault} belongs to backup {vault.backup}, not to {manifest.id}: people erased in "
            f"between would come back, or texts stay unreadable"
        )
    for part in vault.collections.values():
        archive.check(part)
    return vault.collections


async def _require_empty(
    stores: Mapping[str, MongoArchive], keys: MongoArchive, wanted: Wanted, manifest: Manifest, work: str
) -> bool:
    """Raise Misconfigured where anything stands that is not of this restore; answers whether only its end is left."""
    marks = {service: await store.under_way() for service, store in stores.items()}
    resumed = work in marks.values()
    filled: set[str] = set()
    for service, store in stores.items():
        held = await store.holds(("log", *collections_of(service), *(BLOBS if service == "evidence" else ())))
        if held and marks[service] is None:
            filled.add(service)
        if (held and marks[service] is None and not resumed) or marks[service] not in (None, work):
            other = f"{marks[service]} is under way in" if marks[service] else f"collection {held} stands in"
            raise Misconfigured(
                f"{other} {store.name}: a restore goes into an empty system only. Run that again if it was broken off, "
                f"or drop the databases of all services, or name others by REDRESS_MONGO__*"
            )
    held = await keys.holds(VAULT)
    if wanted.vault and held and not resumed:
        raise Misconfigured(f"{keys.name} holds keys: leave --vault out to go on with them, or drop that database")
    if manifest.sealed and not (wanted.vault or held or wanted.without_vault):
        raise Misconfigured(
            f"what people wrote lies sealed, and {keys.name} holds no keys: name the vault that was backed up with "
            f"--vault, or say --without-vault, and it can never be read"
        )
    return resumed and bool(filled)


async def _restore_service(
    archive: Archive, service: str, store: MongoArchive, database: Any, wanted: Wanted, manifest: Manifest
) -> None:
    log = MongoEventLog(database, lanes=manifest.lanes)
    await log.lay_out()
    copy = manifest.services[service]
    for number, lane in enumerate(copy.lanes):
        await _restore_lane(archive, store, lane, after=await log.head(number), number=number)
    for name, part in copy.collections.items():
        if name != PARKED or not wanted.without_vault:  # sealed ones could not even be looked at
            await _put(archive, store, name, part)
    await store.publish_again()


async def _restore_lane(archive: Archive, store: MongoArchive, lane: Lane, *, after: int, number: int) -> None:
    """Append what follows a position; what stands up to it was put there by this restore, before it was broken off."""
    last = lane_start(number)
    for part in lane.files:
        for page in archive.read(part):
            fresh = page[max(0, after - last) :]
            last += len(page)
            if fresh:
                await store.append(fresh)


async def _put(archive: Archive, store: MongoArchive, name: str, part: Documents) -> None:
    for page in archive.read(part):
        await store.put(name, page)


async def _restore_files(archive: Archive, manifest: Manifest, settings: Settings, database: Any) -> None:
    """Put the bytes of files where the settings say; or look whether they are where they were."""
    copy = manifest.services["evidence"]
    files = copy.files
    blobs = open_blobs(settings.files, database)
    if files and files.listed:
        for page in archive.read(files.listed):
            for listed in map(fields_of, page):
                blob = Blob(listed["_id"], "")
                if await blobs.size(blob) != listed["size"]:
                    await blobs.delete(blob)
                    await blobs.write(blob, _pieces(archive.folder / BLOB_FOLDER / blob.id))
        return
    for page in archive.read(copy.collections[REGISTERED]):
        for fields in map(fields_of, page):
            if await blobs.size(Blob(fields["blob"], fields["person"], fields["sealed"])) is None:
                raise ArchiveError(
                    f"file {fields['_id']} is not where REDRESS_FILES__URL points: this backup has no copies of files, "
                    f"which lay at {files and files.url}"
                )


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


async def _begin_anew(folder: Path, manifest: Manifest, found: Checked, settings: Settings, say: Say) -> None:
    """Let a Kafka that knows more than the backup know as much: facts told after it go, and are kept in a file."""
    after = folder.with_name(f"{folder.name}-told-after.jsonl")
    count = await told_after(settings, found.told, after)
    if count:
        say(f"{count:,} facts were told after the backup and are taken back: {after}")
    await empty_topics(settings, TOLD)
    await move_groups(settings, OUTSIDE, manifest.offsets)
