"""What falls due on a case in mediation, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from services.mediation.domain import events as e
from services.mediation.domain.obligations import Debt
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.remedies import Obligation


def evolve(agenda: Agenda | None, entry: Entry) -> Agenda | None:  # noqa: PLR0911 - one arm per kind of fact
    held = agenda or Agenda()
    match entry.message:
        case e.MediationQueued():
            return held.setting(Due(kind="assignment", at=entry.at))
        case e.MediationAssigned(due_at=due_at):
            return held.clearing("assignment").setting(Due(kind="mediation_due", at=due_at))
        case e.MediationStopped() | e.ObligationsFulfilled():
            return Agenda()
        case (
            e.OfferMade() | e.OfferDeclined() | e.OfferLapsed() | e.SettlementReached() | e.MediationFailed()
        ) as fact:
            return _mediated(held, fact)
        case e.RulingOverdueNoted():
            return held.clearing("ruling_due")
        case e.RulingIssued(obligations=owed):
            return _owing(held.clearing("ruling_due"), owed)
        case (
            e.PerformanceReported()
            | e.PerformanceConfirmed()
            | e.PerformanceDisputed()
            | e.ObligationFellDue()
            | e.EnforcementOrdered()
        ) as fact:
            return _performed(held, fact)
        case e.ObligationsStayed():
            return held.clearing("comply_by")
        case e.ObligationsResumed(debts=debts) | e.ObligationsReplaced(debts=debts):
            return _running(debts)
        case _:
            return agenda


def _mediated(
    agenda: Agenda, fact: e.OfferMade | e.OfferDeclined | e.OfferLapsed | e.SettlementReached | e.MediationFailed
) -> Agenda:
    without_offer = agenda.clearing("offer_lapse")
    match fact:
        case e.OfferMade():
            return without_offer.setting(Due(kind="offer_lapse", key=fact.offer_id, at=fact.valid_until))
        case e.OfferDeclined() | e.OfferLapsed():
            return without_offer
        case e.SettlementReached():
            return _owing(without_offer.clearing("mediation_due"), fact.obligations)
        case e.MediationFailed():
            return without_offer.clearing("mediation_due").setting(Due(kind="ruling_due", at=fact.ruling_due_at))
        case _:
            assert_never(fact)


def _performed(agenda: Agenda, fact: e.PerformanceFact) -> Agenda:
    match fact:
        case e.PerformanceReported(obligation_id=key):
            confirmation = Due(kind="confirmation", key=key, at=fact.confirm_by)
            return agenda.clearing("comply_by", key).setting(confirmation)
        case e.PerformanceConfirmed(obligation_id=key):
            return agenda.clearing("comply_by", key).clearing("confirmation", key)
        case e.PerformanceDisputed(obligation_id=key):
            return _enforcing(agenda.clearing("confirmation", key), key, fact.enforce_at)
        case e.ObligationFellDue():
            return _enforcing(agenda, fact.obligation.id, fact.enforce_at)
        case e.EnforcementOrdered():
            return agenda.clearing("comply_by", fact.obligation.id)
        case _:
            assert_never(fact)


def _owing(agenda: Agenda, obligations: Sequence[Obligation]) -> Agenda:
    for owed in obligations:
        agenda = _enforcing(agenda, owed.id, owed.comply_by)
    return agenda


def _running(debts: Sequence[Debt]) -> Agenda:
    agenda = Agenda()
    for debt in debts:
        agenda = _enforcing(agenda, debt.obligation.id, debt.enforce_at)
        if debt.confirm_by is not None:
            agenda = agenda.setting(Due(kind="confirmation", key=debt.obligation.id, at=debt.confirm_by))
    return agenda


def _enforcing(agenda: Agenda, key: str, at: datetime | None) -> Agenda:
    return agenda if at is None else agenda.setting(Due(kind="comply_by", key=key, at=at))


VIEW: View[Agenda] = View(
    name="deadlines",
    version=1,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
