"""What a decision makes each side owe the other, and by when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.money import Money
from shared.kernel.policy import Hours
from shared.kernel.remedies import Duty, Obligation, Remedy, Terms
from shared.kernel.values import Value


class ComplianceHours(Value):
    """How long each kind of obligation may take, in hours, under the case's policy version."""

    ship_return: Hours
    refund: Hours
    refund_after_receipt: Hours
    remedy: Hours


def obligations_for(terms: Terms | None, seed: str, at: datetime, windows: ComplianceHours) -> tuple[Obligation, ...]:
    """The obligations of some terms; none where nothing is granted. Ids follow from `seed`."""
    if terms is None:
        return ()
    owed = _Owed(seed, at, windows)
    return (*_remedy(terms, owed), *_compensation_part(terms, owed))


class _Owed:
    def __init__(self, seed: str, at: datetime, windows: ComplianceHours) -> None:
        self._seed = seed
        self._at = at
        self.windows = windows

    def within(self, hours: float, duty: Duty, debtor: Side, amount: Money | None = None) -> Obligation:
        comply_by = self._at + timedelta(hours=hours)
        return Obligation(id=self.id(duty), duty=duty, debtor=debtor, amount=amount, comply_by=comply_by)

    def after_return(self, duty: Duty, amount: Money | None = None) -> Obligation:
        # Its own clock starts only when the goods are back: until then there is no instant to comply by.
        follows = self.id(Duty.SHIP_RETURN)
        return Obligation(id=self.id(duty), duty=duty, debtor=Side.SELLER, amount=amount, follows=follows)

    def id(self, what: str) -> str:
        return derived_id(self._seed, what)


def _remedy(terms: Terms, owed: _Owed) -> Sequence[Obligation]:
    hours = owed.windows
    ship_return = owed.within(hours.ship_return, Duty.SHIP_RETURN, Side.BUYER)
    match terms.remedy:
        case Remedy.REFUND:
            return (owed.within(hours.refund, Duty.REFUND, Side.SELLER, terms.amount),)
        case Remedy.RETURN_REFUND:
            return (ship_return, owed.after_return(Duty.REFUND, terms.amount))
        case Remedy.EXCHANGE:
            return (ship_return, owed.after_return(Duty.SHIP_REPLACEMENT))
        case Remedy.REPAIR:
            return (owed.within(hours.remedy, Duty.REPAIR, Side.SELLER),)
        case Remedy.COMPENSATION:
            return (owed.within(hours.refund, Duty.PAY_COMPENSATION, Side.SELLER, terms.amount),)
        case _:
            assert_never(terms.remedy)


def _compensation_part(terms: Terms, owed: _Owed) -> Sequence[Obligation]:
    if terms.compensation is None or terms.compensation.minor == 0:
        return ()
    paid = owed.within(owed.windows.refund, Duty.PAY_COMPENSATION, Side.SELLER, terms.compensation)
    return (paid.model_copy(update={"id": owed.id("compensation_part")}),)
