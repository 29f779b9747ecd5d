"""Replaying a recording to a consumer the ways Kafka may deliver it, and telling what the consumer did wrong."""

import asyncio
import inspect
import json
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

from redress_contracts.ordering import Ordering
from redress_contracts.reading import Received, UnreadableError, read_record
from redress_contracts.records import Record
from redress_contracts.spoiling import with_newer_parts, with_poison

_LINES = 40


class Consumer(Protocol):
    """A team's consumer as it is tried out here. Both methods may be `async`."""

    def consume(self, record: Record) -> object:
        """Take one record, as the production loop would: with its own handling of what cannot be read."""

    def effects(self) -> object:
        """What it has done so far, comparable with `==`: by case, without arrival order across sources."""


Factory = Callable[[], Consumer]
"""Makes a consumer that has seen nothing."""


class DeliveryError(AssertionError):
    """What a consumer did wrong under one way of delivery."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The facts of a recording, each once and in order."""

    told: tuple[Received, ...]

    @classmethod
    def of(cls, records: Sequence[Record], topics: Collection[str] | None = None) -> "Recording":
        """The facts among the records; commands, replies and what is parked are left out.

        Raises ValueError where no fact is left.
        """
        ordering, told = Ordering(), []
        for record in records:
            try:
                received = replace(read_record(record), record=record)
            except UnreadableError:
                continue
            told += [one for one in ordering.take(received) if one.fact is not None]
        kept = tuple(one for one in told if topics is None or one.record.topic in topics)
        if not kept:
            raise ValueError("the recording has no fact of these topics: record some with `redress topics record`")
        return cls(kept)

    @property
    def records(self) -> list[Record]:
        return [one.record for one in self.told]

    def lines(self) -> Mapping[tuple[str, str], list[Received]]:
        """The numbered facts of each case and source that begin at 1 and have no gap: whose order can be told."""
        found: dict[tuple[str, str], list[Received]] = {}
        for one in self.told:
            if one.seq is not None and not one.versioned:
                found.setdefault((one.subject, one.lineage), []).append(one)
        return {key: line for key, line in found.items() if line[-1].seq == len(line)}


class Trial:
    """One consumer that is being delivered to."""

    def __init__(self, make: Factory, loop: asyncio.Runner) -> None:
        self._loop = loop
        self._consumer = make()

    def deliver(self, records: Sequence[Record]) -> object:
        """Deliver records in this order; answers the effects. Raises DeliveryError where the consumer raises."""
        for record in records:
            try:
                self._done(self._consumer.consume(record))
            except Exception as error:
                raised = f"the consumer raised {type(error).__name__}: {error}"
                raise DeliveryError(f"{raised}\n  at {_place(error)}\n  on {_outline(record)}") from error
        return self._done(self._consumer.effects())

    def _done(self, answer: Any) -> Any:
        async def waited() -> Any:
            return await answer

        return self._loop.run(waited()) if inspect.isawaitable(answer) else answer


def duplicates(recording: Recording, trial: Callable[[], Trial]) -> None:
    """Every record comes twice at once, and all of them come again at the end."""
    expected = trial().deliver(recording.records)
    twice = [record for record in recording.records for _ in range(2)]
    _same(
        expected,
        trial().deliver([*twice, *recording.records]),
        "counts duplicates twice: records that came again had effects again",
        "drop what was seen, by its number or, where it takes none, by ce_id: redress_contracts.Ordering does both",
    )


def disorder(recording: Recording, trial: Callable[[], Trial]) -> None:
    """Topics run ahead of each other; what one topic holds of one case stays in order, as on Kafka."""
    expected = trial().deliver(recording.records)
    topics: dict[str, list[Record]] = {}
    for record in recording.records:
        topics.setdefault(record.topic, []).append(record)
    names = sorted(topics)
    for order in (names[::-1], names, Random(6).sample(names, len(names))):  # noqa: S311 - nothing secret
        _same(
            expected,
            trial().deliver([record for name in order for record in topics[name]]),
            f"assumes order: with the topics fetched as {', '.join(order[:3])}, … its effects are others",
            "facts of one case and source are in order of ce_sequence, not of arrival: hold what comes early",
        )


