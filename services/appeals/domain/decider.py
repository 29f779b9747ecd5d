"""Appeals, decided: every request a case can bring to this service and the one place that answers it."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.appeals.domain.appeal import Appeal, NoFile, evolve
from services.appeals.domain.assignment import AssignReviewer, NoteAppealEvidence, assign, note_appeal_evidence
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
from services.appeals.domain.review import DecideAppeal, NoteReviewOverdue, note_overdue, review
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.refusals import Refused

AppealsCommand: TypeAlias = (
    FirstRoundCommand | LodgeAppeal | NoteAppealEvidence | AssignReviewer | DecideAppeal | NoteReviewOverdue
)
COMMANDS: tuple[type[Command], ...] = (
    OpenFile,
    NoteMediator,
    NoteFirstEvidence,
    NoteRuling,
    NoteSettlement,
    LodgeAppeal,
    NoteAppealEvidence,
    AssignReviewer,
    DecideAppeal,
    NoteReviewOverdue,
)


def decide(command: AppealsCommand, state: Appeal) -> Sequence[AppealsFact] | Refused:
    match command:
        case OpenFile() | NoteMediator() | NoteFirstEvidence() | NoteRuling() | NoteSettlement():
            return remember(command, state)
        case LodgeAppeal():
            return lodge(command, state)
        case NoteAppealEvidence():
            return note_appeal_evidence(command, state)
        case AssignReviewer():
            return assign(command, state)
        case DecideAppeal():
            return review(command, state)
        case NoteReviewOverdue():
            return note_overdue(command, state)
        case _:
            assert_never(command)


APPEALS: Decider[AppealsCommand, Appeal, AppealsFact] = Decider(decide=decide, evolve=evolve, initial=NoFile())
