"""The words intake uses: filing channels, how a negotiation ended, and how a case ends."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import StringConstraints

from shared.eventing.messages import Words
from shared.kernel.remedies import Terms
from shared.kernel.values import Moment, Value

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
"""A name from the policy, such as a category or a sub-reason."""

Channel: TypeAlias = Literal["order_page", "online", "phone"]
Refusal: TypeAlias = Literal["refused", "blame_shifted"]
NegotiationOutcome: TypeAlias = Literal["no_response", "refused", "blame_shifted", "offer_unacceptable"]
CaseOutcome: TypeAlias = Literal["withdrawn", "negotiated", "settled", "ruled", "appeal_decided"]
FinalBasis: TypeAlias = Literal["ruling", "appeal"]
FulfilmentBasis: TypeAlias = Literal["settlement", "ruling", "appeal"]


class AttestedNegotiation(Value):
    """A negotiation held elsewhere, as the buyer attests it."""

    channel: Code
    opened_at: Moment
    outcome: NegotiationOutcome
    note: Words


@dataclass(frozen=True, slots=True)
class HeldNegotiation:
    """A failed negotiation as screening sees it. `offered` is what the buyer declined, where that is known."""

    opened_at: Moment
    outcome: NegotiationOutcome
    offered: Terms | None
