"""Taking a backup while the services run: logs up to one consistent cut, then what is noted beside them."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from redress.recovery.archive import (
    Archive,
    ArchiveError,
    Documents,
    Files,
    Lane,
    Manifest,
    ServiceCopy,
    VaultManifest,
    sum_of,
)
from redress.recovery.cut import consistent_cut
from redress.recovery.world import OUTSIDE, REGISTERED, VAULT, collections_of, databases
from redress.whole_file import whole_file
from shared.adapters.clock import SystemClock
from shared.adapters.failures import Misconfigured
from shared.adapters.file_ports import open_blobs
from shared.adapters.ids import new_id
from shared.adapters.kafka_recovery import offsets_on
from shared.adapters.mongo_archive import MongoArchive, commit_in, document_of, fields_of, refuse_half_recovered
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.settings import Settings
from shared.eventing.blobs import Blob, Blobs
from shared.kernel.lanes import lane_at, number_of, position

Say: TypeAlias = Callable[[str], None]

BLOB_FOLDER: Final = "evidence/blobs"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to back up, and where to. `vault` is another folder for the keys of people, or none."""

    into: Path
    vault: Path | None = None
    copy_files: bool = False
    """Copy evidence files from an object store too; what lies in GridFS is always copied."""
    with_kafka: bool = True


async def take(asked: Asked, settings: Settings, say: Say) -> Manifest:
    """Take a backup, or go on from the one that the folder holds; answers what the folder holds now.

    Killed at any moment it leaves the folder's earlier backup as it was. Raises ArchiveError for a folder that is no
    backup of this deployment, and Unreachable or Misconfigured as services do.
    """
    archive = Archive(asked.into)
    archive.claim()
    before = archive.manifest()
    if before and before.lanes != settings.lanes:
        raise Misconfigured(f"REDRESS_LANES is {settings.lanes}, but {asked.into} was taken with {before.lanes}")
    backup = new_id()
    taken_at = SystemClock().now()
    # What was taken by now is in the logs by now: read before the cut, this loses nothing.
    offsets = await offsets_on(settings, OUTSIDE) if asked.with_kafka else {}
    async with databases(settings) as opened:
        for database in opened.values():
            await refuse_half_recovered(database)
        stores = {service: MongoArchive(database) for service, database in opened.items()}
        logs = {service: MongoEventLog(database, lanes=settings.lanes) for service, database in opened.items()}
        cut = await consistent_cut(logs, settings.lanes)
        copies: dict[str, ServiceCopy] = {}
        for service, store in stores.items():
            known = before.services[service].lanes if before else (Lane(),) * settings.lanes
            lanes = [await _lane(archive, service, store, lane, one, cut[service]) for lane, one in enumerate(known)]
            # After the log: what a commit names was there before it, and stays.
            noted = {
                name: await archive.write(f"{service}/{name}-{backup}.bson.gz", store.every(name))
                for name in collections_of(service)
            }
            files = None
            if service == "evidence":
                files = await _files(archive, noted[REGISTERED], backup, asked, settings, opened[service])
            copies[service] = ServiceCopy(lanes=tuple(lanes), collections=noted, files=files)
            fresh = sum(one.last for one in lanes) - sum(one.last for one in known)
            say(f"{service}: {fresh:,} commits more, {sum(one.last for one in lanes):,} in all")
        vault = opened["intake"].client.get_database(settings.keys.database)
        sealed = settings.keys.given or await MongoArchive(vault).holds(VAULT) is not None
        if asked.vault:
            await _vault(Archive(asked.vault), MongoArchive(vault), backup)
            say(f"vault: in {asked.vault}; the master key is not in it, keep that apart from both")
    manifest = Manifest(
        id=backup,
        follows=before.id if before else None,
        taken_at=taken_at,
        lanes=settings.lanes,
        sealed=sealed,
        services=copies,
        offsets=offsets,
    )
    archive.complete(manifest)
    _let_go(archive, copies["evidence"].files)
    return manifest


async def _lane(
    archive: Archive, service: str, store: MongoArchive, lane: int, known: Lane, cut: Sequence[int]
) -> Lane:
    """The lane up to its cut: what the folder has of it, and one file more."""
    after, until = position(lane, known.last), cut[lane]
    if known.last:
        await _same_history(archive, service, store, after, known, until)
    if until <= after:
        return known
    digest = ""

    async def noting() -> AsyncIterator[Sequence[bytes]]:
        nonlocal digest
        async for page in store.lane(after, until):
            digest = commit_in(page[-1]).digest
            yield page

    name = f"{service}/log/{lane:04}/{known.last + 1:015}-{number_of(until):015}.bson.gz"
    part = await archive.write(name, noting())
    return Lane(last=number_of(until), digest=digest, files=(*known.files, part))


async def _same_history(
    archive: Archive, service: str, store: MongoArchive, after: int, known: Lane, until: int
) -> None:
    found = ""
    if until >= after:
        async for page in store.lane(after - 1, after):
            found = commit_in(page[-1]).digest
    if found != known.digest:
        raise ArchiveError(
            f"{archive.folder} is a backup of another history: commit {known.last} of lane {lane_at(after)} of "
            f"{service} is another one there. Name a new folder"
        )


async def _files(
    archive: Archive, register: Documents, backup: str, asked: Asked, settings: Settings, database: Any
) -> Files:
    """Copy the bytes of every file that is registered, but for those that the folder has."""
    url = settings.files.url
    if url is not None and not asked.copy_files:
        return Files(url=url, listed=None)
    blobs = open_blobs(settings.files, database)
    listed: list[bytes] = []
    for page in archive.read(register):
        for fields in map(fields_of, page):
            blob = Blob(fields["blob"], fields["person"], fields["sealed"])
            if (described := await _copied(archive, blobs, blob)) is not None:
                listed.append(document_of(described))

    async def pages() -> AsyncIterator[Sequence[bytes]]:
        yield listed

    written = await archive.write(f"evidence/blobs-{backup}.bson.gz", pages())
    return Files(url=url, listed=written)


def _let_go(archive: Archive, files: Files | None) -> None:
    """Remove copies of files that were swept, or erased with their person, since the backup before."""
    if files and files.listed:
        named = {fields_of(document)["_id"] for page in archive.read(files.listed) for document in page}
        for path in sorted((archive.folder / BLOB_FOLDER).glob("*")):
            if path.name not in named:
                path.unlink()


async def _copied(archive: Archive, blobs: Blobs, blob: Blob) -> Mapping[str, Any] | None:
    """How the blob lies in the folder; None when it was swept since it was registered, so that no case names it."""
    path = archive.folder / BLOB_FOLDER / blob.id
    path.parent.mkdir(parents=True, exist_ok=True)
    size = await blobs.size(blob)
    if size is None:
        return None
    if not path.is_file() or path.stat().st_size != size:
        try:
            with whole_file(path) as out:
                async for piece in blobs.read(blob):
                    out.write(piece)
        except LookupError:
            return None
    return {"_id": blob.id, "size": size, "sha256": sum_of(path)}


async def _vault(archive: Archive, store: MongoArchive, backup: str) -> None:
    archive.claim()
    copied = {name: await archive.write(f"{name}-{backup}.bson.gz", store.every(name)) for name in VAULT}
    archive.complete(VaultManifest(backup=backup, collections=copied))
