"""When no appeal is left, its round is sealed as it stands: nobody need bring anything more for it."""

from collections.abc import Sequence
from typing import ClassVar

from services.evidence.domain.closing import seal
from services.evidence.domain.events import EvidenceFact
from services.evidence.domain.evidence_file import Collecting, EvidenceFile
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.items import Round
from shared.kernel.refusals import Refused


class EndAppealRound(Command):
    NAME: ClassVar[str] = "end_appeal_round"


def end_appeal_round(command: EndAppealRound, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Collecting(round=Round.APPEAL):
            return [seal(state, "appeal_withdrawn", command.at)]
        case _:
            return []
