"""What is owed is reported by the debtor, confirmed or disputed by the creditor, and enforced once when overdue."""

from collections.abc import Sequence
from typing import ClassVar, assert_never

from services.mediation.domain.access import side_asking
from services.mediation.domain.events import (
    EnforcementOrdered,
    MediationFact,
    ObligationFellDue,
    ObligationsFulfilled,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
)
from services.mediation.domain.mediation import Complying, Done, Mediation
from services.mediation.domain.obligations import Debt, DebtStatus, all_met, debt_of, started, waiting_for, with_debt
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Side
from shared.kernel.ids import Id
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class ReportPerformed(Command):
    NAME: ClassVar[str] = "report_performed"

    obligation_id: Id
    proof: Words
    files: tuple[FileRef, ...] = ()


class ConfirmPerformed(Command):
    NAME: ClassVar[str] = "confirm_performed"

    obligation_id: Id


class DisputePerformance(Command):
    NAME: ClassVar[str] = "dispute_performance"

    obligation_id: Id
    reason: Words


class ConfirmBySilence(Command):
    NAME: ClassVar[str] = "confirm_by_silence"

    obligation_id: Id


class EnforceObligation(Command):
    NAME: ClassVar[str] = "enforce_obligation"

    obligation_id: Id


def report_performed(command: ReportPerformed, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = _owed(command, state, by_debtor=True)
    if isinstance(found, Refused):
        return found
    owing, debt = found
    if debt.status in {DebtStatus.REPORTED, DebtStatus.MET}:
        return []
    reported = PerformanceReported(
        obligation_id=command.obligation_id,
        proof=command.proof,
        files=command.files,
        confirm_by=command.at + owing.file.rules.windows.of("confirmation"),
    )
    return [reported]


def confirm_performed(command: ConfirmPerformed, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = _owed(command, state, by_debtor=False)
    if isinstance(found, Refused):
        return found
    owing, debt = found
    # Only a case with something still owed can have an unmet debt.
    return _met(owing, debt, command.at, silently=False) if isinstance(owing, Complying) and not debt.met else []


def dispute_performance(command: DisputePerformance, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = _owed(command, state, by_debtor=False)
    if isinstance(found, Refused):
        return found
    owing, debt = found
    match debt.status:
        case DebtStatus.OWED:
            return Refused("performance_must_have_been_reported", "the debtor has reported nothing to dispute")
        case DebtStatus.MET:
            return Refused("confirmed_performance_stands", "the obligation is already met")
        case DebtStatus.DISPUTED:
            return []
        case DebtStatus.REPORTED:
            disputed = debt.model_copy(update={"status": DebtStatus.DISPUTED})
            due = _enforce_at(owing, disputed)
            enforce_at = max(due, command.at) if due else None
            return [
                PerformanceDisputed(obligation_id=command.obligation_id, reason=command.reason, enforce_at=enforce_at)
            ]
        case _:
            assert_never(debt.status)


def confirm_by_silence(command: ConfirmBySilence, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Complying):
        return []
    debt = debt_of(state.debts, command.obligation_id)
    if debt is None or debt.confirm_by is None or debt.confirm_by > command.at:
        return []
    return _met(state, debt, command.at, silently=True)


def enforce_obligation(command: EnforceObligation, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Complying):
        return []
    debt = debt_of(state.debts, command.obligation_id)
    due = _enforce_at(state, debt) if debt else None
    if debt is None or due is None or due > command.at:
        return []
    parties = state.file.parties
    debtor, creditor = parties.buyer_id, parties.seller_id
    if debt.obligation.debtor is Side.SELLER:
        debtor, creditor = creditor, debtor
    return [EnforcementOrdered(obligation=debt.obligation, debtor_id=debtor, creditor_id=creditor)]


def _met(state: Complying, debt: Debt, at: Moment, *, silently: bool) -> Sequence[MediationFact]:
    done = debt.obligation.id
    debts = with_debt(state.debts, debt.model_copy(update={"status": DebtStatus.MET}))
    # While an appeal stops the clocks, what falls due gets its whole window after the stay.
    now = state.stay.since if state.stay else at
    facts: list[MediationFact] = [PerformanceConfirmed(obligation_id=done, silently=silently)]
    for waiting in waiting_for(debts, done):
        due = started(waiting, state.file.rules.windows, now)
        facts.append(ObligationFellDue(obligation=due.obligation, enforce_at=_enforce_at(state, due)))
    if all_met(debts):
        obligations = tuple(each.obligation for each in debts)
        facts.append(ObligationsFulfilled(basis=state.basis, obligations=obligations))
    return facts


def _enforce_at(state: Complying | Done, debt: Debt) -> Moment | None:
    stayed = isinstance(state, Complying) and state.stay is not None
    return None if stayed else debt.enforce_at


def _owed(
    command: ReportPerformed | ConfirmPerformed | DisputePerformance, state: Mediation, *, by_debtor: bool
) -> tuple[Complying | Done, Debt] | Refused:
    side = side_asking(command, state)
    if isinstance(side, Refused):
        return side
    if not isinstance(state, Complying | Done):
        return Refused("something_must_be_owed", "nothing was agreed or ordered yet")
    debt = debt_of(state.debts, command.obligation_id)
    if debt is None:
        return Refused("obligation_must_be_of_this_case", "no such obligation is owed", field="obligation_id")
    if by_debtor and debt.obligation.debtor is not side:
        return Refused("only_the_debtor_may_do_this", f"the {side.other} owes this", field="by")
    if not by_debtor and debt.obligation.debtor is side:
        return Refused("only_the_creditor_may_do_this", f"the {side} owes this", field="by")
    return state, debt
