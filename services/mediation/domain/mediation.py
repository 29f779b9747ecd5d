"""How each fact moves a case from where it stood to where it stands."""

from dataclasses import replace
from typing import assert_never

from services.mediation.domain import events as e
from services.mediation.domain.obligations import DebtStatus, debt_of, owed, with_debt
from services.mediation.domain.standing import (
    AwaitingRuling,
    Complying,
    Done,
    Drafted,
    FileOpen,
    Mediating,
    Mediation,
    NoFile,
    Opened,
    OpenOffer,
    Queued,
    Stay,
    Stopped,
    Suspended,
    Wanted,
)
from services.mediation.domain.suspending import held_until, moved_on
from shared.kernel.actors import ADJUDICATORS


def evolve(  # noqa: C901, PLR0911, PLR0912 - one arm per kind of fact
    state: Mediation, fact: e.MediationFact
) -> Mediation:
    """The state after one more fact; a fact of another stand changes nothing."""
    match fact:
        case e.CaseSuspended():
            return held_until(state, fact)
        case e.CaseResumed():
            return moved_on(state, fact)
        case _ if isinstance(state, Suspended):
            return _still(state, evolve(state.held, fact))
        case (
            e.FileOpened()
            | e.ManifestKept()
            | e.ManifestRenewed()
            | e.MediationQueued()
            | e.MediationAssigned()
            | e.MediationStopped()
        ):
            return _opened(state, fact)
        case e.SuccessorSought() | e.CaseReassigned():
            return _handled(state, fact)
        case (
            e.OfferMade()
            | e.OfferAccepted()
            | e.OfferDeclined()
            | e.OfferLapsed()
            | e.OfferWithdrawn()
            | e.SettlementReached()
            | e.MediationFailed()
        ):
            return _mediated(state, fact) if isinstance(state, Mediating) else state
        case e.ContactLogged() | e.NoticeSent():
            return replace(state, silent=False) if isinstance(state, Mediating) else state
        case e.RulingOverdueNoted() | e.RulingDrafted() | e.RulingDisagreed() | e.RulingIssued():
            return _ruled(state, fact) if isinstance(state, AwaitingRuling) else state
        case e.MediationOverdueNoted() | e.ReminderSent() | e.ViolationFound():
            return state
        case (
            e.PerformanceReported()
            | e.PerformanceConfirmed()
            | e.PerformanceDisputed()
            | e.DisputeDecided()
            | e.ObligationFellDue()
            | e.EnforcementOrdered()
        ):
            return _performed(state, fact) if isinstance(state, Complying) else state
        case e.ObligationsReplaced():
            if isinstance(state, Complying | Done):
                return Complying(state.file, "appeal", fact.debts, state.adjudicator)
            return state
        case e.ObligationsStayed() | e.AppealDropped() | e.ObligationsResumed() | e.ObligationsFulfilled():
            return _obliged(state, fact) if isinstance(state, Complying) else state
        case _:
            assert_never(fact)


def _still(state: Suspended, held: Mediation) -> Mediation:
    """What was heard while suspended may end the case, and with it the suspension."""
    if isinstance(held, FileOpen | Queued | Mediating | AwaitingRuling | Complying):
        return replace(state, held=held)
    return held


def _opened(state: Mediation, fact: e.OpeningFact) -> Mediation:  # noqa: PLR0911 - one arm per kind of fact
    match fact:
        case e.ManifestKept():
            return NoFile(fact.sealed)
        case e.FileOpened():
            return FileOpen(fact.file)
        case e.MediationQueued() if isinstance(state, FileOpen):
            return Queued(state.file, fact.sealed)
        case e.ManifestRenewed() if isinstance(state, Queued | Mediating | AwaitingRuling):
            return replace(state, sealed=fact.sealed)
        case e.MediationAssigned() if isinstance(state, Queued):
            adjudicator = fact.adjudicator
            since = fact.due_at - state.file.rules.windows.of("mediation")
            return Mediating(state.file, state.sealed, adjudicator, fact.due_at, (adjudicator,), since)
        case e.MediationStopped() if isinstance(state, Opened):
            return Stopped(state.file)
        case _:
            return state


