"""Mediation fails when the mediator says so or its deadline passes; then a ruling is due.

An adjudicator who lets an instant pass is replaced: at the first one by another of the same role, at the second by a
specialist. A third one is only reported, for then nobody on the roster is left who would do it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.events import (
    Consequence,
    MediationFact,
    MediationFailed,
    MediationOverdueNoted,
    RulingOverdueNoted,
)
from services.mediation.domain.handover import sought
from services.mediation.domain.offers import NOT_MEDIATED
from services.mediation.domain.standing import AwaitingRuling, Mediating, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Role
from shared.kernel.refusals import Refused


class FailMediation(Command):
    NAME: ClassVar[str] = "fail_mediation"

    reason: Words


class CloseOverdueMediation(Command):
    NAME: ClassVar[str] = "close_overdue_mediation"


class NoteRulingOverdue(Command):
    NAME: ClassVar[str] = "note_ruling_overdue"


def may_fail_mediation(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    if refusal := unless_assigned(by, state):
        return refusal
    return None if isinstance(state, Mediating | AwaitingRuling) else NOT_MEDIATED


def fail_mediation(command: FailMediation, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := may_fail_mediation(command.by, command.at, state):
        return refusal
    return [_failed(command, state, "mediator", command.reason)] if isinstance(state, Mediating) else []


def close_overdue_mediation(command: CloseOverdueMediation, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Mediating) or state.due_at is None or state.due_at > command.at:
        return []
    failed = _failed(command, state, "deadline", "no agreement was reached by the mediation deadline")
    if not state.silent:
        return [failed]
    noted = MediationOverdueNoted(adjudicator=state.adjudicator, due_at=state.due_at, consequence="reassigned")
    return [failed, noted, sought(state, "silent", "the mediator did nothing until the deadline", command.by)]


def note_ruling_overdue(command: NoteRulingOverdue, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, AwaitingRuling) or state.due_at is None or state.due_at > command.at:
        return []
    consequence = _consequence(state)
    last = consequence == "reported"
    next_due_at = None if last else command.at + state.file.rules.windows.of("ruling")
    noted = RulingOverdueNoted(
        adjudicator=state.adjudicator,
        due_at=state.due_at,
        consequence=consequence,
        next_due_at=next_due_at,
        remind_at=state.file.rules.remind(command.at, next_due_at),
    )
    if last:
        return [noted]
    successor = sought(state, "silent", "no ruling by its due instant", command.by)
    if consequence == "raised_to_specialist":
        successor = successor.model_copy(update={"role": Role.SPECIALIST})
    return [noted, successor]


def _consequence(state: AwaitingRuling) -> Consequence:
    steps: tuple[Consequence, ...] = ("reassigned", "raised_to_specialist", "reported")
    step = steps[min(state.missed, len(steps) - 1)]
    raised = step == "raised_to_specialist" and state.adjudicator.role is Role.SPECIALIST
    return "reassigned" if raised else step


def _failed(command: Command, state: Mediating, cause: Literal["mediator", "deadline"], reason: str) -> MediationFailed:
    due_at = command.at + state.file.rules.windows.of("ruling")
    return MediationFailed(
        cause=cause, reason=reason, ruling_due_at=due_at, remind_at=state.file.rules.remind(command.at, due_at)
    )
