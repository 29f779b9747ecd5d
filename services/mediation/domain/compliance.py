"""What is owed is reported by the debtor, confirmed or disputed by the creditor, and enforced once when overdue."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.mediation.domain.access import side_asking
from services.mediation.domain.events import (
    EnforcementOrdered,
    MediationFact,
    ObligationFellDue,
    ObligationsFulfilled,
    PerformanceConfirmed,
    PerformanceReported,
)
from services.mediation.domain.obligations import Debt, DebtStatus, all_met, debt_of, started, waiting_for, with_debt
from services.mediation.domain.standing import Complying, Done, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import Id
from shared.kernel.items import FileRef
from shared.kernel.refusals import Refused


class ReportPerformed(Command):
    NAME: ClassVar[str] = "report_performed"

    obligation_id: Id
    proof: Words
    files: tuple[FileRef, ...] = ()


class ConfirmPerformed(Command):
    NAME: ClassVar[str] = "confirm_performed"

    obligation_id: Id


class ConfirmBySilence(Command):
    NAME: ClassVar[str] = "confirm_by_silence"

    obligation_id: Id


class EnforceObligation(Command):
    NAME: ClassVar[str] = "enforce_obligation"

    obligation_id: Id


NOTHING_OWED = Refused("something_must_be_owed", "nothing was agreed or ordered yet")
UNKNOWN = Refused("obligation_must_be_of_this_case", "no such obligation is owed", field="obligation_id")


def may_report(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    return _any_of(by, state, as_debtor=True)


def may_confirm(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    return _any_of(by, state, as_debtor=False)


def report_performed(command: ReportPerformed, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = asked_about(command.by, command.obligation_id, state, as_debtor=True)
    if isinstance(found, Refused):
        return found
    owing, debt = found
    if debt.status in {DebtStatus.REPORTED, DebtStatus.MET}:
        return []
    confirm_by = command.at + owing.file.rules.windows.of("confirmation")
    reported = PerformanceReported(
        obligation_id=command.obligation_id,
        proof=command.proof,
        files=command.files,
        confirm_by=confirm_by,
        remind_at=owing.file.rules.remind(command.at, confirm_by),
    )
    return [reported]


def confirm_performed(command: ConfirmPerformed, state: Mediation) -> Sequence[MediationFact] | Refused:
    found = asked_about(command.by, command.obligation_id, state, as_debtor=False)
    if isinstance(found, Refused):
        return found
    owing, debt = found
    # Only a case with something still owed can have an unmet debt.
    return met(owing, debt, command.at, silently=False) if isinstance(owing, Complying) and not debt.met else []


def confirm_by_silence(command: ConfirmBySilence, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Complying):
        return []
    debt = debt_of(state.debts, command.obligation_id)
    if debt is None or debt.confirm_by is None or debt.confirm_by > command.at:
        return []
    return met(state, debt, command.at, silently=True)


def enforce_obligation(command: EnforceObligation, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Complying):
        return []
    debt = debt_of(state.debts, command.obligation_id)
    due = enforce_at(state, debt) if debt else None
    if debt is None or due is None or due > command.at:
        return []
    parties = state.file.parties
    debtor, creditor = parties.buyer_id, parties.seller_id
    if debt.obligation.debtor is Side.SELLER:
        debtor, creditor = creditor, debtor
    return [EnforcementOrdered(obligation=debt.obligation, debtor_id=debtor, creditor_id=creditor)]


def met(state: Complying, debt: Debt, at: datetime, *, silently: bool) -> Sequence[MediationFact]:
    """What is met makes due what waited for it, and fulfils everything if it is the last."""
    done = debt.obligation.id
    debts = with_debt(state.debts, debt.model_copy(update={"status": DebtStatus.MET}))
    # While an appeal stops the clocks, what falls due gets its whole window after the stay.
    now = state.stay.since if state.stay else at
    facts: list[MediationFact] = [PerformanceConfirmed(obligation_id=done, silently=silently)]
    for waiting in waiting_for(debts, done):
        due = started(waiting, state.file.rules.windows, now)
        enforced_at = enforce_at(state, due)
        remind_at = state.file.rules.remind_to_comply(at, enforced_at)
        facts.append(ObligationFellDue(obligation=due.obligation, enforce_at=enforced_at, remind_at=remind_at))
    if all_met(debts):
        obligations = tuple(each.obligation for each in debts)
        facts.append(ObligationsFulfilled(basis=state.basis, obligations=obligations))
    return facts


def enforce_at(state: Complying | Done, debt: Debt) -> datetime | None:
    """When the debt goes to enforcement; None while an appeal stops the clocks."""
    stayed = isinstance(state, Complying) and state.stay is not None
    return None if stayed else debt.enforce_at


def asked_about(
    by: Actor, obligation_id: str, state: Mediation, *, as_debtor: bool
) -> tuple[Complying | Done, Debt] | Refused:
    """The debt that a party speaks about, as who owes it or as who is owed."""
    side = side_asking(by, state)
    if isinstance(side, Refused):
        return side
    if not isinstance(state, Complying | Done):
        return NOTHING_OWED
    debt = debt_of(state.debts, obligation_id)
    if debt is None:
        return UNKNOWN
    return _not_theirs(side, debt, as_debtor=as_debtor) or (state, debt)


def _any_of(by: Actor, state: Mediation, *, as_debtor: bool) -> Refused | None:
    side = side_asking(by, state)
    if isinstance(side, Refused):
        return side
    if not isinstance(state, Complying | Done):
        return NOTHING_OWED
    refusals = [_not_theirs(side, debt, as_debtor=as_debtor) for debt in state.debts]
    return next((None for refusal in refusals if refusal is None), refusals[0]) if refusals else UNKNOWN


def _not_theirs(side: Side, debt: Debt, *, as_debtor: bool) -> Refused | None:
    owes = debt.obligation.debtor is side
    if as_debtor and not owes:
        return Refused("only_the_debtor_may_do_this", f"the {side.other} owes this", field="by")
    if owes and not as_debtor:
        return Refused("only_the_creditor_may_do_this", f"the {side} owes this", field="by")
    return None
