"""A case is negotiated, filed, taken up, decided and closed; an order is known in its newest version."""

from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.intake.domain.appeals import Appeals
from services.intake.domain.events import (
    AppealDecisionNoted,
    AppealDismissalNoted,
    AppealFact,
    AppealNoted,
    AppealWindowClosed,
    CaseSettled,
    ComplaintAccepted,
    ComplaintClosed,
    ComplaintFact,
    ComplaintFiled,
    ComplaintRejected,
    ComplaintWithdrawn,
    DecisionBecameFinal,
    IntakeFact,
    NegotiationAgreed,
    NegotiationFact,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
    OrderRecorded,
    OrdersFulfilled,
    OutcomeFact,
    RulingNoted,
)
from services.intake.domain.words import CaseOutcome, FulfilmentBasis, NegotiationOutcome
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


@dataclass(frozen=True, slots=True)
class Settled:
    """Agreed in mediation; final at once, and closed when carried out."""

    parties: Parties
    policy_version: str


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


Case: TypeAlias = Negotiating | FailedNegotiation | Rejected | InProcess | Settled | Ruled | Closed
State: TypeAlias = Nothing | KnownOrder | Case


def evolve(state: State, fact: IntakeFact) -> State:
    match fact:
        case OrderRecorded():
            return KnownOrder(order=fact.order, version=fact.version)
        case NegotiationOpened() | NegotiationOffered() | NegotiationFailed() | NegotiationAgreed():
            return _negotiated(state, fact)
        case ComplaintFiled() | ComplaintAccepted() | ComplaintRejected() | ComplaintWithdrawn() | ComplaintClosed():
            return _handled(state, fact)
        case CaseSettled() | RulingNoted() | OrdersFulfilled() | AppealWindowClosed() | DecisionBecameFinal():
            return _decided(state, fact)
        case AppealNoted() | AppealDismissalNoted() | AppealDecisionNoted():
            return _appealed(state, fact)
        case _:
            assert_never(fact)


def _negotiated(state: State, fact: NegotiationFact) -> State:
    match fact:
        case NegotiationOpened(parties=parties, demand=demand, opened_at=opened_at, answer_by=answer_by):
            return Negotiating(fact.order_id, fact.line_id, parties, demand, opened_at, answer_by)
        case NegotiationOffered() if isinstance(state, Negotiating):
            return replace(state, offer=fact.terms)
        case NegotiationFailed() if isinstance(state, Negotiating):
            held = (state.order_id, state.line_id, state.parties, state.opened_at)
            return FailedNegotiation(*held, outcome=fact.outcome, offered=state.offer)
        case NegotiationOffered() | NegotiationFailed() | NegotiationAgreed():
            return state
        case _:
            assert_never(fact)


def _handled(state: State, fact: ComplaintFact) -> State:
    match fact:
        case ComplaintAccepted():
            return InProcess(parties=fact.parties, policy_version=fact.policy_version)
        case ComplaintRejected():
            return Rejected(parties=fact.parties, negotiation=negotiated_here(state))
        case ComplaintClosed() if not isinstance(state, Nothing | KnownOrder):
            version = state.policy_version if isinstance(state, InProcess | Settled | Ruled | Closed) else None
            ruled = state if isinstance(state, Ruled) else None
            return Closed(parties=state.parties, policy_version=version, outcome=fact.outcome, ruled=ruled)
        case ComplaintFiled() | ComplaintWithdrawn() | ComplaintClosed():
            return state
        case _:
            assert_never(fact)


def _decided(state: State, fact: OutcomeFact) -> State:
    if isinstance(state, InProcess):
        return _concluded(state, fact)
    if not isinstance(state, Ruled):
        return state
    match fact:
        case OrdersFulfilled():
            return replace(state, fulfilled=state.fulfilled | {fact.basis})
        case AppealWindowClosed():
            return replace(state, window_closed=True)
        case DecisionBecameFinal():
            return replace(state, final=True)
        case CaseSettled() | RulingNoted():
            return state
        case _:
            assert_never(fact)


def _concluded(state: InProcess, fact: OutcomeFact) -> State:
    match fact:
        case CaseSettled():
            return Settled(parties=state.parties, policy_version=state.policy_version)
        case RulingNoted():
            return Ruled(state.parties, state.policy_version, fact.appeal_until, fact.owes, state.appeals)
        case OrdersFulfilled() | AppealWindowClosed() | DecisionBecameFinal():
            return state
        case _:
            assert_never(fact)


def _appealed(state: State, fact: AppealFact) -> State:
    open_again = state.ruled if isinstance(state, Closed) else state
    if isinstance(open_again, InProcess):
        return replace(open_again, appeals=open_again.appeals.after(fact))
    if isinstance(open_again, Ruled):
        final = open_again.final and not isinstance(fact, AppealNoted)
        return replace(open_again, appeals=open_again.appeals.after(fact), final=final)
    return state


def negotiated_here(state: State) -> FailedNegotiation | None:
    """The negotiation that was run on this case and failed, if there was one."""
    match state:
        case FailedNegotiation():
            return state
        case Rejected():
            return state.negotiation
        case _:
            return None
