"""Holding a backup against itself before anything is restored from it: every sum, every position, every chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from redress.recovery.archive import Archive, ArchiveError, Lane, Manifest, parts_of, sum_of
from redress.recovery.taking import BLOB_FOLDER
from shared.adapters.mongo_archive import commit_in, fields_of
from shared.eventing.commits import Commit, digest_of
from shared.kernel.lanes import lane_of, position


@dataclass
class Checked:
    """What a backup was found to hold."""

    commits: dict[str, int] = field(default_factory=dict)
    documents: int = 0
    files: int = 0
    told: dict[tuple[str, str], int] = field(default_factory=dict)
    """By service and stream, the last sequence that was told."""


def check(archive: Archive) -> tuple[Manifest, Checked]:
    """The manifest, and what was counted; raises ArchiveError for the first thing that is not as it must be."""
    manifest = archive.manifest()
    if manifest is None:
        raise ArchiveError(f"{archive.folder} holds no completed backup: name the folder that `redress backup` filled")
    for part in parts_of(manifest):
        archive.check(part)
    found = Checked(documents=sum(part.documents for part in parts_of(manifest)))
    for service, copy in manifest.services.items():
        found.commits[service] = 0
        if len(copy.lanes) != manifest.lanes:
            raise ArchiveError(f"{service} has {len(copy.lanes)} lanes in {archive.folder}, not {manifest.lanes}")
        for number, lane in enumerate(copy.lanes):
            _check_lane(archive, service, number, lane, manifest.lanes, found)
            found.commits[service] += lane.last
        if copy.files and copy.files.listed:
            for page in archive.read(copy.files.listed):
                for listed in map(fields_of, page):
                    _check_blob(archive, listed)
                    found.files += 1
    return manifest, found


def _check_lane(archive: Archive, service: str, number: int, lane: Lane, lanes: int, found: Checked) -> None:
    where = f"lane {number} of {service}"
    streams: dict[str, tuple[int, str]] = {}
    count, digest = 0, ""
    for part in lane.files:
        for page in archive.read(part):
            for commit in map(commit_in, page):
                count += 1
                if commit.position != position(number, count) or lane_of(commit.stream, lanes) != number:
                    raise ArchiveError(f"{where}: what stands where commit {count} belongs is not it")
                _check_commit(where, commit, streams)
                told = max((out.seq for out in commit.out), default=0)
                if told:
                    found.told[service, commit.stream] = told
                digest = commit.digest
    if (count, digest) != (lane.last, lane.digest):
        raise ArchiveError(f"{where} ends at commit {count}, its manifest says {lane.last}")


def _check_commit(where: str, commit: Commit, streams: dict[str, tuple[int, str]]) -> None:
    version, digest = streams.get(commit.stream, (0, ""))
    if commit.first != version + 1 or commit.prev != digest or commit.digest != digest_of(commit):
        raise ArchiveError(f"{where}: the chain of {commit.stream} breaks at version {commit.first}")
    streams[commit.stream] = (commit.last, commit.digest)


def _check_blob(archive: Archive, listed: Mapping[str, object]) -> None:
    path = archive.folder / BLOB_FOLDER / str(listed["_id"])
    if not path.is_file() or path.stat().st_size != listed["size"] or sum_of(path) != listed["sha256"]:
        raise ArchiveError(f"{path} is missing or not the file that was copied: take another backup, or another copy")
