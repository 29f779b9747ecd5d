"""What an actor may do on a case now, and why not: the guards of the decisions, asked beforehand."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from services.intake.domain.case import State
from services.intake.domain.erasing import ErasePerson, may_erase
from services.intake.domain.filing import FileComplaint, may_file
from services.intake.domain.negotiating import (
    AcceptNegotiatedOffer,
    DeclineNegotiatedOffer,
    OfferInNegotiation,
    OpenNegotiation,
    RefuseInNegotiation,
    may_accept,
    may_answer,
    may_decline,
    may_open,
)
from services.intake.domain.suspending import (
    ConsentToSuspension,
    ResumeComplaint,
    SuspendComplaint,
    may_consent,
    may_resume,
    may_suspend,
)
from services.intake.domain.urging import Urge, may_urge
from services.intake.domain.withdrawing import WithdrawComplaint, may_withdraw
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused

Guard: TypeAlias = Callable[[Actor, datetime, State], Refused | None]

GUARDS: Mapping[str, Guard] = {
    OpenNegotiation.NAME: may_open,
    OfferInNegotiation.NAME: may_answer,
    RefuseInNegotiation.NAME: may_answer,
    AcceptNegotiatedOffer.NAME: may_accept,
    DeclineNegotiatedOffer.NAME: may_decline,
    FileComplaint.NAME: may_file,
    WithdrawComplaint.NAME: may_withdraw,
    ConsentToSuspension.NAME: may_consent,
    SuspendComplaint.NAME: may_suspend,
    ResumeComplaint.NAME: may_resume,
    Urge.NAME: may_urge,
    ErasePerson.NAME: may_erase,
}


def allowed(by: Actor, at: datetime, state: State) -> Mapping[str, Refused | None]:
    """For each command that callers may send: None, or the refusal it would meet before its body is looked at."""
    return {name: guard(by, at, state) for name, guard in GUARDS.items()}
