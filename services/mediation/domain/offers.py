"""Either side or the mediator may put one offer at a time on the table; it binds once all it is made to accept."""

from collections.abc import Sequence
from typing import ClassVar

from services.mediation.domain.access import side_asking, unless_assigned
from services.mediation.domain.events import (
    MediationFact,
    MediationFailed,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    SettlementReached,
)
from services.mediation.domain.mediation import Mediating, Mediation, OpenOffer
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import ADJUDICATORS, Side
from shared.kernel.ids import Id, derived_id
from shared.kernel.obligations import obligations_for
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from shared.kernel.terms import price_fault, shape_fault
from shared.kernel.values import Moment

NOT_MEDIATED = Refused("mediation_must_be_open", "the case is not in mediation now")


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


class LapseOffer(Command):
    NAME: ClassVar[str] = "lapse_offer"

    offer_id: Id


def make_offer(command: MakeOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := _may_offer(command, state):
        return refusal
    if not isinstance(state, Mediating):
        return NOT_MEDIATED
    if fault := shape_fault(command.terms, state.file.price_paid) or price_fault(command.terms, state.file.price_paid):
        return fault
    made = OfferMade(
        offer_id=derived_id(command.id, "offer"),
        made_by=command.by,
        terms=command.terms,
        valid_until=command.at + state.file.rules.windows.of("offer_valid"),
    )
    return _placed(made, state.offer, command.at)


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
    owed = obligations_for(offer.terms, offer.offer_id, command.at, mediating.file.rules.windows)
    return [accepted, SettlementReached(offer_id=offer.offer_id, terms=offer.terms, obligations=owed)]


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
    )
    return [declined, failed]


def lapse_offer(command: LapseOffer, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    offer = _open(command.offer_id, state)
    return [OfferLapsed(offer_id=offer.offer_id)] if offer and offer.valid_until <= command.at else []


def _placed(made: OfferMade, standing: OpenOffer | None, at: Moment) -> Sequence[MediationFact] | Refused:
    if standing is None:
        return [made]
    if standing.offer_id == made.offer_id:
        return []
    if standing.valid_until <= at:
        return [OfferLapsed(offer_id=standing.offer_id), made]
    return Refused(
        "one_offer_at_a_time",
        f"an offer is open until {standing.valid_until.isoformat()}",
        cure="accept or decline the open offer first, or wait until it lapses",
    )


def _may_offer(command: Command, state: Mediation) -> Refused | None:
    if command.by.role in ADJUDICATORS:
        return unless_assigned(command, state)
    side = side_asking(command, state)
    return side if isinstance(side, Refused) else None


def _open(offer_id: str, state: Mediation) -> OpenOffer | None:
    offer = state.offer if isinstance(state, Mediating) else None
    return offer if offer and offer.offer_id == offer_id else None


def _answered(command: AcceptOffer | DeclineOffer, state: Mediation) -> tuple[Mediating, OpenOffer, Side] | Refused:
    side = side_asking(command, state)
    if isinstance(side, Refused):
        return side
    if not isinstance(state, Mediating):
        return NOT_MEDIATED
    offer = _open(command.offer_id, state)
    if offer is None or offer.valid_until <= command.at:
        return Refused(
            "offer_must_still_be_open",
            "this offer was answered, has lapsed, or was never made",
            field="offer_id",
            cure="make an offer of your own",
        )
    if offer.made_by == command.by:
        return Refused("offer_is_answered_by_the_other_side", "the caller made this offer", field="by")
    return state, offer, side
