"""What somebody may do with the file now, by the guards of the decisions themselves, and why not."""

from collections.abc import Mapping
from datetime import datetime

from services.evidence.domain.access import party_and_file
from services.evidence.domain.closing import FinishEvidence, may_finish
from services.evidence.domain.disclosing import AcknowledgeDisclosure
from services.evidence.domain.drafting import DiscardDraft, SaveDraft, SubmitDraft, may_save
from services.evidence.domain.evidence_file import EvidenceFile
from services.evidence.domain.requesting import RequestEvidence, RequestExplanation, may_request
from services.evidence.domain.submitting import SubmitEvidence, may_submit
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused


def allowed(by: Actor, at: datetime, state: EvidenceFile) -> Mapping[str, Refused | None]:  # noqa: ARG001
    """By the name of each command that callers can send: why not, or None. No rule here depends on the time."""
    asking = _why_not(may_request(by, state))
    bringing = _why_not(may_submit(by, state))
    speaking = _why_not(party_and_file(by, state))
    return {
        RequestEvidence.NAME: asking,
        RequestExplanation.NAME: asking,
        SubmitEvidence.NAME: bringing,
        SaveDraft.NAME: _why_not(may_save(by, state)),
        SubmitDraft.NAME: bringing,
        DiscardDraft.NAME: speaking,
        AcknowledgeDisclosure.NAME: speaking,
        FinishEvidence.NAME: may_finish(by, state),
    }


def _why_not(standing: object) -> Refused | None:
    return standing if isinstance(standing, Refused) else None
