"""Mediation fails when the mediator says so or its deadline passes; then a ruling is due, and its lateness is noted."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.events import MediationFact, MediationFailed, RulingOverdueNoted
from services.mediation.domain.mediation import AwaitingRuling, Mediating, Mediation
from services.mediation.domain.offers import NOT_MEDIATED
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused


class FailMediation(Command):
    NAME: ClassVar[str] = "fail_mediation"

    reason: Words


class CloseOverdueMediation(Command):
    NAME: ClassVar[str] = "close_overdue_mediation"


class NoteRulingOverdue(Command):
    NAME: ClassVar[str] = "note_ruling_overdue"


def fail_mediation(command: FailMediation, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := unless_assigned(command, state):
        return refusal
    match state:
        case Mediating():
            return [_failed(command, state, "mediator", command.reason)]
        case AwaitingRuling():
            return []
        case _:
            return NOT_MEDIATED


def close_overdue_mediation(command: CloseOverdueMediation, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if isinstance(state, Mediating) and state.due_at <= command.at:
        return [_failed(command, state, "deadline", "no agreement was reached by the mediation deadline")]
    return []


def note_ruling_overdue(command: NoteRulingOverdue, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if isinstance(state, AwaitingRuling) and not state.overdue_noted and state.due_at <= command.at:
        return [RulingOverdueNoted(adjudicator=state.adjudicator, due_at=state.due_at)]
    return []


def _failed(command: Command, state: Mediating, cause: Literal["mediator", "deadline"], reason: str) -> MediationFailed:
    due_at = command.at + state.file.rules.windows.of("ruling")
    return MediationFailed(cause=cause, reason=reason, ruling_due_at=due_at)
