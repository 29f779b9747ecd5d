"""What terms oblige each side to do, and by when: one derivation for settlements, rulings and appeal decisions."""

from datetime import datetime, timedelta
from typing import Protocol, assert_never

from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.money import Money
from shared.kernel.policy import Hours
from shared.kernel.remedies import Duty, Obligation, Remedy, Terms
from shared.kernel.values import Value


class ComplianceWindows(Protocol):
    """The windows that obligations start with, in hours; a policy's `Windows` has them."""

    @property
    def ship_return(self) -> float: ...

    @property
    def refund(self) -> float: ...

    @property
    def remedy(self) -> float: ...


class ComplianceHours(Value):
    """How long each kind of obligation may take, in hours, under the case's policy version."""

    ship_return: Hours
    refund: Hours
    refund_after_receipt: Hours
    remedy: Hours


def obligations_for(terms: Terms | None, seed: str, at: datetime, windows: ComplianceWindows) -> tuple[Obligation, ...]:
    """The obligations of terms that bind from `at`, none for no terms; the same seed gives the same ids.

    What follows a return has no instant to comply by until the goods are back.
    """
    if terms is None:
        return ()
    main = _remedied(terms, seed, at, windows)
    if terms.compensation is None or terms.compensation.minor == 0:
        return main
    part = _owed(Duty.PAY_COMPENSATION, seed, at, windows.refund, terms.compensation)
    return (*main, part.model_copy(update={"id": derived_id(seed, Duty.PAY_COMPENSATION, "part")}))


def _remedied(terms: Terms, seed: str, at: datetime, windows: ComplianceWindows) -> tuple[Obligation, ...]:
    match terms.remedy:
        case Remedy.REFUND:
            return (_owed(Duty.REFUND, seed, at, windows.refund, terms.amount),)
        case Remedy.RETURN_REFUND:
            shipped = _owed(Duty.SHIP_RETURN, seed, at, windows.ship_return)
            return (shipped, _following(shipped, Duty.REFUND, seed, terms.amount))
        case Remedy.EXCHANGE:
            shipped = _owed(Duty.SHIP_RETURN, seed, at, windows.ship_return)
            return (shipped, _following(shipped, Duty.SHIP_REPLACEMENT, seed))
        case Remedy.REPAIR:
            return (_owed(Duty.REPAIR, seed, at, windows.remedy),)
        case Remedy.COMPENSATION:
            return (_owed(Duty.PAY_COMPENSATION, seed, at, windows.refund, terms.amount),)
        case _:
            assert_never(terms.remedy)


def _owed(duty: Duty, seed: str, at: datetime, hours: float, amount: Money | None = None) -> Obligation:
    debtor = Side.BUYER if duty is Duty.SHIP_RETURN else Side.SELLER
    comply_by = at + timedelta(hours=hours)
    return Obligation(id=derived_id(seed, duty), duty=duty, debtor=debtor, amount=amount, comply_by=comply_by)


def _following(first: Obligation, duty: Duty, seed: str, amount: Money | None = None) -> Obligation:
    return Obligation(id=derived_id(seed, duty), duty=duty, debtor=Side.SELLER, amount=amount, follows=first.id)
