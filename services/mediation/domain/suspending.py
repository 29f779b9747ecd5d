"""A suspended case stands still: nobody may act on it, and when it resumes every clock has what was left of it.

What other services tell meanwhile is noted, and counts as of the moment the case stopped.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, assert_never

from services.mediation.domain.events import CaseResumed, CaseSuspended, MediationFact
from services.mediation.domain.obligations import moved
from services.mediation.domain.standing import (
    AwaitingRuling,
    Complying,
    FileOpen,
    Mediating,
    Mediation,
    Queued,
    Running,
    Suspended,
)
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.clocks import shifted
from shared.kernel.refusals import Refused


class SuspendCase(Command):
    NAME: ClassVar[str] = "suspend_case"


class ResumeCase(Command):
    NAME: ClassVar[str] = "resume_case"


def suspend_case(command: SuspendCase, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    running = isinstance(state, FileOpen | Queued | Mediating | AwaitingRuling | Complying)
    return [CaseSuspended(suspended_at=command.at)] if running else []


def resume_case(command: ResumeCase, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Suspended):
        return []
    return [CaseResumed(suspended_at=state.since, resumed_at=max(command.at, state.since))]


def held_until(state: Mediation, fact: CaseSuspended) -> Mediation:
    """The case as it stands still."""
    if isinstance(state, FileOpen | Queued | Mediating | AwaitingRuling | Complying):
        return Suspended(state.file, held=state, since=fact.suspended_at)
    return state


def moved_on(state: Mediation, fact: CaseResumed) -> Mediation:
    """The case running again, every instant of it later by the time it stood still."""
    return _moved(state.held, fact.resumed_at - fact.suspended_at) if isinstance(state, Suspended) else state


def _moved(held: Running, by: timedelta) -> Running:
    match held:
        case FileOpen() | Queued():
            return held
        case Mediating(offer=offer):
            later = offer and replace(offer, valid_until=offer.valid_until + by)
            return replace(held, due_at=shifted(held.due_at, by), since=held.since + by, offer=later)
        case AwaitingRuling():
            return replace(held, due_at=shifted(held.due_at, by), since=held.since + by)
        case Complying(stay=stay):
            rested = stay and replace(stay, since=stay.since + by)
            return replace(held, debts=tuple(moved(debt, by) for debt in held.debts), stay=rested)
        case _:
            assert_never(held)
