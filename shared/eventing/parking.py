"""The sequenced park: a fact that cannot be handled, and what follows it, kept in order until someone decides.

After Axon's sequenced dead-letter queue: other cases go on, and a replay keeps the order (ADR 0005).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Action(StrEnum):
    """What an operator asked for; the lane's owner carries it out."""

    REPLAY = "replay"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Parked:
    """One record, byte for byte, with why it is here. `seq` is 0 where the record tells none."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    stream: str
    source: str
    seq: int
    type: str
    reason: str
    attempts: int
    parked_at: datetime
    action: Action | None = None
    era: str = ""
    """Which Kafka the record came from, once that was lost: in another one the same place holds another record."""

    @property
    def id(self) -> str:
        """Where the record came from: `topic/partition/offset`, after its era if that is over."""
        place = f"{self.topic}/{self.partition}/{self.offset}"
        return f"{self.era}:{place}" if self.era else place


Lineage = tuple[str, str]
"""A stream and a source: what a sequence runs along."""


class Park(Protocol):
    """A consumer group's parked records, durable before anything is committed."""

    async def put(self, parked: Parked) -> None:
        """Store a record; storing it again changes nothing but its reason and attempts."""
        ...

    async def blocked(self) -> Mapping[Lineage, int]:
        """Per lineage, the first parked sequence: later ones must wait behind it."""
        ...

    async def asked(self) -> Sequence[Parked]:
        """Records an operator has asked something for."""
        ...

    async def of(self, lineage: Lineage) -> Sequence[Parked]:
        """The lineage's records, by sequence and then by arrival."""
        ...

    async def every(self, limit: int = 1000) -> Sequence[Parked]: ...

    async def remove(self, parked_id: str) -> None: ...

    async def ask(self, parked_id: str, action: Action | None) -> bool:
        """Note an operator's wish; False when nothing is parked under that id."""
        ...

    async def attempt(self, mark: str, offset: int) -> int:
        """Count, durably and before handling, a try at an offset; answers how many there were."""
        ...

    async def begun(self, mark: str) -> int:
        """The offset of the last try under a mark; 0 where there was none."""
        ...
