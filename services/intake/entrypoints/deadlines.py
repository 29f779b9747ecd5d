"""What intake does when something falls due."""

from datetime import datetime

from services.intake.domain.appealing import CloseAppealWindow
from services.intake.domain.erasing import NotePersonErased
from services.intake.domain.negotiating import LapseNegotiation
from services.intake.domain.reminding import Remind
from services.intake.domain.suspending import EndSuspension
from shared.eventing.agenda import Due, cause_of, clock_of
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM


def command_for(due: Due, stream: str, at: datetime) -> Command:
    """The command that a due row fires; raises LookupError for a kind this service never sets."""
    cause = cause_of(stream, due)
    match due.kind:
        case "negotiation_answer":
            return LapseNegotiation(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "appeal_window":
            return CloseAppealWindow(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "suspension_end":
            return EndSuspension(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "person_erasure":
            return NotePersonErased(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "reminder":
            clock, key = clock_of(due)
            return Remind(id=cause, case_id=stream, at=at, by=SYSTEM, clock=clock, key=key)
        case _:
            message = f"intake sets no deadline of kind {due.kind}"
            raise LookupError(message)
