"""Writing a bundle: everything about a case, entry by entry, with one evidence file in memory at a time."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Protocol, TypeAlias

from shared.bundle.chains import as_link, line_of
from shared.bundle.checking import named_files
from shared.bundle.container import Packer
from shared.bundle.html import html_of
from shared.bundle.manifest import (
    MANIFEST,
    SIGNATURE,
    Absence,
    BundleManifest,
    Chain,
    EvidenceFile,
    Listed,
    Reader,
    Sealed,
    written,
)
from shared.bundle.ocel import ocel_of
from shared.bundle.report import Report, Row, policy_version_of, report_of, status_of
from shared.bundle.steps import decided, published
from shared.contracts.evidence import EvidenceClosed
from shared.eventing.blobs import FileDamagedError, joined
from shared.eventing.commits import Commit
from shared.eventing.file_store import FileStore, StoredFile
from shared.eventing.ports import PersonErasedError
from shared.kernel.masking import mask
from shared.kernel.policy import PolicyBook
from shared.kernel.texts import TOKEN

Readable: TypeAlias = Callable[[Any], Awaitable[Any]]
"""Answers a JSON value with every text as the report may show it; chains keep what is in the log."""

_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_MOST_PICTURES: Final = 200
"""How many small copies a report holds; files beyond are in the bundle all the same."""
_EXTENSIONS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "text/plain": "txt",
}
_READ_ME: Final = b"""A case bundle of Redress, format redress.case-bundle.v1.

report.html, report.pdf   the case, to read; made from the facts in chains/
chains/                   every fact of the case in order, each commit chained to the one before by SHA-256
files/                    the evidence files, named by the SHA-256 of their bytes
policy.json               the rules that the case was decided by
ocel.json                 the same facts as an object-centric event log (OCEL 2.0)
bundle.json               what is in here, with the SHA-256 of each entry
bundle.sig                if there: an Ed25519 signature over bundle.json

