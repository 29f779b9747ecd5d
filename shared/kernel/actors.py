"""Who does something: a party, an adjudicator, or the platform itself."""

from enum import StrEnum

from shared.kernel.values import Value


class Role(StrEnum):
    """What someone may act as."""

    BUYER = "buyer"
    SELLER = "seller"
    FRONTLINE = "frontline"
    SPECIALIST = "specialist"
    REVIEWER = "reviewer"
    PLATFORM = "platform"
    AUDITOR = "auditor"


class Side(StrEnum):
    """The two parties of a case."""

    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.SELLER if self is Side.BUYER else Side.BUYER


class Actor(Value):
    """One person or machine in one role."""

    role: Role
    id: str


class Parties(Value):
    """The buyer and the seller of a case."""

    buyer_id: str
    seller_id: str

    def side_of(self, actor: Actor) -> Side | None:
        """The side an actor stands on, or None for someone who is no party to the case."""
        if actor == Actor(role=Role.BUYER, id=self.buyer_id):
            return Side.BUYER
        if actor == Actor(role=Role.SELLER, id=self.seller_id):
            return Side.SELLER
        return None

    def party_on(self, side: Side) -> Actor:
        """The party of that side."""
        person = self.buyer_id if side is Side.BUYER else self.seller_id
        return Actor(role=Role(side), id=person)


def hidden_from(by: Actor | None, parties: Parties) -> frozenset[Side]:
    """The sides whose words this caller reads masked: the other one's, or both when nothing says who calls.

    Adjudicators and who looks after the platform read what was written.
    """
    if by is not None and by.role not in {Role.BUYER, Role.SELLER}:
        return frozenset()
    own = parties.side_of(by) if by else None
    return frozenset(Side) - {own} if own else frozenset(Side)


ADJUDICATORS = frozenset({Role.FRONTLINE, Role.SPECIALIST, Role.REVIEWER})
SYSTEM = Actor(role=Role.PLATFORM, id="redress")
"""The platform acting by itself: a deadline that fires, a policy that reacts."""
