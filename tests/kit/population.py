"""A population of cases as another service would publish it, with everything a topic can do to a reader.

All of it is a pure function of a seed and a size: the same arguments give the same bytes in the same order.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Final

from shared.contracts.intake import ComplaintAccepted, ComplaintClosed, ComplaintFiled, ComplaintWithdrawn
from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Role
from shared.kernel.ids import derived_id
from shared.kernel.lanes import lane_of
from shared.kernel.money import Money
from shared.kernel.remedies import Demand, Remedy

Headers = tuple[tuple[str, bytes | None], ...]

LABEL: Final = "x-injected"
"""A header that says what a record is to the test; readers ignore headers they do not know."""

FAR_AHEAD: Final = datetime(2061, 3, 1, 8, tzinfo=UTC)
"""When the cases happen: so late that nothing falls due during a test."""

_CATEGORIES: Final = ("product_quality", "after_sales", "false_advertising", "logistics", "seller_violation")


class Kind(StrEnum):
    """What a record is to the test."""

    SOUND = "sound"
    DUPLICATE = "duplicate"
    RENAMED = "renamed duplicate"
    ODD_HEADERS = "odd headers"
    NO_VALUE = "no value"
    NO_HEADERS = "no headers"
    WRONG_VERSION = "wrong specversion"
    SPOILT_NAME = "required header spoilt"
    GARBAGE_COPY = "garbage after the sound one"
    GARBAGE = "garbage in sequence"
    UNKNOWN_TYPE = "unknown type in sequence"
    INVALID = "invalid data in sequence"
    UNDEPLOYED = "policy not deployed"


ADRIFT: Final = frozenset({Kind.NO_VALUE, Kind.NO_HEADERS, Kind.WRONG_VERSION, Kind.SPOILT_NAME, Kind.GARBAGE_COPY})
"""Undecodable, and nothing follows from them: parked, and nobody waits behind them."""

BLOCKING: Final = frozenset({Kind.GARBAGE, Kind.UNKNOWN_TYPE, Kind.INVALID, Kind.UNDEPLOYED})
"""Poison that takes a sequence's place: parked, and what follows waits behind it."""


class Fate(StrEnum):
    """How the poison of a case comes to an end."""

    NONE = "no poison"
    HEALED = "the sound copy arrives"
    REPLAYED = "the cure is deployed and the operator replays"
    DROPPED = "the operator drops it"


@dataclass(frozen=True)
class Wire:
    """A record to be sent."""

    topic: str
    case: str
    seq: int
    kind: Kind
    value: bytes | None
    headers: Headers

    @property
    def lane(self) -> int:
        return lane_of(self.case)


@dataclass(frozen=True)
class Case:
    """One case's facts in order; `poison` is the sequence that is poisoned, if any."""

    name: str
    facts: tuple[Published, ...]
    fate: Fate = Fate.NONE
    poison: int = 0


