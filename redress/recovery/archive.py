"""A backup as a folder: what is in it, and its parts written and read with their sums."""

import gzip
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from redress.whole_file import whole_file

MANIFEST: Final = "manifest.json"
_CLAIM: Final = "REDRESS-BACKUP"
_FASTER: Final = 4
"""Gzip's level: of 6 it takes half the time, for a tenth more bytes."""
_PAGE: Final = 500


class ArchiveError(LookupError):
    """What the folder holds is not, or not wholly, a backup; the message says what is wrong and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Documents(_Part):
    """A file of BSON documents one after the other, in gzip: what `mongodump --gzip` writes, and `bsondump` reads."""

    file: str
    documents: int
    size: int
    sha256: str


class Lane(_Part):
    """One lane of a log up to a commit: its number, its digest, and the files that hold the commits in order."""

    last: int = 0
    digest: str = ""
    files: tuple[Documents, ...] = ()


class Files(_Part):
    """Evidence files: where they lay, and if they were copied, the list of the copies."""

    url: str | None
    listed: Documents | None


class ServiceCopy(_Part):
    """What of one service's database is truth: its log, and what is noted beside it."""

    lanes: tuple[Lane, ...]
    collections: Mapping[str, Documents]
    files: Files | None = None


class Manifest(_Part):
    """What a backup consists of. `follows` is the backup in the same folder that it went on from."""

    format: Literal[1] = 1
    id: str
    follows: str | None
    taken_at: datetime
    lanes: int
    sealed: bool
    """Whether there were keys of people when it was taken: without their vault sealed texts stay unreadable."""
    services: Mapping[str, ServiceCopy]
    offsets: Mapping[str, Mapping[str, Mapping[int, int]]]
    """By group, topic and partition, how far the services had taken what comes from outside."""


class VaultManifest(_Part):
    """A copy of the vault, kept apart from the backup that it belongs to."""

    format: Literal[1] = 1
    backup: str
    collections: Mapping[str, Documents]


M = TypeVar("M", Manifest, VaultManifest)


class Archive:
    """A backup's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def claim(self) -> None:
        """Make the folder ours; raises ArchiveError for one that holds anything else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ours = self.folder / _CLAIM
        if not ours.exists():
            if any(self.folder.iterdir()):
                raise ArchiveError(
                    f"{self.folder} holds other files: name an empty folder, or one of an earlier backup"
                )
            ours.write_text("A backup of Redress: `redress restore` reads it. Other files do not belong here.\n")

    def manifest(self) -> Manifest | None:
        """What the folder holds, None when nothing was ever completed in it; raises ArchiveError."""
        return self._manifest(Manifest)

    def vault_manifest(self) -> VaultManifest | None:
        """The same of a folder that holds a vault."""
        return self._manifest(VaultManifest)

    def complete(self, manifest: Manifest | VaultManifest) -> None:
        """Put the manifest in place: from now on this is the backup, and files that it does not name go."""
        with whole_file(self.folder / MANIFEST) as out:
            out.write(manifest.model_dump_json(indent=1).encode())
        named = {part.file for part in parts_of(manifest)} | {MANIFEST}
        for path in sorted(self.folder.rglob("*.bson.gz")):
            if str(path.relative_to(self.folder)) not in named:
                path.unlink()

    async def write(self, name: str, pages: AsyncIterator[Sequence[bytes]]) -> Documents:
        """Write documents into a file, whole or not at all."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        count = 0
        with whole_file(path) as out:
            with gzip.GzipFile("", "wb", _FASTER, out, mtime=0) as packed:
                async for page in pages:
                    packed.write(b"".join(page))
                    count += len(page)
            out.flush()
            return Documents(file=name, documents=count, size=out.tell(), sha256=sum_of(Path(out.name)))

    def check(self, part: Documents) -> None:
        """Hold a file against its sum; raises ArchiveError."""
        path = self.folder / part.file
        if not path.is_file():
            raise ArchiveError(f"{path} is missing: this backup is not whole, take another one")
        if path.stat().st_size != part.size or sum_of(path) != part.sha256:
            raise ArchiveError(f"{path} is not the file that was written: take another backup, or another copy of this")

    def read(self, part: Documents) -> Iterator[list[bytes]]:
        """The documents of a file, a page at a time; raises ArchiveError where they do not fill it."""
        with gzip.open(self.folder / part.file, "rb") as packed:
            page: list[bytes] = []
            count = 0
            while head := packed.read(4):
                page.append(head + packed.read(int.from_bytes(head, "little") - 4))
                count += 1
                if len(page) == _PAGE:
                    yield page
                    page = []
        if count != part.documents:
            raise ArchiveError(f"{part.file} holds {count} documents, its manifest says {part.documents}")
        if page:
            yield page

    def _manifest(self, kind: type[M]) -> M | None:
        path = self.folder / MANIFEST
        if not path.is_file():
            return None
        try:
            return kind.model_validate_json(path.read_bytes())
        except (ValidationError, OSError) as error:
            raise ArchiveError(f"{path} is no manifest that this version of Redress reads") from error


def parts_of(manifest: Manifest | VaultManifest) -> Iterator[Documents]:
    """Every file of documents that a manifest names."""
    if isinstance(manifest, VaultManifest):
        yield from manifest.collections.values()
        return
    for copy in manifest.services.values():
        for lane in copy.lanes:
            yield from lane.files
        yield from copy.collections.values()
        if copy.files and copy.files.listed:
            yield copy.files.listed


def sum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
