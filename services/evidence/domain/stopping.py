"""When the complaint is withdrawn the file is shut: nothing enters any more and no manifest is published."""

from collections.abc import Sequence
from typing import ClassVar

from services.evidence.domain.events import CollectionStopped, EvidenceFact
from services.evidence.domain.evidence_file import EvidenceFile, NoFile, Stopped
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused


class StopCollection(Command):
    NAME: ClassVar[str] = "stop_collection"

    reason: str


def stop(command: StopCollection, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if isinstance(state, NoFile | Stopped):
        return []
    return [CollectionStopped(reason=command.reason, stopped_at=command.at)]
