"""Negotiation comes first: the buyer asks, the seller offers, refuses or is silent, the buyer accepts or declines."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, TypeAlias, assert_never

from services.intake.domain.access import only_the
from services.intake.domain.case import Closed, FailedNegotiation, Negotiating, Nothing, State
from services.intake.domain.events import (
    ComplaintClosed,
    IntakeFact,
    NegotiationAgreed,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
)
from services.intake.domain.standing import purchase_in_dispute
from services.intake.domain.words import Refusal
from shared.eventing.messages import Command, Given, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Role, Side
from shared.kernel.ids import Id
from shared.kernel.orders import Order
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Demand, Terms


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
    if command.by.role is not Role.BUYER:
        return Refused("only_the_buyer_may_do_this", detail="the buyer of the order opens the negotiation")
    purchase = purchase_in_dispute(command.order, command.line_id, command.by.id, command.policy)
    if isinstance(purchase, Refused):
        return purchase
    parties = purchase.order.parties
    asked = (command.order_id, command.line_id, parties, command.demand)
    match state:
        case Nothing():
            return [
                NegotiationOpened(
                    order_id=command.order_id,
                    line_id=command.line_id,
                    parties=parties,
                    demand=command.demand,
                    message=command.message,
                    opened_at=command.at,
                    answer_by=command.at + command.policy.windows.of("negotiation_answer"),
                )
            ]
        case Negotiating() if (state.order_id, state.line_id, state.parties, state.demand) == asked:
            return []
        case _:
            return Refused("case_must_be_new", detail="this id is taken", field="case_id", cure="use a new case id")


def offer(command: OfferInNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the(Side.SELLER, command.by, state):
        return refused
    match state:
        case Negotiating(offer=standing) if standing == command.terms:
            return []
        case Negotiating():
            return _too_late_to_answer(command, state) or [
                NegotiationOffered(terms=command.terms, message=command.message)
            ]
        case _:
            return _not_open()


def refuse(command: RefuseInNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the(Side.SELLER, command.by, state):
        return refused
    match state:
        case Negotiating():
            return _too_late_to_answer(command, state) or [
                NegotiationFailed(outcome=command.reason, message=command.message)
            ]
        case FailedNegotiation(outcome=outcome) if outcome == command.reason:
            return []
        case _:
            return _not_open()


def accept(command: AcceptNegotiatedOffer, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the(Side.BUYER, command.by, state):
        return refused
    match state:
        case Negotiating(offer=None):
            return _no_offer()
        case Negotiating(offer=Terms() as terms):
            return [NegotiationAgreed(terms=terms), ComplaintClosed(outcome="negotiated")]
        case Closed(outcome="negotiated"):
            return []
        case _:
            return _not_open()


def decline(command: DeclineNegotiatedOffer, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the(Side.BUYER, command.by, state):
        return refused
    match state:
        case Negotiating(offer=None):
            return _no_offer()
        case Negotiating():
            return [NegotiationFailed(outcome="offer_unacceptable")]
        case FailedNegotiation(outcome="offer_unacceptable"):
            return []
        case _:
            return _not_open()


def lapse(command: LapseNegotiation, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Negotiating(offer=None) if command.at < state.answer_by:
            return Refused("answer_window_must_have_passed", detail=f"the seller has until {state.answer_by}")
        case Negotiating(offer=None):
            return [NegotiationFailed(outcome="no_response")]
        case _:
            return []


def _too_late_to_answer(command: Command, state: Negotiating) -> Refused | None:
    if state.offer is not None:
        return Refused("standing_offer_must_be_answered_first", detail="the buyer has not answered the offer yet")
    if command.at > state.answer_by:
        return Refused("seller_must_answer_in_time", detail=f"the answer was due by {state.answer_by}")
    return None


def _no_offer() -> Refused:
    return Refused("offer_must_have_been_made", detail="the seller has made no offer yet")


def _not_open() -> Refused:
    return Refused("negotiation_must_be_open", detail="no negotiation is open on this case")
