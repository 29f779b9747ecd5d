"""What falls due on an evidence file, as the command it fires."""

from datetime import datetime

from services.evidence.domain.clocks import Remind
from services.evidence.domain.closing import CloseOnDue
from shared.eventing.agenda import Due, cause_of, clock_of
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM


def command_for(due: Due, stream: str, at: datetime) -> Command:
    """The command of a due row; raises LookupError for a kind this service never sets."""
    match due.kind:
        case "evidence_due" | "rebuttal_due":
            return CloseOnDue(id=cause_of(stream, due), case_id=stream, at=at, by=SYSTEM)
        case "reminder":
            clock, key = clock_of(due)
            return Remind(id=cause_of(stream, due), case_id=stream, at=at, by=SYSTEM, clock=clock, key=key)
        case _:
            raise LookupError(f"evidence has no deadline of kind {due.kind}")
