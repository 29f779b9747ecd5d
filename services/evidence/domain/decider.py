"""Everything that can be asked of an evidence file, and the decision each request leads to."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.evidence.domain.closing import CloseOnDue, FinishEvidence, close_on_due, finish
from services.evidence.domain.disclosing import AcknowledgeDisclosure, acknowledge
from services.evidence.domain.events import EvidenceFact
from services.evidence.domain.evidence_file import EvidenceFile, NoFile, evolve
from services.evidence.domain.opening import OpenRound, open_round
from services.evidence.domain.requesting import RequestEvidence, request
from services.evidence.domain.stopping import StopCollection, stop
from services.evidence.domain.submitting import SubmitEvidence, submit
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.refusals import Refused

EvidenceCommand: TypeAlias = (
    OpenRound | RequestEvidence | SubmitEvidence | AcknowledgeDisclosure | FinishEvidence | CloseOnDue | StopCollection
)

COMMANDS: tuple[type[Command], ...] = (
    OpenRound,
    RequestEvidence,
    SubmitEvidence,
    AcknowledgeDisclosure,
    FinishEvidence,
    CloseOnDue,
    StopCollection,
)


def decide(command: EvidenceCommand, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:  # noqa: PLR0911
    match command:
        case OpenRound():
            return open_round(command, state)
        case RequestEvidence():
            return request(command, state)
        case SubmitEvidence():
            return submit(command, state)
        case AcknowledgeDisclosure():
            return acknowledge(command, state)
        case FinishEvidence():
            return finish(command, state)
        case CloseOnDue():
            return close_on_due(command, state)
        case StopCollection():
            return stop(command, state)
        case _:
            assert_never(command)


EVIDENCE: Decider[EvidenceCommand, EvidenceFile, EvidenceFact] = Decider(decide=decide, evolve=evolve, initial=NoFile())
