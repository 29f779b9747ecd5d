"""What appeals asks of itself when an instant comes due."""

from datetime import datetime

from services.appeals.domain.assignment import AssignReviewer
from services.appeals.domain.review import NoteReviewOverdue
from shared.eventing.agenda import Due, cause_of
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM


def command_for(due: Due, stream: str, at: datetime) -> Command:
    """The command of a due row; raises LookupError for a kind this service never sets."""
    cause = cause_of(stream, due)
    match due.kind:
        case "review_assignment":
            # The handler gathers the roster; an empty one is refused, never obeyed.
            return AssignReviewer(id=cause, case_id=stream, at=at, by=SYSTEM, roster=())
        case "review_due":
            return NoteReviewOverdue(id=cause, case_id=stream, at=at, by=SYSTEM)
        case _:
            raise LookupError(f"appeals has no deadline of kind {due.kind}")
