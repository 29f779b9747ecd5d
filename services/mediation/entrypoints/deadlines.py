"""What mediation asks of itself when something falls due."""

from datetime import datetime

from services.mediation.domain.assignment import AssignAdjudicator
from services.mediation.domain.compliance import ConfirmBySilence, EnforceObligation
from services.mediation.domain.failing import CloseOverdueMediation, NoteRulingOverdue
from services.mediation.domain.offers import LapseOffer
from services.mediation.domain.reminding import Remind
from shared.eventing.agenda import Due, cause_of, clock_of
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM


def command_for(due: Due, stream: str, at: datetime) -> Command:  # noqa: PLR0911 - one arm per kind
    """The command of a due row. Its id follows from the row, so firing twice asks once."""
    cause = cause_of(stream, due)
    match due.kind:
        case "assignment":
            # The handler puts the roster of the moment in place of this empty one.
            return AssignAdjudicator(id=cause, case_id=stream, at=at, by=SYSTEM, roster=())
        case "offer_lapse":
            return LapseOffer(id=cause, case_id=stream, at=at, by=SYSTEM, offer_id=due.key)
        case "mediation_due":
            return CloseOverdueMediation(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "ruling_due":
            return NoteRulingOverdue(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "confirmation":
            return ConfirmBySilence(id=cause, case_id=stream, at=at, by=SYSTEM, obligation_id=due.key)
        case "comply_by":
            return EnforceObligation(id=cause, case_id=stream, at=at, by=SYSTEM, obligation_id=due.key)
        case "reminder":
            clock, key = clock_of(due)
            return Remind(id=cause, case_id=stream, at=at, by=SYSTEM, clock=clock, key=key, row=due.key)
        case _:
            raise LookupError(f"mediation knows no deadline called {due.kind}")