@dataclass(frozen=True)
class Population:
    """Cases and their records. `deployed` is the policy version that services know, `later` one they get in time."""

    seed: int
    size: int
    deployed: str
    later: str

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        rng = random.Random(f"cases {self.seed}")
        return tuple(self._case(n, rng) for n in range(self.size))

    def calm(self) -> Sequence[Wire]:
        """Every fact once, in order, with nothing wrong, but for the poison that will be dropped."""
        return [wire for case in self.cases for wire in self._told(case, random.Random(case.name))]

    def stormy(self) -> Sequence[Wire]:
        """The same facts with duplicates, out of order, among records that cannot be read."""
        rng = random.Random(f"storm {self.seed}")
        placed: list[tuple[float, int, Wire]] = []
        for n, case in enumerate(self.cases):
            for at, wire in self._tossed(n, case, rng):
                placed.append((at, len(placed), wire))
        placed.sort(key=lambda p: p[:2])
        return [wire for _, _, wire in placed]

    def cures(self) -> Sequence[Wire]:
        """The sound copies of what was garbage, for the cases that heal by themselves."""
        return [
            _wire(case, seq, fact, Kind.SOUND)
            for case in self.cases
            if case.fate is Fate.HEALED
            for seq, fact in enumerate(case.facts, start=1)
            if seq == case.poison
        ]

    def digest(self) -> str:
        """A hash over everything that is sent, in order."""
        total = sha256()
        for wire in (*self.stormy(), *self.cures()):
            total.update(repr(wire).encode())
        return total.hexdigest()[:16]

    def _case(self, n: int, rng: random.Random) -> Case:
        name = f"case-{self.seed}-{n:06d}"
        fate = rng.choices(list(Fate), (98.5, 0.6, 0.5, 0.4))[0]
        policy = self.later if fate is Fate.REPLAYED else self.deployed
        price = Money(minor=rng.randrange(1_000, 900_000))
        parties = Parties(buyer_id=f"buyer-{rng.randrange(self.size)}", seller_id=f"seller-{rng.randrange(200)}")
        demand = Demand(remedy=Remedy.REFUND, amount=price)
        category = rng.choice(_CATEGORIES)
        at = FAR_AHEAD + timedelta(seconds=n, milliseconds=rng.randrange(1000))
        line = {"order_id": f"order-{n}", "line_id": "1", "parties": parties, "category": category, "demand": demand}
        buyer = Actor(role=Role.BUYER, id=parties.buyer_id)
        facts: list[Published] = [
            ComplaintFiled(
                case_id=name, at=at, **line, sub_reason="broken", channel="app", filed_by=buyer,
                description=f"Number {n}: the spout is cracked. 壶嘴有裂纹。",
            ),
            ComplaintAccepted(
                case_id=name, at=at + timedelta(minutes=rng.randrange(1, 90)), **line, sub_reason="broken",
                price_paid=price, product="Longquan celadon teapot", tier=Role.FRONTLINE, policy_version=policy,
            ),
        ]  # fmt: skip
        if fate is not Fate.NONE or rng.random() < 0.25:
            late = at + timedelta(hours=rng.randrange(2, 60))
            facts.append(ComplaintWithdrawn(case_id=name, at=late, by=buyer, reason="The seller refunded after all."))
            if rng.random() < 0.5:
                over = late + timedelta(minutes=1)
                facts.append(ComplaintClosed(case_id=name, at=over, outcome="withdrawn"))
        return Case(name, tuple(facts), fate, 0 if fate is Fate.NONE else 2)

    @staticmethod
    def _told(case: Case, rng: random.Random) -> Iterator[Wire]:
        """The facts as their service publishes them, with the poison in its place."""
        for seq, fact in enumerate(case.facts, start=1):
            sound = _wire(case, seq, fact, Kind.SOUND)
            if case.fate is Fate.DROPPED and seq == case.poison:
                yield _spoilt(sound, rng.choice((Kind.GARBAGE, Kind.UNKNOWN_TYPE, Kind.INVALID)))
            else:
                yield sound

    def _tossed(self, n: int, case: Case, rng: random.Random) -> Iterator[tuple[float, Wire]]:
        """The records of a case, each with its place in the whole."""
        wires = list(self._told(case, random.Random(case.name)))
        if case.fate is Fate.HEALED:
            wires[case.poison - 1] = _spoilt(
                wires[case.poison - 1], rng.choice((Kind.GARBAGE, Kind.UNKNOWN_TYPE, Kind.INVALID))
            )
        if case.fate is Fate.REPLAYED:
            wires[case.poison - 1] = _labelled(wires[case.poison - 1], Kind.UNDEPLOYED)
        places = [n + k * rng.uniform(0.5, 40) for k in range(len(wires))]
        if rng.random() < 0.15:
            rng.shuffle(places)
        if rng.random() < 0.05:
            held = rng.randrange(len(places))
            places[held] += rng.uniform(0, self.size / 5)
        for place, wire in zip(places, wires, strict=True):
            good = wire.kind is Kind.SOUND
            yield place, _odd(wire, rng) if good and rng.random() < 0.05 else wire
            while rng.random() < 0.12:
                again = place + rng.choice((0.0, rng.uniform(0, 50), rng.uniform(0, self.size / 3)))
                yield again, _again(wire, rng)
            if good and case.fate is Fate.NONE and rng.random() < 0.01:
                yield place + rng.uniform(0, 300), _spoilt(wire, Kind.GARBAGE_COPY)
        if rng.random() < 0.02:
            kind = rng.choice((Kind.NO_VALUE, Kind.NO_HEADERS, Kind.WRONG_VERSION, Kind.SPOILT_NAME))
            yield rng.choice(places) + rng.uniform(-5, 5), _spoilt(rng.choice(wires), kind)


