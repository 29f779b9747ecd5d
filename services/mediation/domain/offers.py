"""Either side or the mediator may put one offer at a time on the table; it binds once all it is made to accept."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.mediation.domain.access import side_asking, unless_assigned
from services.mediation.domain.events import (
    MediationFact,
    MediationFailed,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferWithdrawn,
    SettlementReached,
)
from services.mediation.domain.standing import Mediating, Mediation, OpenOffer
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import ADJUDICATORS, Actor, Side
from shared.kernel.ids import Id, derived_id
from shared.kernel.obligations import obligations_for
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from shared.kernel.terms import price_fault, shape_fault
from shared.kernel.values import said

NOT_MEDIATED = Refused("mediation_must_be_open", "the case is not in mediation now")


NOT_OPEN = Refused(
    "offer_must_still_be_open",
    "this offer was answered, withdrawn, has lapsed, or was never made",
    field="offer_id",
    cure="make an offer of your own",
)


class MakeOffer(Command):
    NAME: ClassVar[str] = "make_offer"

    terms: Terms


class AcceptOffer(Command):
    NAME: ClassVar[str] = "accept_offer"

    offer_id: Id


class DeclineOffer(Command):
    NAME: ClassVar[str] = "decline_offer"

    offer_id: Id
    reason: Words


class WithdrawOffer(Command):
    """Whoever made the offer takes it back before it binds; a mediator's, whoever mediates now."""

    NAME: ClassVar[str] = "withdraw_offer"

    offer_id: Id


class LapseOffer(Command):
    NAME: ClassVar[str] = "lapse_offer"

    offer_id: Id


def make_offer(command: MakeOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    if isinstance(state, Mediating) and state.offer and state.offer.offer_id == derived_id(command.id, "offer"):
        return []
    refusal = may_make_offer(command.by, command.at, state)
    if refusal or not isinstance(state, Mediating):
        return refusal or NOT_MEDIATED
    if fault := shape_fault(command.terms, state.file.price_paid) or price_fault(command.terms, state.file.price_paid):
        return fault
    rules, valid_until = state.file.rules, command.at + state.file.rules.windows.of("offer_valid")
    made = OfferMade(
        offer_id=derived_id(command.id, "offer"),
        made_by=command.by,
        terms=command.terms,
        valid_until=valid_until,
        remind_at=rules.remind(command.at, valid_until),
    )
    return [OfferLapsed(offer_id=state.offer.offer_id), made] if state.offer else [made]


def accept_offer(command: AcceptOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = _answered(command, state)
    if isinstance(found, Refused):
        return found
    mediating, offer, side = found
    if side in offer.accepted:
        return []
    accepted = OfferAccepted(offer_id=offer.offer_id, side=side)
    if offer.made_by.role in ADJUDICATORS and not offer.accepted:
        return [accepted]
    rules = mediating.file.rules
    owed = obligations_for(offer.terms, offer.offer_id, command.at, rules.windows)
    settled = SettlementReached(
        offer_id=offer.offer_id,
        terms=offer.terms,
        obligations=owed,
        remind_at=rules.remind_debtors(command.at, owed),
    )
    return [accepted, settled]


def decline_offer(command: DeclineOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = _answered(command, state)
    if isinstance(found, Refused):
        return found
    mediating, offer, side = found
    declined = OfferDeclined(offer_id=offer.offer_id, side=side, reason=command.reason)
    rules = mediating.file.rules
    if mediating.declined + 1 < rules.limits.declined_offers:
        return [declined]
    failed = MediationFailed(
        cause="offers_declined",
        reason=f"{rules.limits.declined_offers} offers were declined",
        ruling_due_at=command.at + rules.windows.of("ruling"),
        remind_at=rules.remind(command.at, command.at + rules.windows.of("ruling")),
    )
    return [declined, failed]


def withdraw_offer(command: WithdrawOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := may_withdraw_offer(command.by, command.at, state):
        return refusal
    offer = _open(command.offer_id, state)
    return [OfferWithdrawn(offer_id=offer.offer_id)] if offer else NOT_OPEN


def lapse_offer(command: LapseOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    offer = _open(command.offer_id, state)
    return [OfferLapsed(offer_id=offer.offer_id)] if offer and offer.valid_until <= command.at else []


def may_make_offer(by: Actor, at: datetime, state: Mediation) -> Refused | None:
    if refusal := _may_take_part(by, state):
        return refusal
    if not isinstance(state, Mediating):
        return NOT_MEDIATED
    if state.offer is None or state.offer.valid_until <= at:
        return None
    return Refused(
        "one_offer_at_a_time",
        f"an offer is open until {said(state.offer.valid_until)}",
        cure="accept or decline the open offer first, or wait until it lapses",
    )


def may_answer_offer(by: Actor, at: datetime, state: Mediation) -> Refused | None:
    answering = _answering(by, at, state)
    return answering if isinstance(answering, Refused) else None


def may_withdraw_offer(by: Actor, at: datetime, state: Mediation) -> Refused | None:
    if refusal := _may_take_part(by, state):
        return refusal
    if not isinstance(state, Mediating):
        return NOT_MEDIATED
    if state.offer is None or state.offer.valid_until <= at:
        return NOT_OPEN
    mediators = by.role in ADJUDICATORS and state.offer.made_by.role in ADJUDICATORS
    if mediators or by == state.offer.made_by:
        return None
    return Refused("offer_is_withdrawn_by_its_maker", "the caller did not make this offer", field="by")


def _may_take_part(by: Actor, state: Mediation) -> Refused | None:
    if by.role in ADJUDICATORS:
        return unless_assigned(by, state)
    side = side_asking(by, state)
    return side if isinstance(side, Refused) else None


def _open(offer_id: str, state: Mediation) -> OpenOffer | None:
    offer = state.offer if isinstance(state, Mediating) else None
    return offer if offer and offer.offer_id == offer_id else None


def _answering(by: Actor, at: datetime, state: Mediation) -> tuple[Mediating, OpenOffer, Side] | Refused:
    side = side_asking(by, state)
    if isinstance(side, Refused):
        return side
    if not isinstance(state, Mediating):
        return NOT_MEDIATED
    if state.offer is None or state.offer.valid_until <= at:
        return NOT_OPEN
    if state.offer.made_by == by:
        return Refused("offer_is_answered_by_the_other_side", "the caller made this offer", field="by")
    return state, state.offer, side


def _answered(command: AcceptOffer | DeclineOffer, state: Mediation) -> tuple[Mediating, OpenOffer, Side] | Refused:
    if isinstance(state, Mediating) and state.offer and state.offer.offer_id != command.offer_id:
        side = side_asking(command.by, state)
        return side if isinstance(side, Refused) else NOT_OPEN
    return _answering(command.by, command.at, state)