Check it, without network: redress verify-bundle FILE [--public-key KEY.pem]
"""


async def as_it_stands(value: Any) -> Any:
    """The `Readable` of texts that are not sealed."""
    return value


class Press(Protocol):
    """Prints what needs a library. What takes too much is not printed: the files and report.html are there anyway."""

    async def small_copy(self, content: bytes) -> bytes | None:
        """A small JPEG; None for what is no picture."""
        ...

    async def pdf(self, report: Report, pictures: Mapping[str, bytes]) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Dossier:
    """What goes into a bundle: the commits of each service at hand, and which of them this reader may not read.

    `withheld` says why, by the digest of the commit; `hidden` are hashes of files that only it would name,
    `copied` those of files of which this reader gets no more than the small copy in the report. `masked` are people
    whose sealed words this reader reads masked.
    """

    case_id: str
    seen_by: Reader
    chains: Mapping[str, Sequence[Commit]]
    time_given: Sequence[Row] = ()
    withheld: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    copied: frozenset[str] = frozenset()


class Exporter:
    """Writes bundles. `sign` answers the content of `bundle.sig` for a manifest; without it none is written."""

    def __init__(
        self,
        files: FileStore,
        book: PolicyBook,
        press: Press,
        sign: Callable[[bytes], bytes] | None = None,
        readable: Readable = as_it_stands,
    ) -> None:
        self._files = files
        self._book = book
        self._press = press
        self._sign = sign
        self._readable = readable

    async def pieces(self, dossier: Dossier) -> AsyncIterator[bytes]:
        """The bytes of the bundle, in order. What is printed is made before the first of them."""
        links = {
            service: [as_link(commit, dossier.withheld.get(commit.digest)) for commit in commits]
            for service, commits in dossier.chains.items()
        }
        history = published(dossier.case_id, links)
        stored = await self._files.of_case(dossier.case_id)
        listed, pictures = await self._look(dossier, named_files(links), stored)
        version = policy_version_of(history)
        policy = self._policy(version)
        told = [step.data for step in history.steps]
        shown = await self._readable(_to_be_masked(told, dossier.masked))
        report = report_of(history, shown, listed, pictures, policy, dossier.time_given)
        printed = await self._press.pdf(report, pictures)
        first: list[tuple[str, bytes]] = [
            ("README.txt", _READ_ME),
            ("report.html", html_of(report, pictures)),
            *([("report.pdf", printed)] if printed else []),
            ("ocel.json", _json(ocel_of([decided(dossier.case_id, links)]))),
            *([("policy.json", _json(policy.model_dump(mode="json")))] if policy else []),
            *_chain_entries(dossier),
        ]
        writing = _Writing()
        for name, content in first:
            for piece in writing.entry(name, content):
                yield piece
        stands: list[EvidenceFile] = []
        for one in listed:
            content, absent = (b"", one.absent) if one.entry is None else await self._read(stored, one.sha256)
            if one.entry is None or absent:
                stands.append(one.model_copy(update={"entry": None, "absent": absent}))
                continue
            stands.append(one)
            for piece in writing.entry(one.entry, content):
                yield piece
        manifest = written(
            BundleManifest(
                case_id=dossier.case_id,
                status=status_of(history),
                as_of=history.as_of,
                seen_by=dossier.seen_by,
                policy_version=version,
                chains={
                    service: Chain(
                        commits=len(chain),
                        withheld=sum(link.withheld is not None for link in chain),
                        head=chain[-1].digest if chain else "",
                    )
                    for service, chain in links.items()
                },
                seals=tuple(
                    Sealed(round=step.data["round"], manifest_digest=step.data["manifest_digest"])
                    for step in history.steps
                    if step.type == EvidenceClosed.TYPE
                ),
                files=tuple(stands),
                entries=tuple(writing.listed),
            )
        )
        tail = [(MANIFEST, manifest), *([(SIGNATURE, self._sign(manifest))] if self._sign else [])]
        for name, content in tail:
            for piece in writing.entry(name, content):
                yield piece
        yield writing.packer.end()

    async def _look(
        self, dossier: Dossier, named: Sequence[Mapping[str, Any]], stored: Sequence[StoredFile]
    ) -> tuple[Sequence[EvidenceFile], Mapping[str, bytes]]:
        """Which files are whole, and small copies of the photographs among them.

        Each is read here and once more as it is written: the report, which comes first, says what the bundle holds,
        and a second read is cheaper than all files of a case in memory or opened on a disk.
        """
        listed: list[EvidenceFile] = []
        pictures: dict[str, bytes] = {}
        for one in named:
            digest, kind = one["sha256"], one["media_type"]
            file = EvidenceFile(sha256=digest, size=one["size"], media_type=kind)
            content, absent = (b"", "withheld") if digest in dossier.hidden else await self._read(stored, digest)
            if absent is None and len(content) != file.size:
                absent = "missing"
            entry = f"files/{digest}.{_EXTENSIONS.get(kind, 'bin')}"
            why = absent or ("withheld" if digest in dossier.copied else None)
            update: dict[str, Any] = {"absent": why} if why else {"entry": entry}
            listed.append(file.model_copy(update=update))
            if absent is None and kind in _PICTURES and len(pictures) < _MOST_PICTURES:
                small = await self._press.small_copy(content)
                if small is not None:
                    pictures[digest] = small
        return listed, pictures

    async def _read(self, stored: Sequence[StoredFile], digest: str) -> tuple[bytes, Absence | None]:
        """The bytes, from whoever of the case still has them, or why there are none."""
        absent: Absence = "missing"
        for one in stored:
            if one.file.sha256 != digest:
                continue
            try:
                content = await joined(self._files.read(one.person, digest))
            except PersonErasedError:
                absent = "erased"
            except (LookupError, FileDamagedError):
                continue
            else:
                if sha256(content).hexdigest() == digest:
                    return content, None
        return b"", absent

    def _policy(self, version: str | None) -> Any:
        try:
            return self._book.pinned(version) if version else None
        except LookupError:
            return None


@dataclass(slots=True)
class _Writing:
    """The archive as it grows, and the list of what stands in it."""

    packer: Packer = field(default_factory=Packer)
    listed: list[Listed] = field(default_factory=list)

    def entry(self, name: str, content: bytes) -> Iterator[bytes]:
        self.listed.append(Listed(name=name, size=len(content), sha256=sha256(content).hexdigest()))
        return self.packer.entry(name, content)


def _chain_entries(dossier: Dossier) -> list[tuple[str, bytes]]:
    return [
        (
            f"chains/{service}.jsonl",
            b"".join(line_of(commit, dossier.withheld.get(commit.digest)) for commit in commits),
        )
        for service, commits in dossier.chains.items()
    ]


def _to_be_masked(told: Sequence[Any], persons: frozenset[str]) -> Sequence[Any]:
    """The same, with the sealed words of these people marked: whoever opens them masks them."""

    def marked(token: re.Match[str]) -> str:
        return mask(token[0]) if token[1] in persons else token[0]

    return json.loads(TOKEN.sub(marked, json.dumps(told))) if persons else told


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
