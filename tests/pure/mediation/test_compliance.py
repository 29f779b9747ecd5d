"""Performance: reported, confirmed, disputed, and enforced when overdue."""

from datetime import datetime, timedelta

from services.mediation.domain.compliance import (
    ConfirmBySilence,
    ConfirmPerformed,
    EnforceObligation,
    ReportPerformed,
)
from services.mediation.domain.disputes import DisputePerformance
from services.mediation.domain.events import (
    EnforcementOrdered,
    ObligationFellDue,
    ObligationsFulfilled,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
)
from services.mediation.domain.standing import Done
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.items import FileRef
from shared.kernel.remedies import Obligation
from tests.examples import mediation as the

AT = the.APPEALED_AT
SHIP, REFUND = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)
REFUND_DUE = the.RULED_AT + timedelta(hours=24)
CONFIRM_BY = AT + timedelta(hours=72)
RECEIPT = FileRef(sha256="a" * 64, size=1024, media_type="application/pdf")


def silence(obligation: Obligation, at: datetime = CONFIRM_BY, by: Actor = SYSTEM) -> ConfirmBySilence:
    return the.asked(ConfirmBySilence, by=by, at=at, obligation_id=obligation.id)


def disputing(obligation: Obligation, by: Actor, at: datetime = AT) -> DisputePerformance:
    return the.asked(DisputePerformance, by=by, at=at, obligation_id=obligation.id, reason="Nothing arrived.")


def enforcing(obligation: Obligation, at: datetime, by: Actor = SYSTEM) -> EnforceObligation:
    return the.asked(EnforceObligation, by=by, at=at, obligation_id=obligation.id)


def test_the_debtor_reports_performance_with_proof() -> None:
    report = the.asked(
        ReportPerformed, by=the.QINGYAO, at=AT, obligation_id=ONLY_REFUND.id, proof="Receipt.", files=(RECEIPT,)
    )

    the.a_ruled_case(the.REFUND).when(report).then(
        PerformanceReported(
            obligation_id=ONLY_REFUND.id,
            proof="Receipt.",
            files=(RECEIPT,),
            confirm_by=CONFIRM_BY,
            remind_at=the.reminded(AT, CONFIRM_BY),
        )
    )


def test_what_was_reported_or_met_is_not_reported_again() -> None:
    report = the.reporting(ONLY_REFUND, the.QINGYAO)

    the.a_ruled_case(the.REFUND).after(report).when(report).then_nothing()
    the.a_fulfilled_ruling().when(report).then_nothing()


def test_what_was_disputed_is_reported_anew() -> None:
    history = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))

    disputed = history.after(disputing(ONLY_REFUND, the.LIN))

    disputed.when(the.reporting(ONLY_REFUND, the.QINGYAO)).then_types(PerformanceReported)


def test_only_the_debtor_reports() -> None:
    the.a_ruled_case().when(the.reporting(REFUND, the.LIN)).then_refused("only_the_debtor_may_do_this")
    the.a_ruled_case().when(the.reporting(SHIP, the.QINGYAO)).then_refused("only_the_debtor_may_do_this")


def test_only_the_creditor_confirms_and_disputes() -> None:
    history = the.a_ruled_case()

    history.when(the.confirming(REFUND, the.QINGYAO)).then_refused("only_the_creditor_may_do_this")
    history.when(disputing(SHIP, the.LIN)).then_refused("only_the_creditor_may_do_this")


def test_a_stranger_has_no_say_in_compliance() -> None:
    history = the.a_ruled_case()

    for command in (
        the.reporting(SHIP, the.PASSER_BY),
        the.confirming(SHIP, the.MEI),
        disputing(SHIP, the.PASSER_BY),
    ):
        history.when(command).then_refused("only_a_party_may_do_this")


def test_only_what_is_owed_on_this_case_is_performed() -> None:
    elsewhere = ONLY_REFUND.model_copy(update={"id": "refund-of-a-bowl"})
    history = the.a_ruled_case(the.REFUND)

    history.when(the.reporting(elsewhere, the.QINGYAO)).then_refused("obligation_must_be_of_this_case")
    history.when(the.confirming(elsewhere, the.LIN)).then_refused("obligation_must_be_of_this_case")
    history.when(disputing(elsewhere, the.LIN)).then_refused("obligation_must_be_of_this_case")


def test_nothing_is_performed_before_something_is_owed() -> None:
    history = the.an_open_mediation()

    history.when(the.reporting(SHIP, the.LIN)).then_refused("something_must_be_owed")
    history.when(the.confirming(SHIP, the.QINGYAO)).then_refused("something_must_be_owed")
    history.when(disputing(SHIP, the.QINGYAO)).then_refused("something_must_be_owed")


def test_a_received_return_makes_the_refund_due() -> None:
    due = REFUND.model_copy(update={"comply_by": AT + timedelta(hours=48)})

    the.a_ruled_case().when(the.confirming(SHIP, the.QINGYAO)).then(
        PerformanceConfirmed(obligation_id=SHIP.id, silently=False),
        ObligationFellDue(obligation=due, enforce_at=due.comply_by, remind_at=the.debtors_reminded(AT, due)[due.id]),
    )


