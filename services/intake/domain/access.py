"""Who may ask: a party on its own case only, and the platform for what it does by itself."""

from typing import assert_never

from services.intake.domain.case import KnownOrder, Nothing, State
from shared.kernel.actors import Actor, Side
from shared.kernel.refusals import Refused


def only_the(side: Side, actor: Actor, state: State) -> Refused | None:
    """Refuses everyone but that side of this case, and everything on a stream that is no case."""
    if isinstance(state, Nothing | KnownOrder):
        return Refused("case_must_exist", field="case_id")
    if state.parties.side_of(actor) is side:
        return None
    match side:
        case Side.BUYER:
            return Refused("only_the_buyer_may_do_this", detail="this is for the buyer of the case")
        case Side.SELLER:
            return Refused("only_the_seller_may_do_this", detail="this is for the seller of the case")
        case _:
            assert_never(side)
