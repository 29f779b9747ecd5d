"""The buyer may withdraw at any time before the case is decided, even while it is suspended."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.intake.domain.access import only_the
from services.intake.domain.case import Closed, FailedNegotiation, InProcess, Negotiating, Rejected, State, beneath
from services.intake.domain.events import ComplaintClosed, ComplaintWithdrawn, IntakeFact
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Side
from shared.kernel.refusals import Refused


class WithdrawComplaint(Command):
    NAME: ClassVar[str] = "withdraw_complaint"

    reason: Words


def withdraw_complaint(command: WithdrawComplaint, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_withdraw(command.by, command.at, state):
        return refused
    if isinstance(state, Closed):
        return []
    return [ComplaintWithdrawn(reason=command.reason), ComplaintClosed(outcome="withdrawn")]


def may_withdraw(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    if refused := only_the(Side.BUYER, by, state):
        return refused
    match beneath(state):
        # An appeal that is heard before its ruling tells that there is a ruling.
        case InProcess(appeals=appeals) if appeals.heard:
            return _decided()
        case Negotiating() | FailedNegotiation() | Rejected() | InProcess() | Closed(outcome="withdrawn"):
            return None
        case _:
            return _decided()


def _decided() -> Refused:
    return Refused("complaint_is_withdrawn_before_a_decision", detail="the case is decided or closed")
