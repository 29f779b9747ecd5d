"""A reviewer who is silent loses the appeal to another independent one; a search for one that lasts is reported."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

from services.appeals.domain.assignment import assigned, best_reviewer
from services.appeals.domain.events import AppealsFact, AssignmentOverdueNoted, ReviewOverdueNoted
from services.appeals.domain.standing import Ready, Running, UnderReview
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused
from shared.kernel.roster import RosterEntry


class NoteReviewOverdue(Command):
    NAME: ClassVar[str] = "note_review_overdue"

    roster: Annotated[tuple[RosterEntry, ...], Given()]


class NoteAssignmentOverdue(Command):
    NAME: ClassVar[str] = "note_assignment_overdue"


def note_overdue(command: NoteReviewOverdue, state: Running) -> Sequence[AppealsFact] | Refused:
    """Each reviewer gets the whole time. Where nobody else is independent, the same one stays and is reported again."""
    if refused := only_the_platform(command.by):
        return refused
    if not isinstance(state, UnderReview) or state.look_at is None or command.at < state.look_at:
        return []
    chosen = best_reviewer(command.roster, state)
    if chosen is None:
        next_at = command.at + timedelta(hours=state.file.rules.review)
        return [ReviewOverdueNoted(reviewer=state.reviewer, due_at=state.due_at, next_at=next_at)]
    noted = ReviewOverdueNoted(reviewer=state.reviewer, due_at=state.due_at, reassigned=True)
    return [noted, assigned(chosen, command.at, state)]


def note_assignment_overdue(command: NoteAssignmentOverdue, state: Running) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if not isinstance(state, Ready) or state.assign_by is None or command.at < state.assign_by:
        return []
    next_at = command.at + timedelta(hours=state.file.rules.review_assignment)
    return [AssignmentOverdueNoted(due_at=state.assign_by, next_at=next_at)]