def gaps(recording: Recording, trial: Callable[[], Trial]) -> None:
    """One record of a case is late: what follows it must wait, and go on when it comes."""
    expected = trial().deliver(recording.records)
    lines = [(key, line) for key, line in recording.lines().items() if len(line) > 1]
    # Each is a replay of everything: of a large recording as many as show it, from all over.
    for (subject, lineage), line in lines[:: -(-len(lines) // _LINES) or 1]:
        late = line[len(line) // 2 - 1]
        behind = {id(one) for one in line if (one.seq or 0) >= (late.seq or 0)}
        before = [one.record for one in recording.told if id(one) not in behind]
        without = [one.record for one in recording.told if one is not late]
        where = f"{lineage} sequence {late.seq} ({late.type}) of {subject}"
        waiting = trial()
        _same(
            trial().deliver(before),
            waiting.deliver(without),
            f"ignores gaps: {where} had not come, and what follows it had effects",
            "while a number is missing, hold what is behind it: redress_contracts.Ordering.take answers nothing then",
        )
        _same(
            expected,
            waiting.deliver([late.record]),
            f"loses what it held: after {where} came late, its effects are not those of the whole",
            "apply what was held as soon as the gap fills: it is what Ordering.take answers",
        )


def poison(recording: Recording, trial: Callable[[], Trial]) -> None:
    """Records that are no facts come before and after sound ones: they do nothing, and stop nothing."""
    expected = trial().deliver(recording.records)
    try:
        found = trial().deliver(list(with_poison(recording.records)))
    except DeliveryError as error:
        cure = "catch UnreadableError where you read, keep the record aside, go on"
        raise DeliveryError(f"dies on poison: {error}\n  cure: {cure}") from error
    _same(expected, found, "takes poison for facts: spoiled records had effects, or kept sound ones from theirs",
          "note a number as seen only for a record that could be read")  # fmt: skip


def newer(recording: Recording, trial: Callable[[], Trial]) -> None:
    """A later release tells: unknown fields at any depth, unknown headers, and facts of types not known yet."""
    expected = trial().deliver(recording.records)
    _same(
        expected,
        trial().deliver(with_newer_parts(recording.told)),
        "stumbles over a later release: fields or types that it does not know changed its effects",
        "ignore unknown fields; for an unknown type do nothing, but count its number (Received.fact is None)",
    )


def structured(recording: Recording, trial: Callable[[], Trial]) -> None:
    """The same facts in CloudEvents' structured mode, as a bridge or a mirror may write them."""
    _same(
        trial().deliver(recording.records),
        trial().deliver([record.structured() for record in recording.records]),
        "reads binary mode only: the same facts in structured mode had other effects",
        "let redress_contracts.read read the record: it knows both modes",
    )


DELIVERIES: Mapping[str, Callable[[Recording, Callable[[], Trial]], None]] = {
    one.__name__: one for one in (duplicates, disorder, gaps, poison, newer, structured)
}
"""Every way of delivery by its name."""


def check(delivery: str, recording: Recording, make: Factory) -> None:
    """Deliver a recording one way to fresh consumers; raises DeliveryError telling what was done wrong."""
    with asyncio.Runner() as loop:
        try:
            DELIVERIES[delivery](recording, lambda: Trial(make, loop))
        except DeliveryError as error:
            raise DeliveryError(f"{delivery}: {error}") from None


def _same(expected: object, found: object, wrong: str, cure: str) -> None:
    if expected != found:
        raise DeliveryError("\n".join([wrong, *_differences(expected, found), f"  cure: {cure}"]))


def _differences(expected: object, found: object) -> Iterator[str]:
    if not isinstance(expected, Mapping) or not isinstance(found, Mapping):
        yield f"  expected {_short(expected)}"
        yield f"  found    {_short(found)}"
        return
    keys = [key for key in {**expected, **found} if expected.get(key) != found.get(key)]
    for key in keys[:3]:
        yield f"  {key}: expected {_short(expected.get(key))}"
        yield f"  {' ' * len(str(key))}  found    {_short(found.get(key))}"
    if len(keys) > 3:
        yield f"  and {len(keys) - 3} more"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"


def _place(error: Exception) -> str:
    """The last line of the consumer's own code that the error went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).parent != Path(__file__).parent]
    last = (own or frames)[-1]
    return f"{last.filename}:{last.lineno} in {last.name}"


def _outline(record: Record) -> str:
    told = {name: record.header(f"ce_{name}") for name in ("type", "subject", "sequence")}
    return f"topic {record.topic}: {json.dumps(told)}, value {_short(record.value)}"
