"""The decision on an appeal replaces what the ruling ordered, and what was done is set off."""

from datetime import timedelta
from typing import Any

from services.mediation.domain.appeal import ReplaceObligations
from services.mediation.domain.events import (
    ObligationsFulfilled,
    ObligationsReplaced,
)
from services.mediation.domain.obligations import Debt, DebtStatus
from services.mediation.domain.standing import Complying
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.money import Money
from shared.kernel.remedies import Obligation, Remedy, Terms
from tests.examples import mediation as the
from tests.kit.deciding import History

AT = the.APPEALED_AT
LATER = AT + timedelta(days=9)
SHIP, REFUND = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)


def deciding(*obligations: Obligation, by: Actor = SYSTEM) -> ReplaceObligations:
    return the.asked(ReplaceObligations, by=by, at=LATER, obligations=obligations)


def replaced(history: History, *obligations: Obligation) -> tuple[Debt, ...]:
    fact: Any = history.when(deciding(*obligations)).outcome[0]
    assert isinstance(fact, ObligationsReplaced)
    return fact.debts


def due(obligation: Obligation, **changes: object) -> Obligation:
    return obligation.model_copy(update=changes)


def test_the_decision_replaces_what_is_owed() -> None:
    new = the.decided(the.PARTIAL_REFUND, LATER)

    history = the.an_appealed_case()

    remind_at = the.debtors_reminded(LATER, *new)
    history.when(deciding(*new)).then(ObligationsReplaced(debts=(Debt(obligation=new[0]),), remind_at=remind_at))
    assert isinstance(history.after(deciding(*new)).state, Complying)


def test_a_decision_that_upholds_lets_the_same_obligations_run_on() -> None:
    left = timedelta(days=7) - timedelta(hours=6)

    assert replaced(the.an_appealed_case(), SHIP, REFUND) == (
        Debt(obligation=due(SHIP, comply_by=LATER + left)),
        Debt(obligation=REFUND),
    )


def test_a_decision_without_a_stay_leaves_the_clocks_alone() -> None:
    assert replaced(the.a_ruled_case(), SHIP, REFUND) == (Debt(obligation=SHIP), Debt(obligation=REFUND))


def test_a_decision_is_final_and_replaces_once() -> None:
    the.a_decided_appeal().when(deciding(SHIP, REFUND)).then_nothing()
    the.an_appealed_case().after(deciding()).when(deciding(SHIP, REFUND)).then_nothing()


def test_a_decision_that_orders_nothing_is_fulfilled_at_once() -> None:
    the.an_appealed_case().when(deciding()).then(
        ObligationsReplaced(debts=()), ObligationsFulfilled(basis="appeal", obligations=())
    )


def test_a_dismissed_case_can_come_to_owe_on_appeal() -> None:
    (new,) = the.decided(the.REFUND, LATER)

    assert replaced(the.a_dismissed_case(), new) == (Debt(obligation=new),)


def test_what_was_paid_is_set_off_against_a_higher_award() -> None:
    (old,) = the.ruled(the.PARTIAL_REFUND)
    (new,) = the.decided(the.REFUND, LATER)

    assert replaced(the.a_fulfilled_ruling(the.PARTIAL_REFUND), new) == (
        Debt(obligation=old, status=DebtStatus.MET),
        Debt(obligation=due(new, amount=Money(minor=31_800))),
    )


def test_what_was_paid_in_full_is_not_owed_again() -> None:
    (new,) = the.decided(the.PARTIAL_REFUND, LATER)
    nothing_left = due(new, amount=Money(minor=0))

    the.a_fulfilled_ruling().when(deciding(new)).then(
        ObligationsReplaced(
            debts=(
                Debt(obligation=ONLY_REFUND, status=DebtStatus.MET),
                Debt(obligation=nothing_left, status=DebtStatus.MET),
            )
        ),
        ObligationsFulfilled(basis="appeal", obligations=(ONLY_REFUND, nothing_left)),
    )


def test_what_was_paid_counts_once() -> None:
    (new,) = the.decided(the.REFUND, LATER)
    again = due(new, id="a-second-refund")

    debts = replaced(the.a_fulfilled_ruling(), new, again)

    assert [debt.met for debt in debts] == [True, True, False]


def test_goods_already_returned_are_not_returned_again_and_the_new_refund_is_due() -> None:
    ship, refund = the.decided(the.RETURN_REFUND, LATER)
    history = the.an_appealed_case().after(the.confirming(SHIP, the.QINGYAO))

    assert replaced(history, ship, refund) == (
        Debt(obligation=due(SHIP), status=DebtStatus.MET),
        Debt(obligation=ship, status=DebtStatus.MET),
        Debt(obligation=due(refund, comply_by=LATER + timedelta(hours=48))),
    )


def test_a_return_on_its_way_stays_reported_under_the_new_order() -> None:
    ship, refund = the.decided(the.RETURN_REFUND, LATER)
    history = the.an_appealed_case().after(the.reporting(SHIP, the.LIN))

    debts = replaced(history, ship, refund)

    assert debts[0] == Debt(obligation=ship, status=DebtStatus.REPORTED, confirm_by=AT + timedelta(hours=72))
    assert debts[1] == Debt(obligation=refund)


def test_a_reported_payment_of_another_amount_does_not_count_yet() -> None:
    (new,) = the.decided(the.PARTIAL_REFUND, LATER)
    history = the.an_appealed_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))

    assert replaced(history, new) == (Debt(obligation=new),)


def test_only_the_same_duty_in_the_same_currency_is_set_off() -> None:
    (compensation,) = the.decided(Terms(remedy=Remedy.COMPENSATION, amount=the.TEAPOT_PRICE), LATER)
    (refund,) = the.decided(the.REFUND, LATER)
    dollars = due(refund, amount=Money(minor=100, currency="USD"))

    debts = replaced(the.a_fulfilled_ruling(), compensation, dollars)

    assert debts[1:] == (Debt(obligation=compensation), Debt(obligation=dollars))
