"""A stream in hand: the state, versions, sequences and digest that its commits add up to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.eventing.commits import CauseKind, Commit, Record
from shared.eventing.messages import Fact, Published
from shared.eventing.model import Entry, Model
from shared.eventing.ports import NewerFactError
from shared.kernel.ids import derived_id

M = TypeVar("M", Fact, Published)


class Skipped(Published):
    """Stands in a stream where an operator dropped a parked fact: its sequence is used up, nothing follows from it."""

    TYPE = "redress.skipped.v1"
    TOPIC = ""
    SOURCE = ""

    case_id: str
    type: str
    reason: str


@dataclass(slots=True)
class Inbox:
    """What was heard from one source: sequences applied without a gap, and later ones held until it fills."""

    applied: int = 0
    held: dict[int, Record] = field(default_factory=dict)

    def fork(self) -> "Inbox":
        return Inbox(self.applied, dict(self.held))

    def take(self, seq: int, record: Record) -> Sequence[Record]:
        """Note a sequence and answer what can now be applied: nothing while there is a gap before it."""
        if seq != self.applied + 1:
            self.held[seq] = record
            return ()
        released = [record]
        self.applied = seq
        while (follower := self.held.pop(self.applied + 1, None)) is not None:
            released.append(follower)
            self.applied += 1
        return released

    def knows(self, seq: int) -> bool:
        return seq <= self.applied or seq in self.held


@dataclass(slots=True)
class Stream:
    """One stream folded to now. Forked before it is changed, so a shared one is never half done."""

    name: str
    state: Any
    version: int = 0
    seq: int = 0
    digest: str = ""
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    causes: set[str] = field(default_factory=set)

    def fork(self) -> "Stream":
        return Stream(
            self.name,
            self.state,
            self.version,
            self.seq,
            self.digest,
            {source: inbox.fork() for source, inbox in self.inboxes.items()},
            set(self.causes),
        )

    def inbox(self, source: str) -> Inbox:
        inbox = self.inboxes.get(source)
        if inbox is None:
            inbox = self.inboxes[source] = Inbox()
        return inbox

    def moved(self, commit: Commit) -> None:
        """Take over the versions and digest of a commit that was made on this stream."""
        self.version = commit.last
        self.digest = commit.digest
        for out in commit.out:
            self.seq = out.seq or self.seq
        if commit.cause.kind is not CauseKind.FACT:
            self.causes.add(commit.cause.id)


class Codec:
    """Reads stored and heard records back into the classes that one model knows, and folds streams."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._facts: dict[str, Callable[..., Fact]] = {fact.TYPE: _reader(fact) for fact in model.facts}
        hearable: tuple[type[Published], ...] = (*model.hears, Skipped)
        self._heard: dict[str, Callable[..., Published]] = {heard.TYPE: _reader(heard) for heard in hearable}
        self.by_version = frozenset(heard.TYPE for heard in model.hears if "version" in heard.model_fields)
        """Types from outside that carry their own version instead of a dense sequence."""

    def fact(self, record: Record) -> Fact:
        """The own fact; raises NewerFactError for one that this build does not know, or not with these fields."""
        try:
            return _known(self._facts, record.type)(record.data)
        except (LookupError, ValidationError) as error:
            raise _newer(record) from error

    def heard(self, record: Record) -> Published:
        """The published fact; raises LookupError for an unknown type, ValidationError for bad data."""
        # Unknown fields are newer producers' at any depth: ignored, as the contract promises.
        return _known(self._heard, record.type)(record.data, extra="ignore")

    def stored(self, record: Record) -> Published:
        """A fact that was heard and stored, whatever it is: raises NewerFactError where a newer build heard it."""
        try:
            return self.heard(record)
        except LookupError as error:
            raise _newer(record) from error

    def fold(self, name: str, commits: Iterable[Commit]) -> Stream:
        """The stream that these commits, in version order, add up to."""
        return self.resume(Stream(name, self.model.decider.initial), commits)

    def resume(self, stream: Stream, commits: Iterable[Commit]) -> Stream:
        """Fold the commits that follow a stream into it."""
        for commit in commits:
            if commit.heard is not None:
                self.note(stream, commit.cause.source, commit.cause.seq, commit.heard)
            for record in commit.facts:
                stream.state = self.model.decider.evolve(stream.state, self.fact(record))
            stream.moved(commit)
        return stream

    def note(self, stream: Stream, source: str, seq: int, record: Record) -> Sequence[Record]:
        """Enter a heard record into the stream's inbox and answer what can be applied now."""
        inbox = stream.inbox(source)
        if self._stood_for(record) in self.by_version:
            inbox.applied = seq
            return (record,)
        return inbox.take(seq, record)

    def _stood_for(self, record: Record) -> str:
        """The type a record is of, or was of before an operator dropped it."""
        return Skipped.model_validate_json(record.data).type if record.type == Skipped.TYPE else record.type

    def entries(self, commit: Commit, earlier: Iterable[Commit] = ()) -> Sequence[Entry]:
        """The commit as views see it: what was heard, in its turn, and after each what was decided on it.

        A fact that came early is shown by the commit that fills the gap before it. For such a commit, and for no
        other, `earlier` must hold those of its stream that waited; raises LookupError when one is missing.
        """
        own = [
            Entry(commit.stream, version, record.at or commit.at, commit.by, self.fact(record), commit.position)
            for version, record in enumerate(commit.facts, start=commit.first + (commit.heard is not None))
        ]
        if commit.cause.waits:
            return own
        if not commit.cause.releases:
            return [*self._entry_of_heard(commit), *own]
        waited = {one.cause.seq: one for one in earlier if _waited_for(one, commit)}
        entries: list[Entry] = []
        for turn in (commit, *(waited[seq] for seq in commit.cause.releases)):
            entries += self._entry_of_heard(turn)
            ids = [record.id for record in commit.facts[len(commit.facts) - len(own) :]]
            theirs = sum(1 for n, name in enumerate(ids) if name == derived_id(turn.cause.id, n))
            entries += own[:theirs]
            own = own[theirs:]
        return [*entries, *own]

    def _entry_of_heard(self, commit: Commit) -> list[Entry]:
        if commit.heard is None:
            return []
        message = self.stored(commit.heard)
        return [Entry(commit.stream, commit.first, commit.at, commit.by, message, commit.position)]


def _waited_for(one: Commit, commit: Commit) -> bool:
    return one.cause.waits and one.cause.source == commit.cause.source and one.first < commit.first


def _reader(message: type[M]) -> Callable[..., M]:
    """What `model_validate_json` comes to, without the tenth of its time that it spends on its own options."""
    read: Callable[..., M] = message.__pydantic_validator__.validate_json
    return read


def _newer(record: Record) -> NewerFactError:
    # Without the cause's own words: they quote what they could not read.
    return NewerFactError(f"{record.type} {record.id} was written by a newer version of this service")


def _known(readers: Mapping[str, Callable[..., M]], wire_type: str) -> Callable[..., M]:
    try:
        return readers[wire_type]
    except KeyError:
        known = ", ".join(sorted(readers))
        raise LookupError(f"type {wire_type} is not known to this build; known: {known}") from None
