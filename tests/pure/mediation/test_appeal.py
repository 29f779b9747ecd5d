"""An appeal stops the clocks of what is owed, and its dismissal lets them run on."""

from datetime import timedelta

import pytest

from services.mediation.domain.appeal import LiftStay, ReplaceObligations, StayObligations
from services.mediation.domain.compliance import EnforceObligation
from services.mediation.domain.disputes import DisputePerformance
from services.mediation.domain.events import (
    AppealDropped,
    ObligationFellDue,
    ObligationsResumed,
    ObligationsStayed,
    PerformanceConfirmed,
    PerformanceDisputed,
)
from services.mediation.domain.obligations import Debt
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.remedies import Obligation
from tests.examples import mediation as the
from tests.kit.deciding import History

AT = the.APPEALED_AT
LATER = AT + timedelta(days=9)
SHIP, REFUND = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)


def staying(appeal_id: str = "appeal-1", by: Actor = SYSTEM) -> StayObligations:
    return the.asked(StayObligations, by=by, at=AT, appeal_id=appeal_id)


def deciding(*obligations: Obligation, by: Actor = SYSTEM) -> ReplaceObligations:
    return the.asked(ReplaceObligations, by=by, at=LATER, obligations=obligations)


def due(obligation: Obligation, **changes: object) -> Obligation:
    return obligation.model_copy(update=changes)


def test_an_appeal_stays_what_is_owed() -> None:
    the.a_ruled_case().when(staying()).then(ObligationsStayed(appeal_id="appeal-1", stayed_at=AT))


def test_the_same_appeal_stays_once_and_a_second_one_joins() -> None:
    the.an_appealed_case().when(staying()).then_nothing()
    the.an_appealed_case().when(staying("appeal-2")).then_types(ObligationsStayed)


@pytest.mark.parametrize(
    "history",
    [the.a_fulfilled_ruling(), the.a_dismissed_case(), the.a_decided_appeal()],
    ids=["fulfilled", "dismissed", "decided"],
)
def test_where_nothing_can_be_stayed_nothing_is(history: History) -> None:
    history.when(staying("appeal-9")).then_nothing()


@pytest.mark.parametrize(
    "history",
    [the.no_file(), the.an_open_mediation(), the.a_settled_case(), the.a_stopped_case()],
    ids=lambda history: type(history.state).__name__,
)
def test_only_a_ruling_is_stayed_or_replaced(history: History) -> None:
    history.when(staying()).then_refused("ruling_must_have_been_issued")
    history.when(deciding()).then_refused("ruling_must_have_been_issued")


def test_only_the_platform_stays_lifts_and_replaces() -> None:
    lifting = LiftStay(**{**dict(the.lifting(LATER)), "by": the.QINGYAO})

    the.a_ruled_case().when(staying(by=the.QINGYAO)).then_refused("only_the_platform_may_do_this")
    the.an_appealed_case().when(lifting).then_refused("only_the_platform_may_do_this")
    the.an_appealed_case().when(deciding(by=the.LIN)).then_refused("only_the_platform_may_do_this")


def test_while_stayed_nothing_is_enforced() -> None:
    enforcing = the.asked(EnforceObligation, at=LATER, obligation_id=SHIP.id)

    the.an_appealed_case().when(enforcing).then_nothing()


def test_a_dismissed_appeal_lets_the_clocks_run_with_what_was_left() -> None:
    left = timedelta(days=7) - timedelta(hours=6)

    the.an_appealed_case().when(the.lifting(LATER)).then(
        AppealDropped(appeal_id="appeal-1"),
        ObligationsResumed(
            debts=(Debt(obligation=due(SHIP, comply_by=LATER + left)), Debt(obligation=REFUND)),
            remind_at=the.debtors_reminded(LATER, due(SHIP, comply_by=LATER + left)),
        ),
    )
    assert the.an_appealed_case().after(the.lifting(LATER)).state.stay is None


def test_the_stay_holds_while_another_appeal_is_open() -> None:
    history = the.an_appealed_case().after(staying("appeal-2"))
    one_left = history.after(the.lifting(LATER))

    history.when(the.lifting(LATER)).then(AppealDropped(appeal_id="appeal-1"))
    one_left.when(the.lifting(LATER)).then_nothing()
    one_left.when(the.lifting(LATER, "appeal-2")).then_types(AppealDropped, ObligationsResumed)


def test_an_appeal_that_stayed_nothing_leaves_nothing_to_lift() -> None:
    for history in (the.no_file(), the.a_ruled_case(), the.a_fulfilled_ruling()):
        history.when(the.lifting(LATER)).then_nothing()


def test_an_overdue_clock_resumes_with_nothing_left() -> None:
    stayed_late = the.asked(StayObligations, at=LATER, appeal_id="appeal-1")
    lifted_at = LATER + timedelta(days=1)

    facts = (
        the.a_ruled_case(the.REFUND)
        .after(stayed_late)
        .when(the.lifting(lifted_at))
        .then_types(AppealDropped, ObligationsResumed)
    )

    assert facts[1].debts == (Debt(obligation=due(ONLY_REFUND, comply_by=lifted_at)),)


def test_what_was_enforced_or_met_keeps_its_instant() -> None:
    assert ONLY_REFUND.comply_by
    enforcing = the.asked(EnforceObligation, at=ONLY_REFUND.comply_by, obligation_id=ONLY_REFUND.id)
    history = the.a_ruled_case(the.REFUND).after(enforcing)
    history = history.after(the.asked(StayObligations, at=LATER, appeal_id="appeal-1"))

    facts = history.when(the.lifting(LATER)).then_types(AppealDropped, ObligationsResumed)

    assert facts[1].debts == (Debt(obligation=ONLY_REFUND, enforced=True),)


def test_what_falls_due_during_a_stay_gets_its_whole_window_afterwards() -> None:
    history = the.an_appealed_case()
    received = the.confirming(SHIP, the.QINGYAO, AT + timedelta(days=1))

    facts = history.when(received).then_types(PerformanceConfirmed, ObligationFellDue)
    resumed = history.after(received).when(the.lifting(LATER)).then_types(AppealDropped, ObligationsResumed)

    assert facts[1].enforce_at is None
    assert resumed[1].debts[1].obligation.comply_by == LATER + timedelta(hours=48)


def test_a_dispute_during_a_stay_sets_no_clock() -> None:
    history = the.an_appealed_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    disputing = the.asked(DisputePerformance, by=the.LIN, at=LATER, obligation_id=ONLY_REFUND.id, reason="No.")

    facts = history.when(disputing).then_types(PerformanceDisputed)

    assert facts[0].enforce_at is None
