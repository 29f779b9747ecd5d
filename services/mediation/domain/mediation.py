"""Where a case stands between its file being opened and its last obligation being met."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from services.mediation.domain import events as e
from services.mediation.domain.casefile import CaseFile, SealedEvidence
from services.mediation.domain.obligations import Debt, DebtStatus, debt_of, owed, with_debt
from shared.kernel.actors import Actor, Side
from shared.kernel.remedies import Terms


@dataclass(frozen=True, slots=True)
class NoFile:
    """The complaint is not accepted yet; its manifest may have arrived first."""

    kept: SealedEvidence | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What every stage of an accepted case knows."""

    file: CaseFile

    @property
    def policy_version(self) -> str:
        """The version this case is pinned to."""
        return self.file.policy_version


@dataclass(frozen=True, slots=True)
class FileOpen(Opened):
    """Evidence is still being collected."""


@dataclass(frozen=True, slots=True)
class Queued(Opened):
    sealed: SealedEvidence


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """The one offer on the table. A mediator's proposal collects the acceptances of both sides."""

    offer_id: str
    made_by: Actor
    terms: Terms
    valid_until: datetime
    accepted: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True)
class Mediating(Opened):
    sealed: SealedEvidence
    adjudicator: Actor
    due_at: datetime
    offer: OpenOffer | None = None
    declined: int = 0


@dataclass(frozen=True, slots=True)
class AwaitingRuling(Opened):
    sealed: SealedEvidence
    adjudicator: Actor
    due_at: datetime
    overdue_noted: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """Since when appeals stop the clocks of what is owed, and which appeals."""

    since: datetime
    appeals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Complying(Opened):
    basis: e.Basis
    debts: tuple[Debt, ...]
    stay: Stay | None = None


@dataclass(frozen=True, slots=True)
class Done(Opened):
    basis: e.Basis
    debts: tuple[Debt, ...]


@dataclass(frozen=True, slots=True)
class Stopped(Opened):
    """The case ended before anything was agreed or ruled."""


Mediation: TypeAlias = NoFile | FileOpen | Queued | Mediating | AwaitingRuling | Complying | Done | Stopped


def evolve(state: Mediation, fact: e.MediationFact) -> Mediation:
    """The state after one more fact; a fact of another stage changes nothing."""
    match fact:
        case e.FileOpened() | e.ManifestKept() | e.MediationQueued() | e.MediationAssigned() | e.MediationStopped():
            return _opened(state, fact)
        case (
            e.ContactLogged()
            | e.OfferMade()
            | e.OfferAccepted()
            | e.OfferDeclined()
            | e.OfferLapsed()
            | e.SettlementReached()
            | e.MediationFailed()
        ):
            return _mediated(state, fact) if isinstance(state, Mediating) else state
        case e.RulingOverdueNoted() | e.RulingIssued():
            return _ruled(state, fact) if isinstance(state, AwaitingRuling) else state
        case (
            e.PerformanceReported()
            | e.PerformanceConfirmed()
            | e.PerformanceDisputed()
            | e.ObligationFellDue()
            | e.EnforcementOrdered()
        ):
            return _performed(state, fact) if isinstance(state, Complying) else state
        case e.ObligationsReplaced():
            return Complying(state.file, "appeal", fact.debts) if isinstance(state, Complying | Done) else state
        case e.ObligationsStayed() | e.AppealDropped() | e.ObligationsResumed() | e.ObligationsFulfilled():
            return _obliged(state, fact) if isinstance(state, Complying) else state
        case _:
            assert_never(fact)


def _opened(state: Mediation, fact: e.OpeningFact) -> Mediation:
    match fact:
        case e.ManifestKept():
            return NoFile(fact.sealed)
        case e.FileOpened():
            return FileOpen(fact.file)
        case e.MediationQueued() if isinstance(state, FileOpen):
            return Queued(state.file, fact.sealed)
        case e.MediationAssigned() if isinstance(state, Queued):
            return Mediating(state.file, state.sealed, fact.adjudicator, fact.due_at)
        case e.MediationStopped() if isinstance(state, Opened):
            return Stopped(state.file)
        case _:
            return state


def _mediated(state: Mediating, fact: e.MediatingFact) -> Mediation:  # noqa: PLR0911 - one arm per fact
    match fact:
        case e.ContactLogged():
            return state
        case e.OfferMade():
            return replace(state, offer=OpenOffer(fact.offer_id, fact.made_by, fact.terms, fact.valid_until))
        case e.OfferAccepted():
            offer = state.offer and replace(state.offer, accepted=state.offer.accepted | {fact.side})
            return replace(state, offer=offer)
        case e.OfferDeclined():
            return replace(state, offer=None, declined=state.declined + 1)
        case e.OfferLapsed():
            return replace(state, offer=None)
        case e.SettlementReached():
            return Complying(state.file, "settlement", owed(fact.obligations))
        case e.MediationFailed():
            return AwaitingRuling(state.file, state.sealed, state.adjudicator, fact.ruling_due_at)
        case _:
            assert_never(fact)


def _ruled(state: AwaitingRuling, fact: e.RulingFact) -> Mediation:
    match fact:
        case e.RulingOverdueNoted():
            return replace(state, overdue_noted=True)
        case e.RulingIssued():
            return Complying(state.file, "ruling", owed(fact.obligations))
        case _:
            assert_never(fact)


def _performed(state: Complying, fact: e.PerformanceFact) -> Mediation:
    match fact:
        case e.PerformanceReported():
            return _changed(state, fact.obligation_id, status=DebtStatus.REPORTED, confirm_by=fact.confirm_by)
        case e.PerformanceConfirmed():
            return _changed(state, fact.obligation_id, status=DebtStatus.MET, confirm_by=None)
        case e.PerformanceDisputed():
            return _changed(state, fact.obligation_id, status=DebtStatus.DISPUTED, confirm_by=None)
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
            return Done(state.file, state.basis, state.debts)
        case _:
            assert_never(fact)


def _changed(state: Complying, obligation_id: str, **changes: object) -> Complying:
    debt = debt_of(state.debts, obligation_id)
    return replace(state, debts=with_debt(state.debts, debt.model_copy(update=changes))) if debt else state
