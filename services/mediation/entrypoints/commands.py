"""What callers may ask of mediation, by HTTP and by topic."""

from services.mediation.domain.compliance import ConfirmPerformed, DisputePerformance, ReportPerformed
from services.mediation.domain.contacts import LogContact
from services.mediation.domain.failing import FailMediation
from services.mediation.domain.offers import AcceptOffer, DeclineOffer, MakeOffer
from services.mediation.domain.ruling import IssueRuling
from shared.eventing.messages import Command

OPEN: tuple[type[Command], ...] = (
    LogContact,
    MakeOffer,
    AcceptOffer,
    DeclineOffer,
    FailMediation,
    IssueRuling,
    ReportPerformed,
    ConfirmPerformed,
    DisputePerformance,
)
