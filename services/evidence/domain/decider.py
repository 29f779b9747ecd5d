"""Everything that can be asked of an evidence file, and the decision each request leads to."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.evidence.domain.clocks import Remind, remind
from services.evidence.domain.closing import (
    CloseOnDue,
    CloseOnWithdrawal,
    FinishEvidence,
    close_on_due,
    close_on_withdrawal,
    finish,
)
from services.evidence.domain.disclosing import AcknowledgeDisclosure, acknowledge
from services.evidence.domain.drafting import (
    DiscardDraft,
    SaveDraft,
    SubmitDraft,
    discard_draft,
    save_draft,
    submit_draft,
)
from services.evidence.domain.events import EvidenceFact
from services.evidence.domain.evidence_file import EvidenceFile, NoFile
from services.evidence.domain.evolving import evolve
from services.evidence.domain.opening import OpenRound, open_round
from services.evidence.domain.requesting import RequestEvidence, RequestExplanation, request, request_explanation
from services.evidence.domain.screening import RecordScreening, record
from services.evidence.domain.stopping import EndCase, StopCollection, end, stop
from services.evidence.domain.submitting import SubmitEvidence, submit
from services.evidence.domain.suspending import ResumeCase, SuspendCase, resume, suspend
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.refusals import Refused

PartyCommand: TypeAlias = (
    SubmitEvidence | SaveDraft | SubmitDraft | DiscardDraft | AcknowledgeDisclosure | FinishEvidence
)
StaffCommand: TypeAlias = RequestEvidence | RequestExplanation
PlatformCommand: TypeAlias = (
    OpenRound
    | CloseOnDue
    | CloseOnWithdrawal
    | Remind
    | SuspendCase
    | ResumeCase
    | StopCollection
    | EndCase
    | RecordScreening
)
EvidenceCommand: TypeAlias = PartyCommand | StaffCommand | PlatformCommand

COMMANDS: tuple[type[Command], ...] = (
    OpenRound,
    RequestEvidence,
    RequestExplanation,
    SubmitEvidence,
    SaveDraft,
    SubmitDraft,
    DiscardDraft,
    AcknowledgeDisclosure,
    FinishEvidence,
    CloseOnDue,
    CloseOnWithdrawal,
    Remind,
    SuspendCase,
    ResumeCase,
    StopCollection,
    EndCase,
    RecordScreening,
)


def decide(command: EvidenceCommand, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    match command:
        case RequestEvidence():
            return request(command, state)
        case RequestExplanation():
            return request_explanation(command, state)
        case (
            SubmitEvidence() | SaveDraft() | SubmitDraft() | DiscardDraft() | AcknowledgeDisclosure() | FinishEvidence()
        ):
            return _for_a_party(command, state)
        case _:
            return _for_the_platform(command, state)


def _for_a_party(command: PartyCommand, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    match command:
        case SubmitEvidence():
            return submit(command, state)
        case SaveDraft():
            return save_draft(command, state)
        case SubmitDraft():
            return submit_draft(command, state)
        case DiscardDraft():
            return discard_draft(command, state)
        case AcknowledgeDisclosure():
            return acknowledge(command, state)
        case FinishEvidence():
            return finish(command, state)
        case _:
            assert_never(command)


def _for_the_platform(command: PlatformCommand, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:  # noqa: PLR0911
    match command:
        case OpenRound():
            return open_round(command, state)
        case CloseOnDue():
            return close_on_due(command, state)
        case CloseOnWithdrawal():
            return close_on_withdrawal(command, state)
        case Remind():
            return remind(command, state)
        case SuspendCase():
            return suspend(command, state)
        case ResumeCase():
            return resume(command, state)
        case StopCollection():
            return stop(command, state)
        case EndCase():
            return end(command, state)
        case RecordScreening():
            return record(command, state)
        case _:
            assert_never(command)


EVIDENCE: Decider[EvidenceCommand, EvidenceFile, EvidenceFact] = Decider(decide=decide, evolve=evolve, initial=NoFile())
