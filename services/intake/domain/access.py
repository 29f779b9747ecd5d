"""Who may ask: a party on its own case only, staff, and the platform for what it does by itself."""

from typing import assert_never

from services.intake.domain.case import NoCase, State
from shared.kernel.actors import ADJUDICATORS, Actor, Role, Side
from shared.kernel.refusals import Refused

STAFF = ADJUDICATORS | {Role.PLATFORM}


def only_the(side: Side, actor: Actor, state: State) -> Refused | None:
    """Refuses everyone but that side of this case, and everything on a stream that is no case."""
    if isinstance(state, NoCase):
        return _no_case()
    if state.parties.side_of(actor) is side:
        return None
    match side:
        case Side.BUYER:
            return Refused("only_the_buyer_may_do_this", detail="this is for the buyer of the case")
        case Side.SELLER:
            return Refused("only_the_seller_may_do_this", detail="this is for the seller of the case")
        case _:
            assert_never(side)


def only_a_party(actor: Actor, state: State) -> Refused | None:
    """Refuses everyone but the buyer and the seller of this case."""
    if isinstance(state, NoCase):
        return _no_case()
    if state.parties.side_of(actor):
        return None
    return Refused("only_a_party_may_do_this", detail="this is for the buyer and the seller of the case")


def only_staff(actor: Actor, state: State) -> Refused | None:
    """Refuses everyone but adjudicators and the platform."""
    if actor.role not in STAFF:
        return Refused("only_staff_may_do_this", detail=f"this is for staff, not for the role {actor.role}")
    return _no_case() if isinstance(state, NoCase) else None


def _no_case() -> Refused:
    return Refused("case_must_exist", detail="no case has this id", field="case_id")
