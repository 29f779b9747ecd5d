"""The adjudicator says whether what the creditor disputes was performed."""

from datetime import datetime, timedelta

from services.mediation.domain.compliance import EnforceObligation
from services.mediation.domain.disputes import DecideDispute
from services.mediation.domain.events import (
    DisputeDecided,
    EnforcementOrdered,
    ObligationsFulfilled,
    PerformanceConfirmed,
    PerformanceReported,
)
from services.mediation.domain.obligations import DebtStatus
from shared.kernel.actors import Actor
from tests.examples import mediation as the

AT = the.APPEALED_AT + timedelta(hours=1)
(ONLY_REFUND,) = the.ruled(the.REFUND)
LATE = the.RULED_AT + timedelta(hours=30)


def deciding(*, performed: bool, by: Actor = the.MEI, at: datetime = AT, key: str = ONLY_REFUND.id) -> DecideDispute:
    return the.asked(DecideDispute, by=by, at=at, obligation_id=key, performed=performed, reason="The receipt.")


def decided(*, performed: bool, enforce_at: datetime | None = None, at: datetime = AT) -> DisputeDecided:
    due = ONLY_REFUND.model_copy(update={"comply_by": enforce_at})
    return DisputeDecided(
        obligation_id=ONLY_REFUND.id,
        performed=performed,
        reason="The receipt.",
        enforce_at=enforce_at,
        remind_at=the.debtors_reminded(at, due)[due.id],
    )


def test_what_was_performed_is_met() -> None:
    the.a_disputed_refund().when(deciding(performed=True)).then(
        decided(performed=True),
        PerformanceConfirmed(obligation_id=ONLY_REFUND.id, silently=False),
        ObligationsFulfilled(basis="ruling", obligations=(ONLY_REFUND,)),
    )


def test_what_was_not_performed_is_owed_as_before() -> None:
    history = the.a_disputed_refund()
    after = history.after(deciding(performed=False))

    history.when(deciding(performed=False)).then(decided(performed=False, enforce_at=ONLY_REFUND.comply_by))
    assert after.state.debts[0].status is DebtStatus.OWED
    after.when(the.reporting(ONLY_REFUND, the.QINGYAO, LATE)).then_types(PerformanceReported)


def test_what_was_not_performed_by_its_instant_is_enforced_at_once() -> None:
    history = the.a_disputed_refund()
    enforcing = the.asked(EnforceObligation, at=LATE, obligation_id=ONLY_REFUND.id)

    history.when(deciding(performed=False, at=LATE)).then(decided(performed=False, enforce_at=LATE, at=LATE))
    history.after(deciding(performed=False, at=LATE)).when(enforcing).then_types(EnforcementOrdered)


def test_a_dispute_is_decided_once_and_only_where_there_is_one() -> None:
    again = the.a_disputed_refund().after(deciding(performed=False))

    again.when(deciding(performed=False)).then_refused("performance_must_be_disputed")
    the.a_ruled_case(the.REFUND).when(deciding(performed=True)).then_refused("performance_must_be_disputed")
    the.a_disputed_refund().when(deciding(performed=True, key="refund-of-a-bowl")).then_refused(
        "obligation_must_be_of_this_case"
    )
    the.a_failed_mediation().when(deciding(performed=True)).then_refused("something_must_be_owed")


def test_only_the_adjudicator_who_had_the_case_decides() -> None:
    for by in (the.GAO, the.LIN, the.QINGYAO):
        the.a_disputed_refund().when(deciding(performed=True, by=by)).then_refused(
            "only_the_assigned_adjudicator_may_do_this"
        )
