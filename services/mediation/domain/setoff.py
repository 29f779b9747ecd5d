"""What was already done counts: a new obligation of the same kind is reduced by it, and nothing is owed twice.

What the platform was told to enforce counts as done, though it is not confirmed yet: it is in the platform's hands.
"""

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
    debts = list(done)
    for obligation in ordered:
        debts += [kept[obligation.id]] if obligation.id in kept else _reduced(obligation, replaced)
    met = {debt.obligation.id for debt in debts if debt.met}
    return tuple(started(debt, windows, at) if _can_start(debt, met) else debt for debt in debts)


def _resumed(debt: Debt, since: datetime, at: datetime) -> Debt:
    due = debt.obligation.comply_by
    if due is None or debt.met or debt.enforced:
        return debt
    again = {"comply_by": at + max(due - since, timedelta(0))}
    decide_by = debt.decide_by and at + max(debt.decide_by - since, timedelta(0))
    changes = {"obligation": debt.obligation.model_copy(update=again), "decide_by": decide_by}
    return debt.model_copy(update=changes)


def _can_start(debt: Debt, met: set[str]) -> bool:
    return not debt.met and debt.obligation.comply_by is None and debt.obligation.follows in met


def _reduced(obligation: Obligation, replaced: list[Debt]) -> list[Debt]:
    """Takes the earlier debt it is set off against out of `replaced`, so that nothing counts twice."""
    earlier = next((debt for debt in replaced if _counts_for(debt, obligation)), None)
    if earlier is None:
        return [Debt(obligation=obligation)]
    replaced.remove(earlier)
    if not (earlier.met or earlier.enforced):
        return [earlier.model_copy(update={"obligation": obligation})]
    old, new = earlier.obligation.amount, obligation.amount
    left = new.less(old) if new and old else None
    rest = obligation if left is None else obligation.model_copy(update={"amount": left})
    nothing_left = left is None or not left.minor
    if earlier.met:
        return [Debt(obligation=rest, status=DebtStatus.MET if nothing_left else DebtStatus.OWED)]
    if nothing_left:
        return [earlier.model_copy(update={"obligation": obligation})]
    return [earlier, Debt(obligation=rest)]


def _counts_for(debt: Debt, obligation: Obligation) -> bool:
    """What was done counts in part; what was only reported, or disputed, counts for the very same thing."""
    old = debt.obligation
    if (old.duty, old.debtor) != (obligation.duty, obligation.debtor):
        return False
    if not (debt.met or debt.enforced):
        return debt.status is not DebtStatus.OWED and old.amount == obligation.amount
    currencies = {amount.currency for amount in (old.amount, obligation.amount) if amount is not None}
    return len(currencies) <= 1
