"""Checking a bundle from its bytes alone: container, manifest, files, chains, and what the chains say of each other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Final

from shared.bundle.chains import Link, canonical, read_chain
from shared.bundle.container import Entry, MismatchError, unpack
from shared.bundle.manifest import MANIFEST, SIGNATURE, BundleManifest, Listed, first_difference, read_manifest
from shared.bundle.signing import check_signature
from shared.bundle.steps import Step, in_turn, published
from shared.contracts.evidence import EvidenceClosed
from shared.contracts.topology import SERVICES
from shared.eventing.commits import CauseKind
from shared.eventing.streams import Skipped

_KEPT: Final = ("chains/", MANIFEST, SIGNATURE)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found sound. `signed_by` is the public key in hex, None for an unsigned bundle."""

    manifest: BundleManifest
    root: str
    commits: int
    withheld: int
    told: int
    files: int
    signed_by: str | None


def check_bundle(file: BinaryIO, expected_key: bytes | None = None) -> Checked:
    """Check every byte; raises MismatchError for the first thing that does not match."""
    entries = list(unpack(file, _KEPT))
    contents = {entry.name: entry.content for entry in entries if entry.content is not None}
    raw = contents.get(MANIFEST)
    if raw is None:
        raise MismatchError(MANIFEST, "is not there: this is no case bundle")
    manifest, root = read_manifest(raw)
    _check_entries(manifest, entries)
    signature = contents.get(SIGNATURE)
    if signature is None and expected_key is not None:
        raise MismatchError(SIGNATURE, "is not there, and a signature by the given key was asked for")
    signer = check_signature(signature, raw, expected_key) if signature is not None else None
    chains = _check_chains(manifest, contents)
    try:
        _check_heard(chains)
        history = published(manifest.case_id, chains)
        _check_seals(manifest, history.steps)
        _check_files(manifest, chains)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # Whoever can write a chain anew can put anything into it.
        raise MismatchError("chains/", f"hold a fact that cannot be read ({type(error).__name__})") from error
    links = [link for chain in chains.values() for link in chain]
    return Checked(
        manifest=manifest,
        root=root,
        commits=len(links),
        withheld=sum(link.withheld is not None for link in links),
        told=len(history.steps),
        files=sum(one.entry is not None for one in manifest.files),
        signed_by=signer,
    )


def _check_entries(manifest: BundleManifest, entries: Sequence[Entry]) -> None:
    found = [Listed(name=one.name, size=one.size, sha256=one.sha256) for one in entries]
    tail = [one.name for one in found if one.name in {MANIFEST, SIGNATURE}]
    if [one.name for one in found[-len(tail) :]] != tail or tail not in ([MANIFEST], [MANIFEST, SIGNATURE]):
        raise MismatchError(MANIFEST, "must stand last, once, before its signature")
    first_difference(manifest.entries, found[: -len(tail)])


def _check_chains(manifest: BundleManifest, contents: Mapping[str, bytes]) -> Mapping[str, Sequence[Link]]:
    chains: dict[str, Sequence[Link]] = {}
    if unlisted := sorted(set(manifest.chains) - set(SERVICES)):
        raise MismatchError(MANIFEST, f"there is no service {unlisted[0]}")
    for name in sorted(one for one in contents if one.startswith("chains/")):
        if name.removeprefix("chains/").removesuffix(".jsonl") not in manifest.chains:
            raise MismatchError(name, "is a chain that the manifest does not name")
    for service, due in manifest.chains.items():
        name = f"chains/{service}.jsonl"
        if name not in contents:
            raise MismatchError(name, "is a chain that the manifest names, and is not there")
        links = read_chain(name, manifest.case_id, contents[name])
        head = links[-1].digest if links else ""
        withheld = sum(link.withheld is not None for link in links)
        if (len(links), withheld, head) != (due.commits, due.withheld, due.head):
            raise MismatchError(name, f"{len(links)} commits up to {head[:16]}, not as the manifest says")
        chains[service] = links
    return chains


