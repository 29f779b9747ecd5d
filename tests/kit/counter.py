"""The smallest service there is: a counter with a limit, which hears numbers and tells what it counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import Field

from shared.eventing.commits import Record
from shared.eventing.decider import Decider
from shared.eventing.messages import Command, Fact, Published
from shared.eventing.model import About, Model
from shared.eventing.outcomes import Received
from shared.eventing.parking import Parked
from shared.eventing.requests import Asked
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.policy import PolicyBook
from shared.kernel.refusals import Refused
from shared.kernel.values import Value

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LIMIT = 100
POISON = 666


class Count(Command):
    NAME = "count"

    by_how_much: int
    note: str = ""


class Counted(Fact):
    TYPE: ClassVar[str] = "counter.counted.v1"

    by_how_much: int
    note: str = ""


class LimitReached(Fact):
    TYPE: ClassVar[str] = "counter.limit_reached.v1"


class CountTold(Published):
    TYPE: ClassVar[str] = "count.told.v1"
    TOPIC: ClassVar[str] = "count.told"
    SOURCE: ClassVar[str] = "counter"

    by_how_much: int


class NumberHeard(Published):
    """What another service says, in its own dense sequence."""

    TYPE: ClassVar[str] = "number.heard.v1"
    TOPIC: ClassVar[str] = "number.heard"
    SOURCE: ClassVar[str] = "numbers"

    number: int


class StockRecorded(Published):
    """What the outside says, under its own version."""

    TYPE: ClassVar[str] = "stock.recorded.v1"
    TOPIC: ClassVar[str] = "stock.recorded"
    SOURCE: ClassVar[str] = "platform"

    version: int = Field(ge=1)
    number: int


class Total(Value):
    total: int = 0


def decide(command: Count, state: Total) -> Sequence[Fact] | Refused:
    if command.by_how_much == 0:
        return []
    if state.total + command.by_how_much > LIMIT:
        return Refused("a counter does not pass its limit", detail=f"{state.total} counted")
    counted = Counted(by_how_much=command.by_how_much, note=command.note)
    return [counted, LimitReached()] if state.total + command.by_how_much == LIMIT else [counted]


def allowed(by: Actor, at: datetime, state: Total) -> Mapping[str, Refused | None]:
    """One more can be counted, or the very refusal that `decide` gives."""
    asked = Count(id="one-more", case_id="any", at=at, by=by, by_how_much=1)
    decided = decide(asked, state)
    return {Count.NAME: decided if isinstance(decided, Refused) else None}


def evolve(state: Total, fact: Counted | LimitReached) -> Total:
    return Total(total=state.total + fact.by_how_much) if isinstance(fact, Counted) else state


def react(message: Published, book: PolicyBook) -> Sequence[Command]:
    match message:
        case NumberHeard(number=number) | StockRecorded(number=number):
            if number == POISON:
                raise ZeroDivisionError("a bug that only this number meets")
            return [Count(id=f"heard-{number}", case_id=message.case_id, at=message.at, by=SYSTEM, by_how_much=number)]
        case _:
            return []


def publish(fact: Fact, about: About) -> Published | None:
    if isinstance(fact, Counted):
        return CountTold(case_id=about.stream, at=about.at, by_how_much=fact.by_how_much)
    return None


COUNTER = Model(
    service="counter",
    decider=Decider(decide, evolve, Total()),
    commands=(Count,),
    facts=(Counted, LimitReached),
    hears=(NumberHeard, StockRecorded),
    tells=(CountTold,),
    react=react,
    publish=publish,
    allowed=allowed,
)


def count(by: int, request: str, case: str = "case-1", note: str = "") -> Count:
    return Count(id=request, case_id=case, at=NOON, by=SYSTEM, by_how_much=by, note=note)


async def nothing_to_gather(asked: Asked, _: Any) -> Command:
    assert isinstance(asked, Command)
    return asked


def heard(seq: int, number: int, case: str = "case-1", fact_id: str = "") -> Received:
    """A number as it arrives from the other service."""
    return _received(NumberHeard(case_id=case, at=NOON, number=number), seq, fact_id or f"{case}/number/{seq}")


def recorded(version: int, number: int, case: str = "case-1") -> Received:
    """A stock level as it arrives from outside."""
    message = StockRecorded(case_id=case, at=NOON, version=version, number=number)
    return _received(message, version, f"{case}/stock/{version}")


def parked(received: Received) -> Parked:
    """A fact that was heard, as it lies in the park."""
    return Parked(
        topic="number.heard",
        partition=0,
        offset=received.seq,
        key=received.stream.encode(),
        value=received.record.data.encode(),
        headers=(),
        stream=received.stream,
        source=received.source,
        seq=received.seq,
        type=received.record.type,
        reason="a bug",
        attempts=3,
        parked_at=NOON,
    )


def _received(message: Published, seq: int, fact_id: str) -> Received:
    record = Record(message.TYPE, fact_id, message.model_dump_json())
    return Received(message.stream, message.SOURCE, seq, record, message, NOON)


@dataclass
class Tally:
    """Telemetry that remembers what was counted."""

    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        self.counts[name, *labels.values()] += int(amount)

    def gauge(self, name: str, value: float, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **labels: str) -> None: ...