def census(wires: Sequence[Wire]) -> Counter[Kind]:
    return Counter(wire.kind for wire in wires)


def _wire(case: Case, seq: int, fact: Published, kind: Kind) -> Wire:
    headers: Headers = (
        ("ce_specversion", b"1.0"),
        ("ce_id", derived_id(case.name, "told by intake", seq).encode()),
        ("ce_source", fact.SOURCE.encode()),
        ("ce_type", fact.TYPE.encode()),
        ("ce_time", fact.at.isoformat(timespec="milliseconds").encode()),
        ("ce_subject", case.name.encode()),
        ("ce_sequence", b"%d" % seq),
        ("ce_dataschema", b"https://redress.invalid/schemas/%s.json" % fact.TYPE.encode()),
        ("content-type", b"application/json"),
        (LABEL, kind.value.encode()),
    )
    return Wire(fact.TOPIC, case.name, seq, kind, fact.model_dump_json().encode(), headers)


def _labelled(wire: Wire, kind: Kind, value: bytes | None = None, **headers: bytes | None) -> Wire:
    """The record with another label, value or headers."""
    changed = {name.replace("__", "-"): content for name, content in headers.items()}
    kept = [(name, changed.pop(name, content)) for name, content in wire.headers if name != LABEL]
    return replace(
        wire,
        kind=kind,
        value=wire.value if value is None else value,
        headers=(*kept, *changed.items(), (LABEL, kind.value.encode())),
    )


def _again(wire: Wire, rng: random.Random) -> Wire:
    """The record once more; one in four under a new id, as a producer that lost its memory would send it."""
    if wire.kind in BLOCKING:
        return wire
    if rng.random() < 0.25:
        return _labelled(wire, Kind.RENAMED, ce_id=derived_id(wire.case, wire.seq, rng.random().hex()).encode())
    return _labelled(wire, Kind.DUPLICATE)


def _odd(wire: Wire, rng: random.Random) -> Wire:
    """A good record among whose optional headers one is null or not UTF-8."""
    odd: bytes | None = rng.choice((None, b"\xff\xfe\x00", b""))
    name = rng.choice(("traceparent", "ce_time", "ce_source", "ce_dataschema", "x-note", "ce_subject"))
    return _labelled(wire, Kind.ODD_HEADERS, **{name: odd})


def _spoilt(wire: Wire, kind: Kind) -> Wire:
    """A record that cannot be read, in one of the ways there are."""
    match kind:
        case Kind.NO_VALUE:
            spoilt = replace(_labelled(wire, kind), value=None)
        case Kind.NO_HEADERS:
            spoilt = replace(wire, kind=kind, headers=((LABEL, kind.value.encode()),))
        case Kind.WRONG_VERSION:
            spoilt = _labelled(wire, kind, ce_specversion=b"0.3")
        case Kind.SPOILT_NAME:
            spoilt = _labelled(wire, kind, ce_id=b"\xc3\x28")
        case Kind.UNKNOWN_TYPE:
            newer = dict(wire.headers)["ce_type"] or b""
            spoilt = _labelled(wire, kind, ce_type=newer.replace(b".v1", b".v9"))
        case Kind.INVALID:
            spoilt = _labelled(wire, kind, (wire.value or b"").replace(b'"at":"', b'"at":"the day after '))
        case _:
            spoilt = _labelled(wire, kind, b"\x80\x04}q\x00(\xff")
    return spoilt
