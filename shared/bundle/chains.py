"""A case's chain of one service as lines of text: one a commit, each with the digest before it, its own, and its body.

The body stands exactly as it was hashed, so whoever can read lines and compute SHA-256 can check it (docs/bundle.md).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from shared.bundle.container import MismatchError
from shared.eventing.commits import CauseKind, Commit, canonical_body

_BODY: Final = TypeAdapter(
    tuple[
        str,
        int,
        int,
        tuple[str, str, str, int] | tuple[str, str, str, int, str | int],
        tuple[str, str],
        str,
        tuple[tuple[str, str, str] | tuple[str, str, str, str], ...],
        tuple[str, str, str] | None,
        tuple[tuple[str, str, str, int, str] | tuple[str, str, str, int, str, str], ...],
        str | None,
    ]
)
"""What `canonical_body` writes."""


class Note(NamedTuple):
    """A fact in a body: own, heard or told. `seq` and `topic` are set on what is told; `at` is its moment."""

    type: str
    id: str
    data: str
    at: str
    seq: int = 0


class Link(NamedTuple):
    """One commit read back. A withheld one has neither facts nor what was heard, only their numbers."""

    prev: str
    digest: str
    first: int
    last: int
    kind: str
    source: str
    seq: int
    by: tuple[str, str]
    at: str
    facts: tuple[Note, ...]
    heard: Note | None
    told: tuple[Note, ...]
    told_seqs: tuple[int, ...]
    withheld: str | None = None


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, in UTF-8: the one spelling that digests are over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def line_of(commit: Commit, withheld: str | None = None) -> bytes:
    """The line of a commit; with a reason, only what keeps the chain and the sequences whole."""
    head = b'{"prev":"%s","digest":"%s",' % (commit.prev.encode(), commit.digest.encode())
    if withheld is None:
        return head + b'"body":%s}\n' % canonical_body(commit)
    cause = commit.cause
    stands_for = {
        "first": commit.first,
        "last": commit.last,
        "heard": [cause.source, cause.seq] if cause.kind is CauseKind.FACT else None,
        "told": [out.seq for out in commit.out if out.seq],
        "why": withheld,
    }
    return head + b'"withheld":%s}\n' % canonical(stands_for)


def read_chain(name: str, case_id: str, content: bytes) -> Sequence[Link]:
    """The chain of one service, checked: digests, versions and sequences; raises MismatchError naming the line."""
    links: list[Link] = []
    before, version, seq = "", 0, 0
    for n, line in enumerate(content.split(b"\n")[:-1], start=1):
        where = f"{name} line {n}"
        link = _read_line(where, case_id, line + b"\n")
        if link.prev != before:
            raise MismatchError(
                where, f"names {link.prev[:16] or 'nothing'} as the digest before it, not {before[:16]}"
            )
        if link.first != version + 1 or link.last < link.first:
            raise MismatchError(where, f"version {link.first} follows version {version}")
        for told in link.told_seqs:
            seq += 1
            if told != seq:
                raise MismatchError(where, f"told sequence {told} follows {seq - 1}")
        links.append(link)
        before, version = link.digest, link.last
    if not content.endswith(b"\n"):
        raise MismatchError(name, "does not end with a whole line")
    return links


def as_link(commit: Commit, withheld: str | None = None) -> Link:
    """A commit as it will be read back from its line."""
    return _read_line(commit.stream, commit.stream, line_of(commit, withheld))


def _read_line(where: str, case_id: str, line: bytes) -> Link:
    try:
        text = line.decode()
        read = json.loads(text)
        prev, digest = str(read["prev"]), str(read["digest"])
        head = f'{{"prev":"{prev}","digest":"{digest}",'.encode()
        if "withheld" in read:
            link = _withheld(prev, digest, read["withheld"])
            due = head + b'"withheld":%s}\n' % canonical(read["withheld"])
        else:
            body = line[len(head) + len(b'"body":') : -2]
            due = head + b'"body":%s}\n' % body
            stream, link = _link(prev, digest, body)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise MismatchError(where, f"cannot be read as a commit ({type(error).__name__})") from error
    if line != due:
        raise MismatchError(where, "is not written as a commit is")
    if link.withheld is None:
        if sha256(prev.encode() + body).hexdigest() != digest:
            raise MismatchError(where, "the digest is not the one of its content")
        if stream != case_id:
            raise MismatchError(where, f"is of {stream}, not of {case_id}")
    return link


def _link(prev: str, digest: str, text: bytes) -> tuple[str, Link]:
    stream, first, last, cause, by, at, facts, heard, out, _ = _BODY.validate_json(text, strict=True)
    told = tuple(Note(o[1], o[2], o[4], o[5] if len(o) > 5 else at, o[3]) for o in out)
    return stream, Link(
        prev, digest, first, last, cause[1], cause[2], cause[3], by, at,
        tuple(Note(f[0], f[1], f[2], f[3] if len(f) > 3 else at) for f in facts),
        Note(heard[0], heard[1], heard[2], at) if heard else None,
        told,
        tuple(one.seq for one in told if one.seq),
    )  # fmt: skip


def _withheld(prev: str, digest: str, stands_for: Mapping[str, Any]) -> Link:
    source, seq = stands_for["heard"] or ("", 0)
    numbers = (int(stands_for["first"]), int(stands_for["last"]))
    kind = CauseKind.FACT.value if source else CauseKind.COMMAND.value
    told = tuple(map(int, stands_for["told"]))
    why = str(stands_for["why"])
    return Link(prev, digest, *numbers, kind, source, seq, ("", ""), "", (), None, (), told, why)