def _handled(state: Mediation, fact: e.HandlingFact) -> Mediation:
    if not isinstance(state, Mediating | AwaitingRuling):
        return state
    match fact:
        case e.SuccessorSought():
            return replace(state, wanted=Wanted(fact.role, fact.cause))
        case e.CaseReassigned():
            handled_by = tuple(dict.fromkeys((*state.handled_by, fact.adjudicator)))
            taken = replace(state, adjudicator=fact.adjudicator, due_at=fact.due_at, handled_by=handled_by, wanted=None)
            return replace(taken, silent=True) if isinstance(taken, Mediating) else taken
        case _:
            assert_never(fact)


def _mediated(state: Mediating, fact: e.MediatingFact) -> Mediation:
    match fact:
        case e.OfferMade():
            offer = OpenOffer(fact.offer_id, fact.made_by, fact.terms, fact.valid_until)
            silent = state.silent and fact.made_by.role not in ADJUDICATORS
            return replace(state, offer=offer, silent=silent)
        case e.OfferAccepted():
            accepted = state.offer and replace(state.offer, accepted=state.offer.accepted | {fact.side})
            return replace(state, offer=accepted)
        case e.OfferDeclined():
            return replace(state, offer=None, declined=state.declined + 1)
        case e.OfferLapsed() | e.OfferWithdrawn():
            return replace(state, offer=None)
        case e.SettlementReached():
            return Complying(state.file, "settlement", owed(fact.obligations), state.adjudicator)
        case e.MediationFailed():
            return AwaitingRuling(
                state.file,
                state.sealed,
                state.adjudicator,
                fact.ruling_due_at,
                state.handled_by,
                state.since,
                state.declined,
                state.wanted,
            )
        case _:
            assert_never(fact)


def _ruled(state: AwaitingRuling, fact: e.RulingFact) -> Mediation:
    match fact:
        case e.RulingOverdueNoted():
            return replace(state, missed=state.missed + 1, due_at=fact.next_due_at)
        case e.RulingDrafted():
            return replace(state, drafted=Drafted(fact.draft, fact.drafted_by), missed=0)
        case e.RulingDisagreed():
            return replace(state, drafted=None, due_at=fact.due_at, missed=0)
        case e.RulingIssued():
            return Complying(state.file, "ruling", owed(fact.obligations), state.adjudicator)
        case _:
            assert_never(fact)


def _performed(state: Complying, fact: e.PerformanceFact) -> Mediation:
    match fact:
        case e.PerformanceReported():
            return _changed(state, fact.obligation_id, status=DebtStatus.REPORTED, confirm_by=fact.confirm_by)
        case e.PerformanceConfirmed():
            return _changed(state, fact.obligation_id, status=DebtStatus.MET, confirm_by=None, decide_by=None)
        case e.PerformanceDisputed():
            disputed = {"status": DebtStatus.DISPUTED, "confirm_by": None, "decide_by": fact.decide_by}
            return _changed(state, fact.obligation_id, **disputed)
        case e.DisputeDecided():
            return _changed(state, fact.obligation_id, status=DebtStatus.OWED, decide_by=None)
        case e.ObligationFellDue():
            return _changed(state, fact.obligation.id, obligation=fact.obligation)
        case e.EnforcementOrdered():
            return _changed(state, fact.obligation.id, enforced=True)
        case _:
            assert_never(fact)


def _obliged(
    state: Complying, fact: e.ObligationsStayed | e.AppealDropped | e.ObligationsResumed | e.ObligationsFulfilled
) -> Mediation:
    match fact:
        case e.ObligationsStayed():
            stay = state.stay or Stay(fact.stayed_at, frozenset())
            return replace(state, stay=replace(stay, appeals=stay.appeals | {fact.appeal_id}))
        case e.AppealDropped():
            stayed = state.stay and replace(state.stay, appeals=state.stay.appeals - {fact.appeal_id})
            return replace(state, stay=stayed)
        case e.ObligationsResumed():
            return replace(state, debts=fact.debts, stay=None)
        case e.ObligationsFulfilled():
            return Done(state.file, state.basis, state.debts, state.adjudicator)
        case _:
            assert_never(fact)


def _changed(state: Complying, obligation_id: str, **changes: object) -> Complying:
    debt = debt_of(state.debts, obligation_id)
    return replace(state, debts=with_debt(state.debts, debt.model_copy(update=changes))) if debt else state
