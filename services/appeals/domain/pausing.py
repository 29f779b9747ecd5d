"""While a case is suspended nobody acts and no clock runs; afterwards each clock has what was left of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, TypeAlias, assert_never

from services.appeals.domain.case_file import ContestedRuling
from services.appeals.domain.events import AppealsFact, CaseResumed, CaseSuspended
from services.appeals.domain.standing import (
    Appeal,
    Appealable,
    Final,
    Known,
    NoFile,
    Ready,
    Ruled,
    Running,
    Settled,
    Suspended,
    UnderAppeal,
    UnderReview,
)
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.clocks import shifted
from shared.kernel.refusals import Refused


class SuspendCase(Command):
    NAME: ClassVar[str] = "suspend_case"


class ResumeCase(Command):
    NAME: ClassVar[str] = "resume_case"


PauseCommand: TypeAlias = SuspendCase | ResumeCase


def pause(command: PauseCommand, state: Appeal) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match command:
        case SuspendCase():
            return [CaseSuspended(suspended_at=command.at)] if _can_pause(state) else []
        case ResumeCase():
            if not isinstance(state, Suspended):
                return []
            return [CaseResumed(suspended_at=state.since, resumed_at=command.at)]
        case _:
            assert_never(command)


def moved(case: Running, by: timedelta) -> Running:
    """The case with every due instant later."""
    match case:
        case NoFile() | Known() | Settled() | Final():
            return case
        case Appealable():
            return replace(case, ruling=_later(case, by))
        case UnderAppeal():
            return replace(case, ruling=_later(case, by), evidence_due_at=case.evidence_due_at + by)
        case Ready():
            return replace(
                case,
                ruling=_later(case, by),
                evidence_due_at=case.evidence_due_at + by,
                assign_by=shifted(case.assign_by, by),
            )
        case UnderReview():
            return replace(
                case,
                ruling=_later(case, by),
                evidence_due_at=case.evidence_due_at + by,
                due_at=case.due_at + by,
                look_at=shifted(case.look_at, by),
            )
        case _:
            assert_never(case)


def _can_pause(state: Appeal) -> bool:
    return isinstance(state, Known | Appealable | UnderAppeal | Ready | UnderReview)


def _later(case: Ruled, by: timedelta) -> ContestedRuling:
    owed = (one.model_copy(update={"comply_by": shifted(one.comply_by, by)}) for one in case.ruling.obligations)
    return case.ruling.model_copy(update={"appeal_until": case.ruling.appeal_until + by, "obligations": tuple(owed)})
