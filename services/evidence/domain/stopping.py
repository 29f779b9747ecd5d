"""A withdrawn complaint shuts the file without a manifest; a case that is over takes no more requests."""

from collections.abc import Sequence
from typing import ClassVar

from services.evidence.domain.events import CaseEnded, CollectionStopped, EvidenceFact
from services.evidence.domain.evidence_file import Ended, EvidenceFile, NoFile, Stopped
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused


class StopCollection(Command):
    NAME: ClassVar[str] = "stop_collection"

    reason: str


class EndCase(Command):
    """The complaint is closed, or the appeal decided for good."""

    NAME: ClassVar[str] = "end_case"

    outcome: str


def stop(command: StopCollection, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if isinstance(state, NoFile | Stopped | Ended):
        return []
    return [CollectionStopped(reason=command.reason, stopped_at=command.at)]


def end(command: EndCase, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if isinstance(state, NoFile | Stopped | Ended):
        return []
    return [CaseEnded(outcome=command.outcome, ended_at=command.at)]
