"""What appeals asks of itself when an instant comes due."""

from datetime import datetime

from services.appeals.domain.assignment import AssignReviewer
from services.appeals.domain.overdue import NoteAssignmentOverdue, NoteReviewOverdue
from services.appeals.domain.reminding import Remind
from shared.eventing.agenda import Due, cause_of, clock_of
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM


def command_for(due: Due, stream: str, at: datetime) -> Command:
    """The command of a due row; raises LookupError for a kind this service never sets."""
    cause = cause_of(stream, due)
    match due.kind:
        case "review_assignment":
            # The handler gathers the roster; an empty one is refused, never obeyed.
            return AssignReviewer(id=cause, case_id=stream, at=at, by=SYSTEM, roster=())
        case "assignment_due":
            return NoteAssignmentOverdue(id=cause, case_id=stream, at=at, by=SYSTEM)
        case "review_due":
            return NoteReviewOverdue(id=cause, case_id=stream, at=at, by=SYSTEM, roster=())
        case "reminder":
            clock, key = clock_of(due)
            return Remind(id=cause, case_id=stream, at=at, by=SYSTEM, clock=clock, key=key)
        case _:
            raise LookupError(f"appeals has no deadline of kind {due.kind}")
