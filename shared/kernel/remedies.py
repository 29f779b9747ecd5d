"""What can be asked, agreed, ordered and owed: demands, terms and obligations."""

from enum import StrEnum

from shared.kernel.actors import Side
from shared.kernel.ids import Id
from shared.kernel.money import Money
from shared.kernel.values import Moment, Value


class Remedy(StrEnum):
    """The remedies a buyer can demand and an adjudicator can order."""

    REFUND = "refund"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    COMPENSATION = "compensation"


class Demand(Value):
    """What the buyer wants. `amount` is required where money is asked for."""

    remedy: Remedy
    amount: Money | None = None


class Terms(Value):
    """What an offer, a settlement or a ruling gives the buyer. Two parts may combine."""

    remedy: Remedy
    amount: Money | None = None
    compensation: Money | None = None


def against_seller(terms: Terms | None, liability_percent: int) -> bool:
    """Whether a ruling goes against the seller: the buyer is given something, and the seller is liable for it."""
    return terms is not None and liability_percent > 0


class Duty(StrEnum):
    """The kinds of obligation, each tracked one by one."""

    REFUND = "refund"
    SHIP_RETURN = "ship_return"
    SHIP_REPLACEMENT = "ship_replacement"
    REPAIR = "repair"
    PAY_COMPENSATION = "pay_compensation"


class Obligation(Value):
    """One thing one side owes the other.

    `comply_by` is absent while the obligation waits for another: a refund that follows a
    return is due a policy window after `follows` is met.
    """

    id: Id
    duty: Duty
    debtor: Side
    amount: Money | None = None
    comply_by: Moment | None = None
    follows: Id | None = None
