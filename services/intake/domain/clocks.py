"""What runs out on a case while intake has it: the seller's answer, the time to appeal, and a suspension."""

from services.intake.domain.case import Negotiating, Ruled, State, Suspended
from shared.kernel.actors import Role, Side
from shared.kernel.clocks import Clock

ANSWER = "negotiation_answer"
APPEAL_WINDOW = "appeal_window"
SUSPENSION_END = "suspension_end"
PERSON_ERASURE = "person_erasure"


def running(state: State) -> tuple[Clock, ...]:
    """Every duty that runs now, with its owner and what follows. On a suspended case only its end runs."""
    match state:
        case Negotiating(offer=None):
            consequence = "the negotiation counts as failed for want of an answer, and the buyer may file a complaint"
            return (Clock(kind=ANSWER, owner=Side.SELLER, due_at=state.answer_by, consequence=consequence),)
        case Ruled(window_closed=False, final=False):
            consequence = "the ruling becomes final unless an appeal is open"
            return (Clock(kind=APPEAL_WINDOW, owner=Role.PLATFORM, due_at=state.appeal_until, consequence=consequence),)
        case Suspended():
            consequence = "the case goes on, and every clock of it with what was left"
            return (Clock(kind=SUSPENSION_END, owner=Role.PLATFORM, due_at=state.until, consequence=consequence),)
        case _:
            return ()
