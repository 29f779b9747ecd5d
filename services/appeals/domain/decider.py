"""Appeals, decided: every request a case can bring to this service and the one place that answers it."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.appeals.domain.appeal import evolve
from services.appeals.domain.appeal_evidence import NoteAppealEvidence, note_appeal_evidence
from services.appeals.domain.assignment import AssignReviewer, assign
from services.appeals.domain.events import AppealsFact
from services.appeals.domain.first_round import (
    FirstRoundCommand,
    NoteFirstEvidence,
    NoteMediator,
    NoteRuling,
    NoteSettlement,
    OpenFile,
    remember,
)
from services.appeals.domain.lodging import LodgeAppeal, lodge
from services.appeals.domain.overdue import (
    NoteAssignmentOverdue,
    NoteReviewOverdue,
    note_assignment_overdue,
    note_overdue,
)
from services.appeals.domain.pausing import PauseCommand, ResumeCase, SuspendCase, pause
from services.appeals.domain.reminding import Remind, remind
from services.appeals.domain.review import DecideAppeal, review
from services.appeals.domain.standing import Appeal, NoFile, Running, Suspended
from services.appeals.domain.withdrawal import WithdrawAppeal, withdraw
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.access import case_must_not_be_suspended, only_the_platform
from shared.kernel.refusals import Refused

Asked: TypeAlias = LodgeAppeal | WithdrawAppeal | DecideAppeal
Heard: TypeAlias = FirstRoundCommand | NoteAppealEvidence
Fired: TypeAlias = AssignReviewer | NoteAssignmentOverdue | NoteReviewOverdue | Remind
AppealsCommand: TypeAlias = Asked | Heard | Fired | PauseCommand
COMMANDS: tuple[type[Command], ...] = (
    OpenFile,
    NoteMediator,
    NoteFirstEvidence,
    NoteRuling,
    NoteSettlement,
    LodgeAppeal,
    WithdrawAppeal,
    NoteAppealEvidence,
    AssignReviewer,
    NoteAssignmentOverdue,
    DecideAppeal,
    NoteReviewOverdue,
    Remind,
    SuspendCase,
    ResumeCase,
)


def decide(command: AppealsCommand, state: Appeal) -> Sequence[AppealsFact] | Refused:
    match command:
        case SuspendCase() | ResumeCase():
            return pause(command, state)
        case _:
            return _while_suspended(command, state) if isinstance(state, Suspended) else _while_running(command, state)


def _while_suspended(command: Asked | Heard | Fired, state: Suspended) -> Sequence[AppealsFact] | Refused:
    """Nobody acts and nothing falls due; what is heard is noted as if it had come when the clocks stopped."""
    match command:
        case LodgeAppeal() | WithdrawAppeal() | DecideAppeal():
            return case_must_not_be_suspended(state.since)
        case AssignReviewer() | NoteAssignmentOverdue() | NoteReviewOverdue() | Remind():
            return only_the_platform(command.by) or []
        case _:
            stopped = command.model_copy(update={"at": min(command.at, state.since)})
            return _while_running(stopped, state.case)


def _while_running(command: Asked | Heard | Fired, state: Running) -> Sequence[AppealsFact] | Refused:
    match command:
        case OpenFile() | NoteMediator() | NoteFirstEvidence() | NoteRuling() | NoteSettlement():
            return remember(command, state)
        case NoteAppealEvidence():
            return note_appeal_evidence(command, state)
        case LodgeAppeal() | WithdrawAppeal() | DecideAppeal():
            return _answer(command, state)
        case AssignReviewer() | NoteAssignmentOverdue() | NoteReviewOverdue() | Remind():
            return _fire(command, state)
        case _:
            assert_never(command)


def _answer(command: Asked, state: Running) -> Sequence[AppealsFact] | Refused:
    match command:
        case LodgeAppeal():
            return lodge(command, state)
        case WithdrawAppeal():
            return withdraw(command, state)
        case DecideAppeal():
            return review(command, state)
        case _:
            assert_never(command)


def _fire(command: Fired, state: Running) -> Sequence[AppealsFact] | Refused:
    match command:
        case AssignReviewer():
            return assign(command, state)
        case NoteAssignmentOverdue():
            return note_assignment_overdue(command, state)
        case NoteReviewOverdue():
            return note_overdue(command, state)
        case Remind():
            return remind(command, state)
        case _:
            assert_never(command)


APPEALS: Decider[AppealsCommand, Appeal, AppealsFact] = Decider(decide=decide, evolve=evolve, initial=NoFile())
