"""The commit: everything one cause led to on one stream, stored as one document (architecture.md section 1).

Named tuples: a frozen dataclass takes four times as long to make, and a service makes some for every fact it reads.
"""

from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

import orjson

from shared.kernel.actors import Actor

MAX_COMMIT_BYTES: Final = 900_000
"""Most bytes of facts, heard and published data in one commit.

Under Kafka's default `max.message.bytes` of 1 MiB, so that whatever can be stored can be published:
a legal fact never becomes a head-of-line blocker in the relay.
"""


class CauseKind(StrEnum):
    """What a commit answers to."""

    COMMAND = "command"
    FACT = "fact"
    DEADLINE = "deadline"


class Cause(NamedTuple):
    """Why a commit exists. `id` is unique in a lane: the append itself is the duplicate check.

    For a heard fact `source` is the producing service and `seq` its sequence on the stream;
    otherwise `source` names the entrypoint and `seq` is 0. `request` is the digest of what a caller asked,
    empty where nobody did: it tells a repeated request from another one under its id.
    `through` is the source's last sequence that has had its turn once this commit stands, where that is not `seq`:
    less for a fact that came early, more for one that others had waited for (ADR 0033).
    """

    id: str
    kind: CauseKind
    source: str
    seq: int = 0
    request: str = ""
    through: int | None = None

    @property
    def waits(self) -> bool:
        """Whether the fact came before its turn: nothing follows from it yet, and no view shows it."""
        return self.through is not None and self.through < self.seq

    @property
    def releases(self) -> range:
        """The sequences that came earlier than this one and have their turn right after it."""
        return range(self.seq + 1, (self.through or 0) + 1)


class Record(NamedTuple):
    """A fact as stored or heard: its stored type, id, and data as JSON text.

    `at` is set on an own fact that follows from a held one: its moment, where that is not the commit's.
    """

    type: str
    id: str
    data: str
    at: datetime | None = None


class Outgoing(NamedTuple):
    """A published fact, frozen at the moment of decision. `data` is the exact value on the wire; `at` as in Record.

    `seq` is 0 for a fact that takes no sequence (ADR 0013).
    """

    topic: str
    type: str
    id: str
    seq: int
    data: str
    at: datetime | None = None


class Commit(NamedTuple):
    """One commit. `position` is 0 until it is stored; versions `first..last` count heard and own facts."""

    stream: str
    lane: int
    first: int
    last: int
    cause: Cause
    by: Actor
    at: datetime
    facts: tuple[Record, ...]
    heard: Record | None
    out: tuple[Outgoing, ...]
    trace: str | None
    prev: str
    digest: str = ""
    position: int = 0

    def sealed(self) -> "Commit":
        """This commit with its digest: SHA-256 of the stream's previous digest and the canonical body."""
        return self._replace(digest=digest_of(self))

    def at_position(self, position: int) -> "Commit":
        return Commit._make((*self[:-1], position))


def digest_of(commit: Commit) -> str:
    """The digest of a commit's content, without lane and position: renumbering changes neither meaning nor chain."""
    return sha256(commit.prev.encode() + canonical_body(commit)).hexdigest()


def canonical_body(commit: Commit) -> bytes:
    """What the digest is over, beside the digest before it: a JSON array of strings, numbers and arrays."""
    cause, heard = commit.cause, commit.heard
    return orjson.dumps(
        [
            commit.stream,
            commit.first,
            commit.last,
            [cause.id, cause.kind, cause.source, cause.seq, *_own_words(cause)],
            [commit.by.role, commit.by.id],
            _instant(commit.at),
            [[f.type, f.id, f.data, *_own_instant(f)] for f in commit.facts],
            [heard.type, heard.id, heard.data] if heard else None,
            [[o.topic, o.type, o.id, o.seq, o.data, *_own_instant(o)] for o in commit.out],
            commit.trace,
        ]
    )


def _instant(moment: datetime) -> str:
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(timespec="milliseconds")


def _own_words(cause: Cause) -> list[str | int]:
    """What few causes have. No cause has both: a request is a caller's, a turn is a fact's."""
    return [cause.request] if cause.request else [] if cause.through is None else [cause.through]


def _own_instant(part: Record | Outgoing) -> list[str]:
    return [] if part.at is None else [_instant(part.at)]
