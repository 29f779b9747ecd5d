"""What callers may ask of evidence, by HTTP and by topic."""

from services.evidence.domain.closing import FinishEvidence
from services.evidence.domain.disclosing import AcknowledgeDisclosure
from services.evidence.domain.drafting import DiscardDraft, SaveDraft, SubmitDraft
from services.evidence.domain.requesting import RequestEvidence, RequestExplanation
from services.evidence.domain.submitting import SubmitEvidence
from shared.eventing.messages import Command

OPEN: tuple[type[Command], ...] = (
    RequestEvidence,
    RequestExplanation,
    SubmitEvidence,
    SaveDraft,
    SubmitDraft,
    DiscardDraft,
    AcknowledgeDisclosure,
    FinishEvidence,
)
