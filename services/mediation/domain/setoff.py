"""What was already done counts: a new obligation of the same kind is reduced by it, and nothing is owed twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.mediation.domain.obligations import Debt, DebtStatus, started
from shared.kernel.policy import Windows
from shared.kernel.remedies import Obligation


def resumed(debts: Sequence[Debt], since: datetime, at: datetime) -> tuple[Debt, ...]:
    """The debts with every clock that stopped `since` running again from `at`, with what was left of it."""
    return tuple(_resumed(debt, since, at) for debt in debts)


def set_off(
    standing: Sequence[Debt], ordered: Sequence[Obligation], windows: Windows, at: datetime
) -> tuple[Debt, ...]:
    """The debts under the new order: those it keeps as they stand, those done on record, the rest reduced."""
    ids = {obligation.id for obligation in ordered}
    kept = {debt.obligation.id: debt for debt in standing if debt.obligation.id in ids}
    replaced = [debt for debt in standing if debt.obligation.id not in ids]
    done = tuple(debt for debt in replaced if debt.met)
    debts = [*done, *(kept.get(obligation.id) or _reduced(obligation, replaced) for obligation in ordered)]
    met = {debt.obligation.id for debt in debts if debt.met}
    return tuple(started(debt, windows, at) if _can_start(debt, met) else debt for debt in debts)


def _resumed(debt: Debt, since: datetime, at: datetime) -> Debt:
    due = debt.obligation.comply_by
    if due is None or debt.met or debt.enforced:
        return debt
    left = max(due - since, timedelta(0))
    return debt.model_copy(update={"obligation": debt.obligation.model_copy(update={"comply_by": at + left})})


def _can_start(debt: Debt, met: set[str]) -> bool:
    return not debt.met and debt.obligation.comply_by is None and debt.obligation.follows in met


def _reduced(obligation: Obligation, replaced: list[Debt]) -> Debt:
    """Takes the earlier debt it is set off against out of `replaced`, so that nothing counts twice."""
    earlier = next((debt for debt in replaced if _counts_for(debt, obligation)), None)
    if earlier is None:
        return Debt(obligation=obligation)
    replaced.remove(earlier)
    if not earlier.met:
        return earlier.model_copy(update={"obligation": obligation, "enforced": False})
    if obligation.amount is None or earlier.obligation.amount is None:
        return Debt(obligation=obligation, status=DebtStatus.MET)
    left = obligation.amount.less(earlier.obligation.amount)
    status = DebtStatus.OWED if left.minor else DebtStatus.MET
    return Debt(obligation=obligation.model_copy(update={"amount": left}), status=status)


def _counts_for(debt: Debt, obligation: Obligation) -> bool:
    """What was done counts in part; what was only reported counts for the very same thing."""
    old = debt.obligation
    if (old.duty, old.debtor) != (obligation.duty, obligation.debtor):
        return False
    if not debt.met:
        return debt.status is DebtStatus.REPORTED and old.amount == obligation.amount
    currencies = {amount.currency for amount in (old.amount, obligation.amount) if amount is not None}
    return len(currencies) <= 1