def test_a_received_return_makes_the_replacement_due() -> None:
    shipped, replacement = the.ruled(the.EXCHANGE)
    due = replacement.model_copy(update={"comply_by": AT + timedelta(days=7)})

    facts = (
        the.a_ruled_case(the.EXCHANGE)
        .when(the.confirming(shipped, the.QINGYAO))
        .then_types(PerformanceConfirmed, ObligationFellDue)
    )

    assert facts[1].obligation == due


def test_a_refund_paid_before_the_return_stays_paid() -> None:
    history = the.a_ruled_case().after(the.confirming(REFUND, the.LIN))

    history.when(the.confirming(SHIP, the.QINGYAO)).then_types(PerformanceConfirmed, ObligationsFulfilled)


def test_a_refund_reported_before_the_return_waits_for_its_confirmation_only() -> None:
    history = the.a_ruled_case().after(the.reporting(REFUND, the.QINGYAO))

    facts = history.when(the.confirming(SHIP, the.QINGYAO)).then_types(PerformanceConfirmed, ObligationFellDue)

    assert facts[1].enforce_at is None


def test_the_last_confirmation_fulfils_everything() -> None:
    the.a_ruled_case(the.REFUND).when(the.confirming(ONLY_REFUND, the.LIN)).then(
        PerformanceConfirmed(obligation_id=ONLY_REFUND.id, silently=False),
        ObligationsFulfilled(basis="ruling", obligations=(ONLY_REFUND,)),
    )
    assert isinstance(the.a_fulfilled_ruling().state, Done)


def test_a_settlement_is_fulfilled_as_a_settlement() -> None:
    history = the.a_settled_case()
    (debt,) = history.state.debts

    facts = history.when(the.confirming(debt.obligation, the.LIN)).then_types(
        PerformanceConfirmed, ObligationsFulfilled
    )

    assert facts[1].basis == "settlement"


def test_confirming_twice_changes_nothing() -> None:
    confirming: ConfirmPerformed = the.confirming(SHIP, the.QINGYAO)

    the.a_ruled_case().after(confirming).when(confirming).then_nothing()
    the.a_fulfilled_ruling().when(the.confirming(ONLY_REFUND, the.LIN)).then_nothing()


def test_silence_confirms_at_its_instant() -> None:
    history = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))

    history.when(silence(ONLY_REFUND, CONFIRM_BY - timedelta(seconds=1))).then_nothing()
    history.when(silence(ONLY_REFUND)).then(
        PerformanceConfirmed(obligation_id=ONLY_REFUND.id, silently=True),
        ObligationsFulfilled(basis="ruling", obligations=(ONLY_REFUND,)),
    )
    history.after(silence(ONLY_REFUND)).when(silence(ONLY_REFUND)).then_nothing()


def test_silence_confirms_nothing_that_was_not_reported() -> None:
    elsewhere = ONLY_REFUND.model_copy(update={"id": "refund-of-a-bowl"})

    the.a_ruled_case(the.REFUND).when(silence(ONLY_REFUND)).then_nothing()
    the.a_ruled_case(the.REFUND).when(silence(elsewhere)).then_nothing()
    the.a_ruled_case().when(silence(SHIP, by=the.LIN)).then_refused("only_the_platform_may_do_this")


def test_the_creditor_disputes_and_the_adjudicator_has_time_to_decide_before_it_is_enforced() -> None:
    history = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    decide_by = AT + timedelta(hours=48)
    disputed = PerformanceDisputed(
        obligation_id=ONLY_REFUND.id,
        reason="Nothing arrived.",
        enforce_at=decide_by,
        decide_by=decide_by,
        remind_at=the.reminded(AT, decide_by),
    )

    history.when(disputing(ONLY_REFUND, the.LIN)).then(disputed)
    history.after(disputing(ONLY_REFUND, the.LIN)).when(disputing(ONLY_REFUND, the.LIN)).then_nothing()


def test_a_dispute_that_nobody_decides_counts_as_not_performed() -> None:
    late = REFUND_DUE + timedelta(hours=5)
    history = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))

    facts = history.when(disputing(ONLY_REFUND, the.LIN, late)).then_types(PerformanceDisputed)

    undecided = late + timedelta(hours=48)
    assert facts[0].enforce_at == undecided
    after = history.after(disputing(ONLY_REFUND, the.LIN, late))
    after.when(enforcing(ONLY_REFUND, late)).then_nothing()
    after.when(enforcing(ONLY_REFUND, undecided)).then_types(EnforcementOrdered)


def test_a_refund_disputed_before_it_is_due_has_no_clock_yet() -> None:
    history = the.a_ruled_case().after(the.reporting(REFUND, the.QINGYAO))

    facts = history.when(disputing(REFUND, the.LIN)).then_types(PerformanceDisputed)

    assert facts[0].enforce_at is None


def test_only_a_report_is_disputed() -> None:
    the.a_ruled_case().when(disputing(REFUND, the.LIN)).then_refused("performance_must_have_been_reported")


def test_what_was_confirmed_is_not_disputed() -> None:
    the.a_fulfilled_ruling().when(disputing(ONLY_REFUND, the.LIN)).then_refused("confirmed_performance_stands")


def test_silence_confirms_nothing_once_all_is_met() -> None:
    the.a_fulfilled_ruling().when(silence(ONLY_REFUND)).then_nothing()
