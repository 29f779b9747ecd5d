"""Commits made by hand, and the check that a lane is sound: what every test of the event log starts and ends with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.eventing.commits import Cause, CauseKind, Commit, Outgoing, Record, digest_of
from shared.kernel.actors import SYSTEM
from shared.kernel.lanes import number_of, position

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class UnsoundError(AssertionError):
    """A lane breaks a promise of the log; the message says which, and where."""


@dataclass
class Hand:
    """A stream as one writer believes it to be, and the commits it makes on top."""

    stream: str
    lane: int
    version: int = 0
    digest: str = ""
    seq: int = 0
    made: list[Commit] = field(default_factory=list)

    @classmethod
    def on(cls, stream: str, lane: int, commits: Sequence[Commit]) -> "Hand":
        """The stream as these commits of it leave it."""
        if not commits:
            return cls(stream, lane)
        out = [o.seq for commit in commits for o in commit.out]
        return cls(stream, lane, commits[-1].last, commits[-1].digest, max(out, default=0))

    def commit(self, cause: str, *, facts: int = 1, trace: str | None = None, published: bool = True) -> Commit:
        """The next commit of the stream, sealed; the hand then stands after it."""
        records = tuple(Record("counter.counted.v1", f"{cause}/{n}", '{"by":1}') for n in range(facts))
        out = tuple(
            Outgoing("counter.counted", "counter.counted.v1", record.id, self.seq + n, record.data)
            for n, record in enumerate(records, start=1)
            if published
        )
        made = Commit(
            stream=self.stream,
            lane=self.lane,
            first=self.version + 1,
            last=self.version + facts,
            cause=Cause(cause, CauseKind.COMMAND, "test"),
            by=SYSTEM,
            at=NOON,
            facts=records,
            heard=None,
            out=out,
            trace=trace,
            prev=self.digest,
        ).sealed()
        self.version, self.digest, self.seq = made.last, made.digest, self.seq + len(out)
        self.made.append(made)
        return made


def require_sound(lane: int, commits: Iterable[Commit]) -> int:
    """Fail unless the commits, in position order, are a lane as the log promises it; answer how many there are.

    Positions are dense from 1, versions dense per stream, every cause there once, every digest chain unbroken.
    """
    streams: dict[str, tuple[int, str]] = {}
    causes: set[str] = set()
    count = 0
    for commit in commits:
        count += 1
        if commit.position != position(lane, count):
            raise UnsoundError(f"lane {lane}: position {number_of(commit.position)} stands where {count} belongs")
        version, digest = streams.get(commit.stream, (0, ""))
        if commit.first != version + 1 or commit.last < commit.first:
            raise UnsoundError(
                f"{commit.stream}: versions {commit.first}..{commit.last} follow version {version} at {count}"
            )
        if commit.prev != digest or digest_of(commit) != commit.digest:
            raise UnsoundError(f"{commit.stream}: the digest chain breaks at version {commit.first}")
        if commit.cause.id in causes:
            raise UnsoundError(f"cause {commit.cause.id} is stored twice, again at {count}")
        causes.add(commit.cause.id)
        streams[commit.stream] = (commit.last, commit.digest)
    return count
