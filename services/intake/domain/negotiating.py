"""Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias, assert_never

from services.intake.domain.access import only_the
from services.intake.domain.case import Closed, FailedNegotiation, Negotiating, Nothing, State, Suspended
from services.intake.domain.events import (
    ComplaintClosed,
    IntakeFact,
    NegotiationAgreed,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
)
from services.intake.domain.standing import purchase_in_dispute
from services.intake.domain.underway import must_not_be_suspended
from services.intake.domain.words import Refusal
from shared.eventing.messages import Command, Given, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.clocks import reminders
from shared.kernel.ids import Id
from shared.kernel.orders import Order
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Demand, Terms
from shared.kernel.values import said


class OpenNegotiation(Command):
    NAME: ClassVar[str] = "open_negotiation"

    order_id: Id
    line_id: Id
    demand: Demand
    message: Words
    order: Annotated[Order | None, Given()]
    policy: Annotated[Policy, Given()]


class OfferInNegotiation(Command):
    NAME: ClassVar[str] = "offer_in_negotiation"

    terms: Terms
    message: Words


class RefuseInNegotiation(Command):
    NAME: ClassVar[str] = "refuse_in_negotiation"

    message: Words
    reason: Refusal


class AcceptNegotiatedOffer(Command):
    NAME: ClassVar[str] = "accept_negotiated_offer"


class DeclineNegotiatedOffer(Command):
    NAME: ClassVar[str] = "decline_negotiated_offer"


class LapseNegotiation(Command):
    NAME: ClassVar[str] = "lapse_negotiation"


NegotiationCommand: TypeAlias = (
    OpenNegotiation
    | OfferInNegotiation
    | RefuseInNegotiation
    | AcceptNegotiatedOffer
    | DeclineNegotiatedOffer
    | LapseNegotiation
)


def negotiate(command: NegotiationCommand, state: State) -> Sequence[IntakeFact] | Refused:
    match command:
        case OpenNegotiation():
            return open_negotiation(command, state)
        case OfferInNegotiation():
            return offer(command, state)
        case RefuseInNegotiation():
            return refuse(command, state)
        case AcceptNegotiatedOffer():
            return accept(command, state)
        case DeclineNegotiatedOffer():
            return decline(command, state)
        case LapseNegotiation():
            return lapse(command, state)
        case _:
            assert_never(command)


def open_negotiation(command: OpenNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    asked = (command.order_id, command.line_id, command.demand)
    if isinstance(state, Negotiating) and _opened(state) == asked and state.parties.side_of(command.by) is Side.BUYER:
        return []
    if refused := may_open(command.by, command.at, state):
        return refused
    purchase = purchase_in_dispute(command.order, command.line_id, command.by.id, command.policy)
    if isinstance(purchase, Refused):
        return purchase
    answer_by = command.at + command.policy.windows.of("negotiation_answer")
    return [
        NegotiationOpened(
            order_id=command.order_id,
            line_id=command.line_id,
            parties=purchase.order.parties,
            demand=command.demand,
            message=command.message,
            opened_at=command.at,
            answer_by=answer_by,
            remind_at=reminders(command.at, answer_by, command.policy.reminders.percents),
        )
    ]


def offer(command: OfferInNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    by_the_seller = only_the(Side.SELLER, command.by, state) is None
    if by_the_seller and isinstance(state, Negotiating) and state.offer == command.terms:
        return []
    return may_answer(command.by, command.at, state) or [
        NegotiationOffered(terms=command.terms, message=command.message)
    ]


def refuse(command: RefuseInNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    by_the_seller = only_the(Side.SELLER, command.by, state) is None
    if by_the_seller and isinstance(state, FailedNegotiation) and state.outcome == command.reason:
        return []
    return may_answer(command.by, command.at, state) or [
        NegotiationFailed(outcome=command.reason, message=command.message)
    ]


def accept(command: AcceptNegotiatedOffer, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_accept(command.by, command.at, state):
        return refused
    terms = state.offer if isinstance(state, Negotiating) else None
    return [NegotiationAgreed(terms=terms), ComplaintClosed(outcome="negotiated")] if terms else []


def decline(command: DeclineNegotiatedOffer, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_decline(command.by, command.at, state):
        return refused
    return [NegotiationFailed(outcome="offer_unacceptable")] if isinstance(state, Negotiating) else []


def lapse(command: LapseNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Negotiating(offer=None) if command.at < state.answer_by:
            return Refused("answer_window_must_have_passed", detail=f"the seller has until {said(state.answer_by)}")
        case Negotiating(offer=None):
            return [NegotiationFailed(outcome="no_response")]
        case _:
            return []


def may_open(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    if by.role is not Role.BUYER:
        return Refused("only_the_buyer_may_do_this", detail="the buyer of the order opens the negotiation")
    if isinstance(state, Nothing):
        return None
    if isinstance(state, Suspended) and state.parties.side_of(by):
        return must_not_be_suspended(state)
    return Refused("case_must_be_new", detail="this id is taken", field="case_id", cure="use a new case id")


def may_answer(by: Actor, at: datetime, state: State) -> Refused | None:
    """Whether the seller may answer now, by an offer or a refusal."""
    if refused := only_the(Side.SELLER, by, state) or must_not_be_suspended(state):
        return refused
    if not isinstance(state, Negotiating):
        return _not_open()
    if state.offer is not None:
        return Refused("standing_offer_must_be_answered_first", detail="the buyer has not answered the offer yet")
    if at > state.answer_by:
        return Refused("seller_must_answer_in_time", detail=f"the answer was due by {said(state.answer_by)}")
    return None


def may_accept(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    if isinstance(state, Closed) and state.outcome == "negotiated":
        return only_the(Side.BUYER, by, state)
    return _may_take_the_offer(by, state)


def may_decline(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    if isinstance(state, FailedNegotiation) and state.outcome == "offer_unacceptable":
        return only_the(Side.BUYER, by, state)
    return _may_take_the_offer(by, state)


def _may_take_the_offer(by: Actor, state: State) -> Refused | None:
    if refused := only_the(Side.BUYER, by, state) or must_not_be_suspended(state):
        return refused
    if not isinstance(state, Negotiating):
        return _not_open()
    if state.offer is None:
        return Refused("offer_must_have_been_made", detail="the seller has made no offer yet")
    return None


def _opened(state: Negotiating) -> tuple[str, str, Demand]:
    return (state.order_id, state.line_id, state.demand)


def _not_open() -> Refused:
    return Refused("negotiation_must_be_open", detail="no negotiation is open on this case")
