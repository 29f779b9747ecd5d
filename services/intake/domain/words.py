"""The words intake uses: filing channels, how a negotiation ended, and how a case stands and ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import StringConstraints

from shared.eventing.messages import Words
from shared.kernel.remedies import Terms
from shared.kernel.texts import Reference
from shared.kernel.values import Moment, Value

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
"""A name from the policy, such as a category or a sub-reason."""

Channel: TypeAlias = Literal["order_page", "online", "phone"]
Refusal: TypeAlias = Literal["refused", "blame_shifted"]
NegotiationOutcome: TypeAlias = Literal["no_response", "refused", "blame_shifted", "offer_unacceptable"]
CaseOutcome: TypeAlias = Literal["withdrawn", "negotiated", "settled", "ruled", "appeal_decided"]
FinalBasis: TypeAlias = Literal["ruling", "appeal"]
FulfilmentBasis: TypeAlias = Literal["settlement", "ruling", "appeal"]
SuspensionGrounds: TypeAlias = Literal["joint_wish", "court_or_authority"]
TakenUp: TypeAlias = Literal["pending", "settled", "decided"]
"""How another case about the same line and ground stands."""
Step: TypeAlias = Literal[
    "negotiation",
    "screening",
    "evidence",
    "mediation",
    "ruling",
    "compliance",
    "appeal",
    "final",
    "suspended",
    "closed",
]
"""Where a case stands, as whoever waits for it would say."""


class DestroyedKey(Value):
    """What the key vault answers of a key that it destroyed."""

    at: Moment
    fingerprint: str | None


class EarlierCases(Value):
    """How many other cases of the buyer and of the seller were taken up lately."""

    buyer: int = 0
    seller: int = 0


class AttestedNegotiation(Value):
    """A negotiation held elsewhere, as the buyer attests it."""

    channel: Reference
    opened_at: Moment
    outcome: NegotiationOutcome
    note: Words


@dataclass(frozen=True, slots=True)
class HeldNegotiation:
    """A failed negotiation as screening sees it. `offered` is what the buyer declined, where that is known."""

    opened_at: Moment
    outcome: NegotiationOutcome
    offered: Terms | None


def taken_up_key(party: str, at: datetime) -> str:
    """Where a case stands among the cases of a party, in the order in which they were taken up."""
    return f"{party}/{at:%Y-%m-%dT%H:%M:%S}"
