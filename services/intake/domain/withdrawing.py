"""The buyer may withdraw at any time before the case is decided."""

from collections.abc import Sequence
from typing import ClassVar

from services.intake.domain.access import only_the
from services.intake.domain.case import Closed, FailedNegotiation, InProcess, Negotiating, Rejected, State
from services.intake.domain.events import ComplaintClosed, ComplaintWithdrawn, IntakeFact
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Side
from shared.kernel.refusals import Refused


class WithdrawComplaint(Command):
    NAME: ClassVar[str] = "withdraw_complaint"

    reason: Words


def withdraw_complaint(command: WithdrawComplaint, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the(Side.BUYER, command.by, state):
        return refused
    match state:
        # An appeal that is heard before its ruling tells that there is a ruling.
        case InProcess() if state.appeals.heard:
            return _decided()
        case Negotiating() | FailedNegotiation() | Rejected() | InProcess():
            return [ComplaintWithdrawn(reason=command.reason), ComplaintClosed(outcome="withdrawn")]
        case Closed(outcome="withdrawn"):
            return []
        case _:
            return _decided()


def _decided() -> Refused:
    return Refused("complaint_is_withdrawn_before_a_decision", detail="the case is decided or closed")
