"""A suspended case rests: no clock of its evidence runs, nobody can add to it, and it goes on with what was left."""

from collections.abc import Sequence
from typing import ClassVar

from services.evidence.domain.events import CaseResumed, CaseSuspended, EvidenceFact
from services.evidence.domain.evidence_file import Collecting, EvidenceFile, Sealed, Suspended
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused


class SuspendCase(Command):
    NAME: ClassVar[str] = "suspend_case"


class ResumeCase(Command):
    NAME: ClassVar[str] = "resume_case"


def suspend(command: SuspendCase, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    return [CaseSuspended(suspended_at=command.at)] if isinstance(state, Collecting | Sealed) else []


def resume(command: ResumeCase, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    return [CaseResumed(suspended_at=state.since, resumed_at=command.at)] if isinstance(state, Suspended) else []
