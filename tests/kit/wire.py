"""Records as Kafka delivers them, made by hand: facts in sequence, commands, and spoiled copies of either."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from aiokafka import ConsumerRecord

from shared.eventing.messages import Published
from shared.kernel.actors import Actor
from shared.kernel.lanes import lane_of

Headers = Sequence[tuple[str, bytes | None]]


def record(
    topic: str, value: bytes | None, key: bytes | None, headers: Headers, *, partition: int = 0, offset: int = 0
) -> ConsumerRecord:
    return ConsumerRecord(
        topic=topic,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=len(key or b""),
        serialized_value_size=len(value or b""),
        headers=tuple(headers),
    )


def spoiled(sound: ConsumerRecord, value: bytes | None = b'{"at": ', **headers: bytes | None) -> ConsumerRecord:
    """A copy with another value, or with other headers of the names given (their `ce_` is understood)."""
    if not headers:
        return replace(sound, value=value, offset=sound.offset + 1000)
    changed = [(name, headers.get(name.removeprefix("ce_"), old)) for name, old in sound.headers]
    return replace(sound, headers=tuple(changed), offset=sound.offset + 1000)


def again(sound: ConsumerRecord) -> ConsumerRecord:
    """The same record, sent once more."""
    return replace(sound, offset=sound.offset + 100)


@dataclass
class Outside:
    """Every other producer: numbers its facts per case and source, and its records per partition."""

    lanes: int = 12
    sequences: Counter[tuple[str, str]] = field(default_factory=Counter)
    offsets: Counter[tuple[str, int]] = field(default_factory=Counter)

    def tell(self, fact: Published, *, seq: int | None = None, fact_id: str = "") -> ConsumerRecord:
        """The fact as its service publishes it, with the next sequence of its case unless told otherwise."""
        lineage = (fact.stream, fact.SOURCE)
        self.sequences[lineage] = seq or self.sequences[lineage] + 1
        number = self.sequences[lineage]
        headers = {
            "ce_specversion": "1.0",
            "ce_id": fact_id or f"{fact.SOURCE}-{fact.stream}-{number}",
            "ce_source": fact.SOURCE,
            "ce_type": fact.TYPE,
            "ce_subject": fact.stream,
            "ce_sequence": str(number),
            "content-type": "application/json",
        }
        return self._record(fact.TOPIC, fact.stream, fact.model_dump_json().encode(), headers)

    def ask(self, service: str, name: str, case: str, by: Actor, request: str, **body: Any) -> ConsumerRecord:
        """A command as callers put it on a service's command topic."""
        headers = {"ce_specversion": "1.0", "ce_id": request, "ce_type": name, "ce_subject": case, "ce_source": "shop"}
        told = orjson.dumps({"by": by.model_dump(mode="json"), **body})
        return self._record(f"{service}.commands", case, told, headers)

    def _record(self, topic: str, key: str, value: bytes, headers: Mapping[str, str]) -> ConsumerRecord:
        partition = lane_of(key, self.lanes)
        self.offsets[topic, partition] += 1
        return record(
            topic,
            value,
            key.encode(),
            [(name, text.encode()) for name, text in headers.items()],
            partition=partition,
            offset=self.offsets[topic, partition],
        )
