"""What terms oblige each side to do."""

from datetime import timedelta

import pytest

from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.money import Money
from shared.kernel.obligations import obligations_for
from shared.kernel.remedies import Duty, Obligation, Remedy, Terms
from tests.examples import mediation as the

AT = the.RULED_AT
IN_A_DAY = AT + timedelta(hours=24)
IN_A_WEEK = AT + timedelta(days=7)
LITTLE = Money(minor=2_000)
SHIP_RETURN = Obligation(
    id=derived_id("seed", "ship_return"), duty=Duty.SHIP_RETURN, debtor=Side.BUYER, comply_by=IN_A_WEEK
)


def by_seller(duty: Duty, **changes: object) -> Obligation:
    return Obligation.model_validate({"id": derived_id("seed", duty), "duty": duty, "debtor": Side.SELLER, **changes})


@pytest.mark.parametrize(
    ("terms", "obligations"),
    [
        (None, ()),
        (the.REFUND, (by_seller(Duty.REFUND, amount=the.TEAPOT_PRICE, comply_by=IN_A_DAY),)),
        (
            the.RETURN_REFUND,
            (SHIP_RETURN, by_seller(Duty.REFUND, amount=the.TEAPOT_PRICE, follows=SHIP_RETURN.id)),
        ),
        (the.EXCHANGE, (SHIP_RETURN, by_seller(Duty.SHIP_REPLACEMENT, follows=SHIP_RETURN.id))),
        (the.REPAIR, (by_seller(Duty.REPAIR, comply_by=IN_A_WEEK),)),
        (
            Terms(remedy=Remedy.COMPENSATION, amount=LITTLE),
            (by_seller(Duty.PAY_COMPENSATION, amount=LITTLE, comply_by=IN_A_DAY),),
        ),
        (
            Terms(remedy=Remedy.REPAIR, compensation=LITTLE),
            (
                by_seller(Duty.REPAIR, comply_by=IN_A_WEEK),
                by_seller(
                    Duty.PAY_COMPENSATION,
                    id=derived_id("seed", "pay_compensation", "part"),
                    amount=LITTLE,
                    comply_by=IN_A_DAY,
                ),
            ),
        ),
        (
            Terms(remedy=Remedy.REPAIR, compensation=Money(minor=0)),
            (by_seller(Duty.REPAIR, comply_by=IN_A_WEEK),),
        ),
    ],
)
def test_terms_oblige_the_sides(terms: Terms | None, obligations: tuple[Obligation, ...]) -> None:
    assert obligations_for(terms, "seed", AT, the.the_policy().windows) == obligations
