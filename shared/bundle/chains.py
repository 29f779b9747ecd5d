"""A case's chain of one service, read back commit by commit from what its digests are over."""

import json
from hashlib import sha256
from typing import NamedTuple

from shared.eventing.commits import Commit, canonical_body


class MismatchError(Exception):
    """A commit is not what its digest is of."""


class Note(NamedTuple):
    """A fact that was told. `seq` is 0 for one that takes no sequence; `at` is its moment."""

    type: str
    id: str
    data: str
    at: str
    seq: int


class Link(NamedTuple):
    """What a commit told, by whom, and which fact of which service it followed from."""

    source: str
    seq: int
    by: tuple[str, str]
    at: str
    told: tuple[Note, ...]

    @property
    def told_seqs(self) -> tuple[int, ...]:
        """The sequences of what is told in one."""
        return tuple(note.seq for note in self.told if note.seq)


def as_link(commit: Commit) -> Link:
    """A commit as whoever has only its body reads it; raises MismatchError when its digest is of something else."""
    body = canonical_body(commit)
    if sha256(commit.prev.encode() + body).hexdigest() != commit.digest:
        raise MismatchError(f"{commit.stream} version {commit.first}: the digest is not the one of its content")
    _, _, _, cause, by, at, _, _, out, _ = json.loads(body)
    told = tuple(Note(o[1], o[2], o[4], o[5] if len(o) > 5 else at, o[3]) for o in out)
    return Link(cause[2], cause[3], (by[0], by[1]), at, told)
