"""What can come of a command or of a fact that was heard: closed sets of named values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from shared.eventing.commits import Record
from shared.eventing.messages import Fact, Published
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Accepted:
    """It happened, or had happened before under the same id (`repeated`)."""

    version: int
    facts: Sequence[Fact]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What was asked already holds."""

    version: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rule said no; nothing was stored."""

    version: int
    refused: Refused


Outcome: TypeAlias = Accepted | Unchanged | Rejected


@dataclass(frozen=True, slots=True)
class Received:
    """A published fact as it arrived, decoded. `seq` is its sequence, or its own version from outside."""

    stream: str
    source: str
    seq: int
    record: Record
    message: Published
    at: datetime
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The fact and what it released are in the log; `held` later ones of its source still wait for a gap to fill."""

    held: int = 0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A duplicate, or an older version: nothing to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """The fact is in the log, waiting for the sequences before it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Handling raised for a reason that will not go away; the fact belongs in the park."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Untried:
    """An earlier fact of the same stream failed in this call, so this one was not looked at."""


Verdict: TypeAlias = Applied | Dropped | Held | Failed | Untried
