"""What callers may ask of evidence, by HTTP and by topic."""

from services.evidence.domain.closing import FinishEvidence
from services.evidence.domain.disclosing import AcknowledgeDisclosure
from services.evidence.domain.drafting import DiscardDraft, SaveDraft, SubmitDraft
from services.evidence.domain.requesting import AskExplanation, RequestEvidence
from services.evidence.domain.submitting import SubmitEvidence
from shared.eventing.messages import Command

OPEN: tuple[type[Command], ...] = (
    RequestEvidence,
    AskExplanation,
    SubmitEvidence,
    SaveDraft,
    SubmitDraft,
    DiscardDraft,
    AcknowledgeDisclosure,
    FinishEvidence,
)
