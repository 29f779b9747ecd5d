"""A case as its people know it: the order, their temperaments, and what the services have told about it."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shared.contracts.appeals import AppealDecided
from shared.contracts.evidence import EvidenceClosed, EvidenceSubmitted
from shared.contracts.intake import ComplaintClosed
from shared.contracts.mediation import OfferMade, RulingIssued, SettlementReached
from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.money import Money
from shared.kernel.orders import Listing, Order, OrderLine
from shared.kernel.policy import Policy
from shared.kernel.remedies import Demand, Obligation, Remedy

MONEY = frozenset({Remedy.REFUND, Remedy.RETURN_REFUND, Remedy.COMPENSATION})


class Temper(StrEnum):
    """How somebody behaves."""

    HONEST = "honest"
    SILENT = "silent"
    LATE = "late"
    ABUSIVE = "abusive"
    CONTRADICTORY = "contradictory"
    APPEALING = "appealing"


@dataclass
class SimulatedCase:
    """One case. `facts` are the published ones, in the order they were told."""

    id: str
    order: Order
    category: str
    sub_reason: str
    demand: Demand
    buyer_temper: Temper
    seller_temper: Temper
    facts: list[Published] = field(default_factory=list)
    turns: int = 0

    @property
    def line(self) -> OrderLine:
        return self.order.lines[0]

    @property
    def buyer(self) -> Actor:
        return Actor(role=Role.BUYER, id=self.order.parties.buyer_id)

    @property
    def seller(self) -> Actor:
        return Actor(role=Role.SELLER, id=self.order.parties.seller_id)

    def last(self, kind: type[Any]) -> Any:
        """The newest fact of a type, or None."""
        return next((fact for fact in reversed(self.facts) if isinstance(fact, kind)), None)

    def told(self, kind: type[Any]) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def offer(self) -> OfferMade | None:
        found: OfferMade | None = self.last(OfferMade)
        return found

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """What is owed by the newest decision or agreement."""
        decided = self.last(AppealDecided) or self.last(RulingIssued) or self.last(SettlementReached)
        return decided.obligations if decided else ()

    @property
    def citable(self) -> list[str]:
        """Items of sealed manifests."""
        return [item.item_id for closed in self.told(EvidenceClosed) for item in closed.manifest]

    @property
    def items(self) -> list[EvidenceSubmitted]:
        return self.told(EvidenceSubmitted)

    @property
    def closed(self) -> bool:
        return self.last(ComplaintClosed) is not None


@dataclass(frozen=True)
class Turn:
    """Who moves in which case, and when."""

    case: SimulatedCase
    by: Actor
    temper: Temper
    now: datetime
    policy: Policy
    chance: random.Random

    @property
    def side(self) -> Side:
        return Side.SELLER if self.by.role is Role.SELLER else Side.BUYER

    def likely(self, share: float) -> bool:
        return self.chance.random() < share


def a_case(n: int, label: str, chance: random.Random, policy: Policy, now: datetime) -> SimulatedCase:
    """The `n`-th case of a population: an order of some days ago, a ground, a demand, and two people."""
    category = chance.choice(list(policy.categories))
    listed = policy.categories[category]
    price = Money(minor=chance.choice([1900, 8900, 36800, 49900, 120000, 900000, 4500000]))
    remedy = chance.choice([*listed.remedies, *Remedy] if chance.random() < _ASTRAY else list(listed.remedies))
    delivered_at = now - timedelta(days=chance.choice([1, 2, 4, 9, 14, 20]), hours=chance.randrange(24))
    order_id = f"{label}-order-{n}"
    parties = Parties(buyer_id=f"{label}-buyer-{chance.randrange(200)}", seller_id=f"shop-{chance.randrange(60)}")
    line = OrderLine(
        line_id=f"{order_id}-1",
        product="Longquan celadon teapot",
        model="220 ml",
        category="tableware",
        price_paid=price,
        listing=Listing(title="Longquan celadon teapot", description="Hand thrown.", cautions="No dishwasher."),
        warranty_until=delivered_at + timedelta(days=chance.choice([5, 365])),
    )
    order = Order(
        order_id=order_id,
        parties=parties,
        lines=(line,),
        paid_at=delivered_at - timedelta(days=4),
        shipped_at=delivered_at - timedelta(days=3),
        delivered_at=None if chance.random() < _UNDELIVERED else delivered_at,
        waybill=f"SF{n:010d}",
        promises=("seven_day_return",) if chance.random() < 1 / 2 else (),
    )
    amount = price if chance.random() > _GREEDY else Money(minor=price.minor * 2)
    return SimulatedCase(
        id=derived_id("simulated", label, n),
        order=order,
        category=category,
        sub_reason=chance.choice(list(listed.sub_reasons)),
        demand=Demand(remedy=remedy, amount=amount if remedy in MONEY else None),
        buyer_temper=chance.choices(list(Temper), [6, 1, 1, 1, 1, 2])[0],
        seller_temper=chance.choices(list(Temper), [5, 2, 2, 1, 1, 2])[0],
    )


_ASTRAY = 0.03
_UNDELIVERED = 0.08
_GREEDY = 0.04
