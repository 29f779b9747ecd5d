"""What each fact makes of a case or an order; facts reach a suspended case as they reach any other."""

from dataclasses import replace
from typing import assert_never

from services.intake.domain.case import (
    BeingErased,
    Closed,
    Erased,
    FailedNegotiation,
    InProcess,
    KnownOrder,
    Negotiating,
    NoCase,
    Rejected,
    Ruled,
    Settled,
    State,
    Suspended,
    negotiated_here,
)
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
    ComplaintResumed,
    ComplaintSuspended,
    ComplaintUrged,
    ComplaintWithdrawn,
    DecisionBecameFinal,
    ErasureFact,
    IntakeFact,
    NegotiationAgreed,
    NegotiationFact,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
    OrderRecorded,
    OrdersFulfilled,
    OutcomeFact,
    PersonErased,
    PersonErasureOrdered,
    ReminderSent,
    RulingNoted,
    SuspensionConsented,
    SuspensionFact,
    ToldFact,
    ViolationAlleged,
    VoiceFact,
)
from services.intake.domain.voices import Consent, Urging


def evolve(state: State, fact: IntakeFact) -> State:
    return _while_suspended(state, fact) if isinstance(state, Suspended) else _moved(state, fact)


def _moved(state: State, fact: IntakeFact) -> State:
    match fact:
        case OrderRecorded() | PersonErasureOrdered() | PersonErased():
            return _without_a_case(fact)
        case NegotiationOpened() | NegotiationOffered() | NegotiationFailed() | NegotiationAgreed():
            return _negotiated(state, fact)
        case ComplaintFiled() | ComplaintAccepted() | ComplaintRejected() | ComplaintWithdrawn() | ComplaintClosed():
            return _handled(state, fact)
        case CaseSettled() | RulingNoted() | OrdersFulfilled() | AppealWindowClosed() | DecisionBecameFinal():
            return _decided(state, fact)
        case AppealNoted() | AppealDismissalNoted() | AppealDecisionNoted():
            return _appealed(state, fact)
        case (
            SuspensionConsented()
            | ComplaintUrged()
            | ComplaintSuspended()
            | ComplaintResumed()
            | ViolationAlleged()
            | ReminderSent()
        ):
            return _accompanied(state, fact)
        case _:
            assert_never(fact)


def _without_a_case(fact: OrderRecorded | ErasureFact) -> State:
    match fact:
        case OrderRecorded():
            return KnownOrder(order=fact.order, version=fact.version)
        case PersonErasureOrdered(person_id=person):
            return BeingErased(person)
        case PersonErased(person_id=person):
            return Erased(person)
        case _:
            assert_never(fact)


def _accompanied(state: State, fact: VoiceFact | SuspensionFact | ToldFact) -> State:
    """What accompanies a case without moving it on."""
    match fact:
        case SuspensionConsented() | ComplaintUrged():
            return _voiced(state, fact)
        case ComplaintSuspended() | ComplaintResumed():
            return _suspended(state, fact)
        case ViolationAlleged() | ReminderSent():
            return state
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
        case ComplaintClosed() if not isinstance(state, NoCase):
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
            return Settled(parties=state.parties, policy_version=state.policy_version, voices=state.voices)
        case RulingNoted():
            ruled = Ruled(state.parties, state.policy_version, fact.appeal_until, fact.owes, state.appeals)
            return replace(ruled, voices=state.voices)
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


def _voiced(state: State, fact: VoiceFact) -> State:
    if not isinstance(state, InProcess | Settled | Ruled):
        return state
    match fact:
        case SuspensionConsented():
            return replace(state, voices=state.voices.with_consent(Consent(fact.side, fact.until)))
        case ComplaintUrged():
            return replace(state, voices=state.voices.with_urging(Urging(fact.side, fact.at, fact.again_from)))
        case _:
            assert_never(fact)


def _suspended(state: State, fact: SuspensionFact) -> State:
    if isinstance(state, InProcess | Settled | Ruled) and isinstance(fact, ComplaintSuspended):
        case = replace(state, voices=state.voices.without_consents())
        return Suspended(case=case, grounds=fact.grounds, since=fact.suspended_at, until=fact.until)
    return state


def _while_suspended(state: Suspended, fact: IntakeFact) -> State:
    match fact:
        case ComplaintSuspended():
            return state
        case ComplaintResumed() if isinstance(state.case, Ruled):
            return replace(state.case, appeal_until=state.case.appeal_until + (fact.resumed_at - fact.suspended_at))
        case ComplaintResumed():
            return state.case
        case _:
            after = evolve(state.case, fact)
            return replace(state, case=after) if isinstance(after, InProcess | Settled | Ruled) else after
