"""A case is negotiated, filed, taken up, decided and closed; an order is known in its newest version."""

from dataclasses import dataclass, field
from typing import TypeAlias

from services.intake.domain.appeals import Appeals
from services.intake.domain.voices import Voices
from services.intake.domain.words import CaseOutcome, FulfilmentBasis, NegotiationOutcome, SuspensionGrounds
from shared.kernel.actors import Parties
from shared.kernel.orders import Order
from shared.kernel.remedies import Demand, Terms
from shared.kernel.values import Moment


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is known on this stream yet."""


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """The stream of an order, not of a case."""

    order: Order
    version: int


@dataclass(frozen=True, slots=True)
class BeingErased:
    """The stream of a person whose erasure was ordered and whose key is about to be destroyed."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Erased:
    """The stream of a person whose key was destroyed."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Negotiating:
    """The buyer asked; the seller answers by `answer_by`, and an `offer` waits for the buyer."""

    order_id: str
    line_id: str
    parties: Parties
    demand: Demand
    opened_at: Moment
    answer_by: Moment
    offer: Terms | None = None


@dataclass(frozen=True, slots=True)
class FailedNegotiation:
    """Negotiated here and failed: the buyer may file."""

    order_id: str
    line_id: str
    parties: Parties
    opened_at: Moment
    outcome: NegotiationOutcome
    offered: Terms | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Screened and not taken up; may be filed again once cured."""

    parties: Parties
    negotiation: FailedNegotiation | None


@dataclass(frozen=True, slots=True)
class InProcess:
    """Taken up; evidence and mediation have it. Appeals can be heard here before the ruling is."""

    parties: Parties
    policy_version: str
    appeals: Appeals = field(default_factory=Appeals)
    voices: Voices = field(default_factory=Voices)


@dataclass(frozen=True, slots=True)
class Settled:
    """Agreed in mediation; final at once, and closed when carried out."""

    parties: Parties
    policy_version: str
    voices: Voices = field(default_factory=Voices)


@dataclass(frozen=True, slots=True)
class Ruled:
    """Ruled; closed when nothing can change the decision and nothing is owed any more."""

    parties: Parties
    policy_version: str
    appeal_until: Moment
    owes: bool
    appeals: Appeals
    window_closed: bool = False
    fulfilled: frozenset[FulfilmentBasis] = frozenset()
    final: bool = False
    voices: Voices = field(default_factory=Voices)

    @property
    def unappealable(self) -> bool:
        """Whether no appeal can change the decision any more."""
        return self.appeals.decision is not None or (self.window_closed and not self.appeals.pending)

    @property
    def carried_out(self) -> bool:
        """Whether everything owed under the decision that now stands is done."""
        ruling_done = not self.owes or "ruling" in self.fulfilled
        decision = self.appeals.decision
        if decision is None:
            return ruling_done
        return not decision.owes or "appeal" in self.fulfilled or (decision.upheld and ruling_done)


@dataclass(frozen=True, slots=True)
class Closed:
    """Over. `ruled` is kept because an appeal lodged in the last minutes can be heard after closing."""

    parties: Parties
    policy_version: str | None
    outcome: CaseOutcome
    ruled: Ruled | None = None


@dataclass(frozen=True, slots=True)
class Suspended:
    """A case whose clocks stand still since an instant, `until` another at the latest; facts still reach it."""

    case: "UnderWay"
    grounds: SuspensionGrounds
    since: Moment
    until: Moment

    @property
    def parties(self) -> Parties:
        return self.case.parties

    @property
    def policy_version(self) -> str:
        return self.case.policy_version


UnderWay: TypeAlias = InProcess | Settled | Ruled
Case: TypeAlias = Negotiating | FailedNegotiation | Rejected | UnderWay | Suspended | Closed
NoCase: TypeAlias = Nothing | KnownOrder | BeingErased | Erased
State: TypeAlias = NoCase | Case


def beneath(state: State) -> State:
    """The case without the suspension that may lie on it."""
    return state.case if isinstance(state, Suspended) else state


def voices_of(state: State) -> Voices:
    """What the parties said beside the merits, on a case that is under way."""
    case = beneath(state)
    return case.voices if isinstance(case, InProcess | Settled | Ruled) else Voices()


def negotiated_here(state: State) -> FailedNegotiation | None:
    """The negotiation that was run on this case and failed, if there was one."""
    match state:
        case FailedNegotiation():
            return state
        case Rejected():
            return state.negotiation
        case _:
            return None
