"""What falls due on a case in mediation, and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from services.mediation.domain import events as e
from services.mediation.domain.obligations import Debt
from shared.eventing.agenda import REMINDER, Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View
from shared.kernel.remedies import Obligation

Instants = Sequence[datetime]


def evolve(agenda: Agenda | None, entry: Entry) -> Agenda | None:  # noqa: C901, PLR0911 - one arm per kind of fact
    held = agenda or Agenda()
    match entry.message:
        case e.CaseSuspended(suspended_at=at):
            return held.pausing(at)
        case e.CaseResumed(resumed_at=at):
            return held.resuming(at)
        case e.ReminderSent(row=row):
            return held.clearing(REMINDER, row)
        case e.MediationQueued() | e.MediationAssigned() | e.SuccessorSought() | e.CaseReassigned() as fact:
            return _handled(held, fact, entry.at)
        case e.MediationStopped() | e.ObligationsFulfilled():
            return Agenda()
        case (
            e.OfferMade()
            | e.OfferDeclined()
            | e.OfferLapsed()
            | e.OfferWithdrawn()
            | e.SettlementReached()
            | e.MediationFailed()
        ) as fact:
            return _mediated(held, fact)
        case e.RulingOverdueNoted() | e.RulingDisagreed() | e.RulingIssued() as fact:
            return _ruled(held, fact)
        case (
            e.PerformanceReported()
            | e.PerformanceConfirmed()
            | e.PerformanceDisputed()
            | e.DisputeDecided()
            | e.ObligationFellDue()
            | e.EnforcementOrdered()
        ) as fact:
            return _performed(held, fact)
        case e.ObligationsStayed():
            return held.clearing("comply_by")
        case e.ObligationsResumed() | e.ObligationsReplaced() as fact:
            return _running(held, fact.debts, fact.remind_at)
        case _:
            return agenda


def _handled(
    agenda: Agenda,
    fact: e.MediationQueued | e.MediationAssigned | e.SuccessorSought | e.CaseReassigned,
    at: datetime,
) -> Agenda:
    match fact:
        case e.MediationQueued() | e.SuccessorSought():
            # What is heard while the case is suspended is to be done as soon as it resumes.
            return agenda.setting(Due(kind="assignment", at=min(at, agenda.paused_at or at)))
        case e.MediationAssigned():
            mediating = Due(kind="mediation_due", at=fact.due_at)
            return agenda.clearing("assignment").setting(mediating, fact.remind_at)
        case e.CaseReassigned():
            due = Due(kind=f"{fact.duty}_due", at=fact.due_at)
            return agenda.clearing("assignment").setting(due, fact.remind_at)
        case _:
            assert_never(fact)


def _mediated(
    agenda: Agenda,
    fact: e.OfferMade | e.OfferDeclined | e.OfferLapsed | e.OfferWithdrawn | e.SettlementReached | e.MediationFailed,
) -> Agenda:
    without_offer = agenda.clearing("offer_lapse")
    match fact:
        case e.OfferMade():
            lapse = Due(kind="offer_lapse", key=fact.offer_id, at=fact.valid_until)
            return without_offer.setting(lapse, fact.remind_at)
        case e.OfferDeclined() | e.OfferLapsed() | e.OfferWithdrawn():
            return without_offer
        case e.SettlementReached():
            agreed = without_offer.clearing("mediation_due").clearing("assignment")
            return _owing(agreed, fact.obligations, fact.remind_at)
        case e.MediationFailed():
            ruling = Due(kind="ruling_due", at=fact.ruling_due_at)
            return without_offer.clearing("mediation_due").setting(ruling, fact.remind_at)
        case _:
            assert_never(fact)


def _ruled(agenda: Agenda, fact: e.RulingOverdueNoted | e.RulingDisagreed | e.RulingIssued) -> Agenda:
    match fact:
        case e.RulingOverdueNoted(next_due_at=due_at) | e.RulingDisagreed(due_at=due_at):
            rest = agenda.clearing("ruling_due")
            return rest.setting(Due(kind="ruling_due", at=due_at), fact.remind_at) if due_at else rest
        case e.RulingIssued():
            rest = agenda.clearing("ruling_due").clearing("assignment")
            return _owing(rest, fact.obligations, fact.remind_at)
        case _:
            assert_never(fact)


def _performed(agenda: Agenda, fact: e.PerformanceFact) -> Agenda:
    match fact:
        case e.PerformanceReported(obligation_id=key):
            confirmation = Due(kind="confirmation", key=key, at=fact.confirm_by)
            return agenda.clearing("comply_by", key).setting(confirmation, fact.remind_at)
        case e.PerformanceConfirmed(obligation_id=key):
            return agenda.clearing("comply_by", key).clearing("confirmation", key)
        case e.PerformanceDisputed(obligation_id=key) | e.DisputeDecided(obligation_id=key):
            rest = agenda.clearing("confirmation", key).clearing("comply_by", key)
            return _enforcing(rest, key, fact.enforce_at, fact.remind_at)
        case e.ObligationFellDue():
            return _enforcing(agenda, fact.obligation.id, fact.enforce_at, fact.remind_at)
        case e.EnforcementOrdered():
            return agenda.clearing("comply_by", fact.obligation.id)
        case _:
            assert_never(fact)


def _owing(agenda: Agenda, obligations: Sequence[Obligation], remind_at: Mapping[str, Instants]) -> Agenda:
    for owed in obligations:
        agenda = _enforcing(agenda, owed.id, owed.comply_by, remind_at.get(owed.id, ()))
    return agenda


def _running(held: Agenda, debts: Sequence[Debt], remind_at: Mapping[str, Instants]) -> Agenda:
    """Only the debts' own clocks are left; confirmations that run on keep their reminders."""
    agenda = held
    standing = {debt.obligation.id for debt in debts if debt.confirm_by}
    for row in held.due:
        if row.kind != REMINDER and not (row.kind == "confirmation" and row.key in standing):
            agenda = agenda.clearing(row.kind, row.key)
    for debt in debts:
        key = debt.obligation.id
        agenda = _enforcing(agenda, key, debt.enforce_at, remind_at.get(key, ()))
        if debt.confirm_by is not None and not any((row.kind, row.key) == ("confirmation", key) for row in agenda.due):
            agenda = agenda.setting(Due(kind="confirmation", key=key, at=debt.confirm_by))
    return agenda


def _enforcing(agenda: Agenda, key: str, at: datetime | None, remind_at: Instants) -> Agenda:
    return agenda if at is None else agenda.setting(Due(kind="comply_by", key=key, at=at), remind_at)


VIEW: View[Agenda] = View(
    name="deadlines",
    version=2,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
