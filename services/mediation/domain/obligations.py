"""Debts: how far each obligation has come, and what starts when one is met."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.clocks import shifted
from shared.kernel.policy import Windows
from shared.kernel.remedies import Duty, Obligation
from shared.kernel.values import Moment, Value


class DebtStatus(StrEnum):
    """How far one obligation has come."""

    OWED = "owed"
    REPORTED = "reported"
    DISPUTED = "disputed"
    MET = "met"


class Debt(Value):
    """One obligation and how far it has come. It is enforced at most once.

    A disputed one is not enforced before `decide_by`, until which the adjudicator may say whether it was performed.
    """

    obligation: Obligation
    status: DebtStatus = DebtStatus.OWED
    confirm_by: Moment | None = None
    enforced: bool = False
    decide_by: Moment | None = None

    @property
    def met(self) -> bool:
        """Whether nothing of it is owed any more."""
        return self.status is DebtStatus.MET

    @property
    def enforce_at(self) -> datetime | None:
        """When it goes to enforcement while no clock is stopped; None while it does not."""
        idle = self.status in {DebtStatus.OWED, DebtStatus.DISPUTED}
        due = self.obligation.comply_by
        return max(due, self.decide_by or due) if due and idle and not self.enforced else None


def owed(obligations: Sequence[Obligation]) -> tuple[Debt, ...]:
    """New obligations, of which nothing is done yet."""
    return tuple(Debt(obligation=obligation) for obligation in obligations)


def started(debt: Debt, windows: Windows, at: datetime) -> Debt:
    """A waiting debt once what it follows is met: due a policy window after `at`."""
    window = "refund_after_receipt" if debt.obligation.duty is Duty.REFUND else "remedy"
    due = {"comply_by": at + windows.of(window)}
    return debt.model_copy(update={"obligation": debt.obligation.model_copy(update=due)})


def moved(debt: Debt, by: timedelta) -> Debt:
    """The debt with every instant of it later, by the time the case was suspended."""
    obligation = debt.obligation.model_copy(update={"comply_by": shifted(debt.obligation.comply_by, by)})
    instants = {"confirm_by": shifted(debt.confirm_by, by), "decide_by": shifted(debt.decide_by, by)}
    return debt.model_copy(update={"obligation": obligation, **instants})


def debt_of(debts: Sequence[Debt], obligation_id: str) -> Debt | None:
    """The debt of that obligation, or None."""
    return next((debt for debt in debts if debt.obligation.id == obligation_id), None)


def with_debt(debts: Sequence[Debt], changed: Debt) -> tuple[Debt, ...]:
    """The debts with one of them in its new shape."""
    return tuple(changed if debt.obligation.id == changed.obligation.id else debt for debt in debts)


def waiting_for(debts: Sequence[Debt], obligation_id: str) -> list[Debt]:
    """The debts that become due once that obligation is met."""
    return [debt for debt in debts if debt.obligation.follows == obligation_id and not debt.met]


def all_met(debts: Sequence[Debt]) -> bool:
    """Whether nothing is owed by anyone."""
    return all(debt.met for debt in debts)
