"""Enforcement of what is unmet at its instant."""

from datetime import datetime, timedelta

from services.mediation.domain.compliance import (
    EnforceObligation,
)
from services.mediation.domain.events import (
    EnforcementOrdered,
    ObligationsFulfilled,
    PerformanceConfirmed,
)
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.remedies import Obligation
from tests.examples import mediation as the

SHIP, _ = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)
REFUND_DUE = the.RULED_AT + timedelta(hours=24)


def enforcing(obligation: Obligation, at: datetime, by: Actor = SYSTEM) -> EnforceObligation:
    return the.asked(EnforceObligation, by=by, at=at, obligation_id=obligation.id)


def test_an_unmet_obligation_is_enforced_once_at_its_instant() -> None:
    history = the.a_ruled_case(the.REFUND)
    order = enforcing(ONLY_REFUND, REFUND_DUE)

    history.when(enforcing(ONLY_REFUND, REFUND_DUE - timedelta(seconds=1))).then_nothing()
    history.when(order).then(
        EnforcementOrdered(obligation=ONLY_REFUND, debtor_id=the.QINGYAO.id, creditor_id=the.LIN.id)
    )
    history.after(order).when(order).then_nothing()


def test_a_buyer_who_ships_nothing_back_is_the_debtor_to_enforce_against() -> None:
    assert SHIP.comply_by

    the.a_ruled_case().when(enforcing(SHIP, SHIP.comply_by)).then(
        EnforcementOrdered(obligation=SHIP, debtor_id=the.LIN.id, creditor_id=the.QINGYAO.id)
    )


def test_what_was_reported_or_met_is_not_enforced() -> None:
    history = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    elsewhere = ONLY_REFUND.model_copy(update={"id": "refund-of-a-bowl"})

    history.when(enforcing(ONLY_REFUND, REFUND_DUE)).then_nothing()
    history.when(enforcing(elsewhere, REFUND_DUE)).then_nothing()
    the.a_fulfilled_ruling().when(enforcing(ONLY_REFUND, REFUND_DUE)).then_nothing()


def test_an_enforced_obligation_can_still_be_met() -> None:
    history = the.a_ruled_case(the.REFUND).after(enforcing(ONLY_REFUND, REFUND_DUE))

    history.when(the.confirming(ONLY_REFUND, the.LIN)).then_types(PerformanceConfirmed, ObligationsFulfilled)


def test_only_the_platform_enforces() -> None:
    pushing = enforcing(ONLY_REFUND, REFUND_DUE, by=the.LIN)

    the.a_ruled_case(the.REFUND).when(pushing).then_refused("only_the_platform_may_do_this")
