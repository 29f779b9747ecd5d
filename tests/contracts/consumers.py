"""What a consumer team would write: one consumer that stands every delivery, and those that make a usual mistake.

`tests/contracts/test_kit_package.py` runs this file where only the kit, pydantic and pytest are installed.
"""

from collections.abc import Mapping
from typing import Any

from redress_contracts import Ordering, Received, Record, UnreadableError, read_record


class CaseBoard:
    """Counts what was asked of each side and keeps the last step of each case, per source."""

    def __init__(self) -> None:
        self.ordering = Ordering()
        self.kept_aside: list[Record] = []
        self.asked: dict[str, int] = {}
        self.last: dict[str, dict[str, str]] = {}

    def consume(self, record: Record) -> None:
        try:
            received = read_record(record)
        except UnreadableError:
            self.kept_aside.append(record)
            return
        for one in self.ordering.take(received):
            self.apply(one)

    def apply(self, one: Received) -> None:
        if one.fact is None:
            return
        self.last.setdefault(one.subject, {})[one.lineage] = one.fact.TYPE
        if one.fact.TYPE == "evidence.requested.v1":
            self.asked[one.subject] = self.asked.get(one.subject, 0) + 1

    def effects(self) -> Mapping[str, Any]:
        return {case: [self.asked.get(case, 0), *sorted(last.items())] for case, last in self.last.items()}


class CountsTwice(CaseBoard):
    """Holds what is early, but applies again what comes again."""

    def consume(self, record: Record) -> None:
        try:
            received = read_record(record)
        except UnreadableError:
            return
        known = self.ordering.state(received.subject)["lines"].get(received.lineage, {"applied": 0})
        if received.seq is not None and received.seq <= known["applied"] and not received.versioned:
            self.apply(received)
            return
        super().consume(record)


class AssumesOrder(CaseBoard):
    """Drops what it saw by id, and takes the rest as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()

    def consume(self, record: Record) -> None:
        try:
            received = read_record(record)
        except UnreadableError:
            return
        if received.id not in self.ids:
            self.ids.add(received.id)
            self.apply(received)


class DiesOnPoison(CaseBoard):
    """Reads without a thought of what cannot be read."""

    def consume(self, record: Record) -> None:
        for one in self.ordering.take(read_record(record)):
            self.apply(one)


class IgnoresGaps(CaseBoard):
    """Takes whatever is newer than the last it took."""

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[tuple[str, str], int] = {}

    def consume(self, record: Record) -> None:
        try:
            received = read_record(record)
        except UnreadableError:
            return
        line = received.subject, received.lineage
        if received.seq is None or received.seq > self.newest.get(line, 0):
            self.newest[line] = received.seq or 0
            self.apply(received)


class ForgetsHeld(CaseBoard):
    """Lets nothing pass that comes early, and keeps nothing of it either."""

    def consume(self, record: Record) -> None:
        try:
            received = read_record(record)
        except UnreadableError:
            return
        known = self.ordering.state(received.subject)["lines"].get(received.lineage, {"applied": 0})
        if received.seq is None or received.versioned or received.seq <= known["applied"] + 1:
            super().consume(record)


class BinaryOnly(CaseBoard):
    """Takes its headers from binary mode."""

    def consume(self, record: Record) -> None:
        if record.header("ce_type") is not None:
            super().consume(record)


class ClosedToMore(CaseBoard):
    """Refuses data with fields that it does not know."""

    def consume(self, record: Record) -> None:
        if b"added_in_2031" not in (record.value or b""):
            super().consume(record)


class Asynchronous(CaseBoard):
    """As many consumers are."""

    async def consume(self, record: Record) -> None:  # type: ignore[override]
        super().consume(record)


def test_good(redress_delivery: Any) -> None:
    redress_delivery(CaseBoard)


def test_asynchronous(redress_delivery: Any) -> None:
    redress_delivery(Asynchronous)


def test_good_on_some_topics(redress_delivery: Any) -> None:
    redress_delivery(CaseBoard, topics=["evidence.requested", "evidence.submitted", "evidence.closed"])


def test_counts_twice(redress_delivery: Any) -> None:
    redress_delivery(CountsTwice)


def test_assumes_order(redress_delivery: Any) -> None:
    redress_delivery(AssumesOrder)


def test_dies_on_poison(redress_delivery: Any) -> None:
    redress_delivery(DiesOnPoison)


def test_ignores_gaps(redress_delivery: Any) -> None:
    redress_delivery(IgnoresGaps)


def test_forgets_held(redress_delivery: Any) -> None:
    redress_delivery(ForgetsHeld)


def test_closed_to_more(redress_delivery: Any) -> None:
    redress_delivery(ClosedToMore)


def test_binary_only(redress_delivery: Any) -> None:
    redress_delivery(BinaryOnly)
