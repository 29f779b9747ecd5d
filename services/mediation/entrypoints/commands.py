"""What callers may ask of mediation, by HTTP and by topic."""

from services.mediation.domain.compliance import ConfirmPerformed, ReportPerformed
from services.mediation.domain.contacts import LogContact, SendNotice
from services.mediation.domain.disputes import DecideDispute, DisputePerformance
from services.mediation.domain.failing import FailMediation
from services.mediation.domain.handover import HandOver, ReassignCase, RequestSpecialist
from services.mediation.domain.offers import AcceptOffer, DeclineOffer, MakeOffer, WithdrawOffer
from services.mediation.domain.ruling import IssueRuling
from services.mediation.domain.second_opinion import AgreeWithRuling, DisagreeWithRuling
from shared.eventing.messages import Command

OPEN: tuple[type[Command], ...] = (
    LogContact,
    SendNotice,
    MakeOffer,
    AcceptOffer,
    DeclineOffer,
    WithdrawOffer,
    FailMediation,
    HandOver,
    RequestSpecialist,
    ReassignCase,
    IssueRuling,
    AgreeWithRuling,
    DisagreeWithRuling,
    ReportPerformed,
    ConfirmPerformed,
    DisputePerformance,
    DecideDispute,
)
