"""What a consumer shows of its own health: what a client library's liveness does not tell (traps.md A5)."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition


@dataclass(slots=True)
class Undone:
    """The oldest record of a partition that is in hand: its offset, its producer's time, and since when it is here."""

    offset: int
    stamp: float
    since: float


@dataclass(slots=True)
class Health:
    """Instants are of the monotonic clock, and stamps of records in seconds since 1970."""

    polled_at: float = field(default_factory=time.monotonic)
    """When the last poll came back, with records or without."""
    joining_since: float | None = field(default_factory=time.monotonic)
    """Since when this member waits for an assignment; None while it has one, an empty one too."""
    undone: dict[TopicPartition, Undone] = field(default_factory=dict)
    """Per partition, what is taken from Kafka and not durable yet."""

    def took(self, records: Iterable[ConsumerRecord]) -> None:
        """Records came into hand, in the order of their offsets."""
        now = time.monotonic()
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            if partition not in self.undone:
                self.undone[partition] = Undone(record.offset, (record.timestamp or 0) / 1000, now)

    def finished(self, records: Iterable[ConsumerRecord]) -> None:
        """These records are durable; what came to their partitions meanwhile counts with the next poll."""
        for record in records:
            self.undone.pop(TopicPartition(record.topic, record.partition), None)

    @property
    def oldest(self) -> float | None:
        """Since when the oldest record in hand is here."""
        return min((undone.since for undone in self.undone.values()), default=None)
