"""What each remedy makes each side owe, and by when."""

from datetime import timedelta

import pytest

from shared.kernel.actors import Side
from shared.kernel.money import Money
from shared.kernel.obligations import obligations_for
from shared.kernel.remedies import Duty, Remedy, Terms
from tests.examples.appeals import HOURS, PAID
from tests.kit.deciding import NOON

GIFT = Money(minor=5_000)
DAY = NOON + timedelta(hours=24)
WEEK = NOON + timedelta(hours=168)


@pytest.mark.parametrize(
    ("terms", "owed"),
    [
        (None, []),
        (Terms(remedy=Remedy.REFUND, amount=PAID), [(Duty.REFUND, Side.SELLER, PAID, DAY)]),
        (
            Terms(remedy=Remedy.RETURN_REFUND, amount=PAID),
            [(Duty.SHIP_RETURN, Side.BUYER, None, WEEK), (Duty.REFUND, Side.SELLER, PAID, None)],
        ),
        (
            Terms(remedy=Remedy.EXCHANGE),
            [(Duty.SHIP_RETURN, Side.BUYER, None, WEEK), (Duty.SHIP_REPLACEMENT, Side.SELLER, None, None)],
        ),
        (Terms(remedy=Remedy.REPAIR), [(Duty.REPAIR, Side.SELLER, None, WEEK)]),
        (Terms(remedy=Remedy.COMPENSATION, amount=GIFT), [(Duty.PAY_COMPENSATION, Side.SELLER, GIFT, DAY)]),
        (Terms(remedy=Remedy.REPAIR, compensation=Money(minor=0)), [(Duty.REPAIR, Side.SELLER, None, WEEK)]),
        (
            Terms(remedy=Remedy.REPAIR, compensation=GIFT),
            [(Duty.REPAIR, Side.SELLER, None, WEEK), (Duty.PAY_COMPENSATION, Side.SELLER, GIFT, DAY)],
        ),
        (
            Terms(remedy=Remedy.COMPENSATION, amount=PAID, compensation=GIFT),
            [(Duty.PAY_COMPENSATION, Side.SELLER, PAID, DAY), (Duty.PAY_COMPENSATION, Side.SELLER, GIFT, DAY)],
        ),
    ],
)
def test_terms_become_obligations(terms: Terms | None, owed: list[tuple[object, ...]]) -> None:
    obligations = obligations_for(terms, "decide-1", NOON, HOURS)
    assert [(o.duty, o.debtor, o.amount, o.comply_by) for o in obligations] == owed
    assert len({o.id for o in obligations}) == len(obligations)


@pytest.mark.parametrize("remedy", [Remedy.RETURN_REFUND, Remedy.EXCHANGE])
def test_what_follows_a_return_waits_for_it(remedy: Remedy) -> None:
    ship_return, then = obligations_for(Terms(remedy=remedy), "decide-1", NOON, HOURS)
    assert (ship_return.follows, then.follows) == (None, ship_return.id)


def test_the_same_decision_always_gives_the_same_obligations() -> None:
    terms = Terms(remedy=Remedy.RETURN_REFUND, amount=PAID)
    assert obligations_for(terms, "a", NOON, HOURS) == obligations_for(terms, "a", NOON, HOURS)
    ids = {o.id for seed in "ab" for o in obligations_for(terms, seed, NOON, HOURS)}
    assert len(ids) == 4
