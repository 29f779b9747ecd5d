"""What callers may ask of intake, by HTTP and by topic."""

from services.intake.domain.erasing import ErasePerson
from services.intake.domain.filing import FileComplaint
from services.intake.domain.negotiating import (
    AcceptNegotiatedOffer,
    DeclineNegotiatedOffer,
    OfferInNegotiation,
    OpenNegotiation,
    RefuseInNegotiation,
)
from services.intake.domain.suspending import ConsentToSuspension, ResumeComplaint, SuspendComplaint
from services.intake.domain.urging import Urge
from services.intake.domain.withdrawing import WithdrawComplaint
from shared.eventing.messages import Command

OPEN: tuple[type[Command], ...] = (
    OpenNegotiation,
    OfferInNegotiation,
    RefuseInNegotiation,
    AcceptNegotiatedOffer,
    DeclineNegotiatedOffer,
    FileComplaint,
    WithdrawComplaint,
    ConsentToSuspension,
    SuspendComplaint,
    ResumeComplaint,
    Urge,
    ErasePerson,
)