def _check_heard(chains: Mapping[str, Sequence[Link]]) -> None:
    """Each heard fact equals what its source told, where the source's chain is here; none is heard twice."""
    told = {(service, note.seq): note for service, links in chains.items() for link in links for note in link.told}
    for service, links in chains.items():
        taken: set[tuple[str, int]] = set()
        for n, link in enumerate(links, start=1):
            if link.kind != CauseKind.FACT or link.source not in SERVICES:
                continue
            where = f"chains/{service}.jsonl line {n}"
            key = (link.source, link.seq)
            skips = link.heard is not None and link.heard.type == Skipped.TYPE
            if key in taken and not skips:
                raise MismatchError(where, f"hears {link.source} sequence {link.seq} for the second time")
            taken.add(key)
            if link.source not in chains or skips or link.heard is None:
                continue
            if key not in told:
                if link.seq not in {seq for other in chains[link.source] for seq in other.told_seqs}:
                    raise MismatchError(where, f"hears {link.source} sequence {link.seq}, which was never told")
            elif link.heard[:3] != told[key][:3]:
                raise MismatchError(where, f"hears {link.source} sequence {link.seq} otherwise than it was told")
    _check_order(chains)


def _check_order(chains: Mapping[str, Sequence[Link]]) -> None:
    """Nothing is heard before it was told: two chains that each wait for the other cannot have come about."""
    to_come = {(service, seq) for service, links in chains.items() for link in links for seq in link.told_seqs}
    for service, link in in_turn(chains):
        if (link.source, link.seq) in to_come:
            where = f"chains/{service}.jsonl version {link.first}"
            raise MismatchError(where, f"hears {link.source} sequence {link.seq}, which was told only after it")
        to_come.difference_update((service, seq) for seq in link.told_seqs)


def _check_seals(manifest: BundleManifest, steps: Sequence[Step]) -> None:
    """The digest of every evidence manifest is the one of its items."""
    seals: list[tuple[str, str]] = []
    for step in steps:
        if step.type != EvidenceClosed.TYPE:
            continue
        items = [_without_nulls(item) for item in step.data["manifest"]]
        digest = str(step.data["manifest_digest"])
        if sha256(canonical(items)).hexdigest() != digest:
            raise MismatchError(f"evidence.closed {step.seq}", "the manifest digest is not the one of its items")
        seals.append((str(step.data["round"]), digest))
    if seals != [(seal.round, seal.manifest_digest) for seal in manifest.seals]:
        raise MismatchError(MANIFEST, "the seals are not those that the facts tell")


def _without_nulls(value: object) -> object:
    match value:
        case dict():
            return {key: _without_nulls(one) for key, one in value.items() if one is not None}
        case list():
            return [_without_nulls(one) for one in value]
        case _:
            return value


def _check_files(manifest: BundleManifest, chains: Mapping[str, Sequence[Link]]) -> None:
    """Every file that a fact names is there under its hash and size, or said to be absent."""
    listed = {one.sha256: one for one in manifest.files}
    entries = {one.name: one for one in manifest.entries}
    for named in named_files(chains):
        if named["sha256"] not in listed:
            raise MismatchError(MANIFEST, f"a fact names file {named['sha256']}, and the manifest does not")
    stands = [one for one in entries if one.startswith("files/")]
    if sorted(stands) != sorted(one.entry for one in manifest.files if one.entry is not None):
        raise MismatchError(MANIFEST, "the evidence files are not the entries under files/")
    for one in manifest.files:
        if (one.entry is None) == (one.absent is None):
            raise MismatchError(MANIFEST, f"file {one.sha256} must be there or be said to be absent")
        if one.entry is not None and (entries[one.entry].sha256, entries[one.entry].size) != (one.sha256, one.size):
            raise MismatchError(one.entry, "is not the file that it is said to be")


def named_files(chains: Mapping[str, Sequence[Link]]) -> list[Mapping[str, Any]]:
    """The references of all files that facts of the chains name, each once, in order."""
    found: dict[str, Mapping[str, Any]] = {}
    for links in chains.values():
        for link in links:
            for note in (*link.facts, *((link.heard,) if link.heard else ()), *link.told):
                if '"sha256"' in note.data:
                    for one in _references(json.loads(note.data)):
                        found.setdefault(one["sha256"], one)
    return list(found.values())


def _references(part: Any) -> list[Mapping[str, Any]]:
    match part:
        case {"sha256": str(), "size": int(), "media_type": str()}:
            return [part]
        case dict():
            return [one for value in part.values() for one in _references(value)]
        case list():
            return [one for value in part for one in _references(value)]
        case _:
            return []
