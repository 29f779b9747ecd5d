"""Screening names every failed rule at once, with its clause and its cure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.events import ComplaintAccepted, ComplaintFiled, ComplaintRejected
from services.intake.domain.filing import FileComplaint
from shared.kernel.money import Money
from shared.kernel.orders import Listing
from shared.kernel.policy import Condition
from shared.kernel.reasons import Failure
from shared.kernel.remedies import Demand, Remedy
from shared.kernel.values import said
from tests.examples.intake import (
    A_REPAIR,
    ANSWER_BY,
    LIN,
    POLICY,
    PRICE,
    a_declined_negotiation,
    a_teapot,
    an_attested_refusal,
    an_order,
    file_after_negotiation,
    file_complaint,
    nothing,
)
from tests.kit.deciding import NOON, History

UNDELIVERED = an_order(delivered_at=None)
LAST_DAY = NOON + timedelta(days=13)
WARRANTY_UNTIL = NOON + timedelta(days=300)
UNDER_WARRANTY = an_order(lines=(a_teapot(warranty_until=WARRANTY_UNTIL),))


def failures(command: FileComplaint, history: History | None = None) -> Sequence[Failure]:
    outcome = (history or nothing()).when(command)
    _, rejected = outcome.then_types(ComplaintFiled, ComplaintRejected)
    assert isinstance(rejected, ComplaintRejected)
    assert rejected.policy_version == command.policy.version
    assert all(failure.detail and failure.cure for failure in rejected.failures)
    return rejected.failures


def an_attested(outcome: str, **changes: Any) -> dict[str, Any]:
    return {"attested": an_attested_refusal(outcome=outcome, **changes)}


def demanding(remedy: Remedy, amount: Money | None) -> dict[str, Any]:
    return {"demand": Demand(remedy=remedy, amount=amount)}


@pytest.mark.parametrize(
    ("changes", "rule", "clause"),
    [
        ({"category": "bad_luck"}, "category_must_be_listed", "process.category"),
        ({"sub_reason": "too_green"}, "category_must_be_listed", "process.category"),
        ({"attested": None}, "negotiation_must_have_failed", "process.negotiate_first"),
        (
            an_attested("refused", opened_at=NOON + timedelta(hours=1)),
            "negotiation_must_have_failed",
            "process.negotiate_first",
        ),
        (
            an_attested("no_response", opened_at=NOON - timedelta(hours=23)),
            "silence_must_last_before_it_counts",
            "process.negotiate_first",
        ),
        (an_attested("offer_unacceptable"), "seller_must_have_refused_a_remedy", "quality.2"),
        ({"order": UNDELIVERED}, "order_must_be_delivered", "process.real_order"),
        ({"at": LAST_DAY + timedelta(seconds=1)}, "complaint_must_be_filed_in_time", "process.filing_window"),
        (
            {"category": "false_advertising", "sub_reason": "listing"},
            "demand_must_fit_the_category",
            "process.demand",
        ),
        (demanding(Remedy.REFUND, None), "demand_must_name_its_amount", None),
        (demanding(Remedy.REFUND, Money(minor=0)), "demand_must_name_its_amount", None),
        (demanding(Remedy.REFUND, Money(minor=100, currency="EUR")), "demand_must_be_in_the_order_currency", None),
        (
            demanding(Remedy.REFUND, PRICE.plus(Money(minor=1))),
            "demand_must_not_exceed_price_paid",
            "process.demand",
        ),
        ({"taken_up": "pending"}, "line_and_ground_must_be_new", None),
        ({"taken_up": "settled"}, "line_and_ground_must_be_new", "process.once"),
        ({"taken_up": "decided"}, "line_and_ground_must_be_new", "process.once"),
    ],
)
def test_each_rule_rejects_with_its_clause(changes: dict[str, Any], rule: str, clause: str | None) -> None:
    command = file_complaint(**changes)
    (failure,) = failures(command)
    assert failure.rule == rule
    assert failure.clause == command.policy.screening.get(rule)
    assert clause in {None, failure.clause}


def test_every_failed_rule_is_named_at_once() -> None:
    hopeless = file_complaint(
        at=LAST_DAY + timedelta(days=1),
        attested=None,
        taken_up="pending",
        category="false_advertising",
        sub_reason="listing",
        demand=Demand(remedy=Remedy.EXCHANGE, amount=PRICE.plus(PRICE)),
    )
    assert [failure.rule for failure in failures(hopeless)] == [
        "negotiation_must_have_failed",
        "complaint_must_be_filed_in_time",
        "demand_must_fit_the_category",
        "demand_must_not_exceed_price_paid",
        "line_and_ground_must_be_new",
    ]


def test_an_unlisted_category_is_told_together_with_what_does_not_depend_on_it() -> None:
    unlisted = file_complaint(category="bad_luck", attested=None, order=UNDELIVERED)
    assert [failure.rule for failure in failures(unlisted)] == [
        "category_must_be_listed",
        "negotiation_must_have_failed",
        "order_must_be_delivered",
    ]


STALLED = {"category": "logistics", "sub_reason": "tracking_stalled", "order": UNDELIVERED}
DAMAGED = {"category": "logistics", "sub_reason": "damaged"}
PROMISED = an_order(promises=("seven_day_return",))
SEVEN_DAYS = {"category": "promised_service", "sub_reason": "seven_day_return"}
CAUTIONED = a_teapot(listing=Listing(title="Teapot", cautions="hand-thrown, so spouts differ"))
REGRET = {"caution_unread": True}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"order": an_order(unreal="brushing")}, ["order_must_be_real"]),
        (STALLED, ["tracking_must_have_stalled"]),
        (STALLED | {"last_update_at": NOON - timedelta(hours=71)}, ["tracking_must_have_stalled"]),
        (STALLED | {"last_update_at": NOON + timedelta(hours=1)}, ["tracking_must_have_stalled"]),
        (DAMAGED | {"order": UNDELIVERED}, ["order_must_be_delivered"]),
        (SEVEN_DAYS, ["service_must_have_been_promised"]),
        (SEVEN_DAYS | {"sub_reason": "quality_guarantee", "order": PROMISED}, ["service_must_have_been_promised"]),
        (SEVEN_DAYS | {"sub_reason": "after_sales_service", "order": PROMISED}, ["service_must_have_been_promised"]),
        (
            SEVEN_DAYS | {"order": PROMISED, "at": NOON + timedelta(days=5, seconds=1)},
            ["complaint_must_be_filed_in_time"],
        ),
        (REGRET | {"order": an_order(lines=(CAUTIONED,))}, ["caution_must_have_been_read"]),
        (
            REGRET | SEVEN_DAYS | {"order": an_order(lines=(CAUTIONED,)), "sub_reason": "quality_guarantee"},
            ["service_must_have_been_promised", "caution_must_have_been_read"],
        ),
    ],
)
def test_each_precondition_of_a_sub_reason_rejects_with_clause_and_cure(
    changes: dict[str, Any], rules: list[str]
) -> None:
    failed = failures(file_complaint(**changes))
    assert [failure.rule for failure in failed] == rules
    assert all(failure.clause == POLICY.screening[failure.rule] for failure in failed)


def test_the_cure_of_a_stall_is_the_instant_from_which_it_counts() -> None:
    (failure,) = failures(file_complaint(**STALLED, last_update_at=NOON - timedelta(hours=71)))
    assert failure.cure.startswith(f"file again from {said(NOON + timedelta(hours=1))} on")


def test_each_way_another_case_can_stand_has_a_cure_of_its_own() -> None:
    cures = {failures(file_complaint(taken_up=how))[0].cure for how in ("pending", "settled", "decided")}
    assert len(cures) == 3


def test_the_filing_window_is_the_sub_reasons_before_the_categorys_before_the_general_one() -> None:
    quality = POLICY.categories["product_quality"].model_copy(update={"filing": 24.0})
    categories = {**POLICY.categories, "product_quality": quality}
    short = POLICY.model_copy(update={"categories": categories})
    (failure,) = failures(file_complaint(policy=short))
    assert failure.rule == "complaint_must_be_filed_in_time"
    own = quality.model_copy(update={"conditions": {"broken": Condition(filing=72.0)}})
    longer = POLICY.model_copy(update={"categories": categories | {"product_quality": own}})
    nothing().when(file_complaint(policy=longer)).then_types(ComplaintFiled, ComplaintAccepted)


def test_an_undelivered_order_is_told_under_which_category_it_can_be_filed() -> None:
    (failure,) = failures(file_complaint(order=UNDELIVERED))
    assert failure.cure == "file after delivery, or under logistics if the goods do not arrive"


@pytest.mark.parametrize(
    "changes",
    [
        STALLED | {"last_update_at": NOON - timedelta(hours=72)},
        DAMAGED,
        SEVEN_DAYS | {"order": PROMISED, "at": NOON + timedelta(days=5)},
        SEVEN_DAYS | REGRET | {"order": an_order(lines=(CAUTIONED,), promises=("seven_day_return",))},
        SEVEN_DAYS | {"sub_reason": "quality_guarantee", "order": an_order(promises=("quality_guarantee",))},
        SEVEN_DAYS
        | {
            "sub_reason": "after_sales_service",
            "order": an_order(lines=(a_teapot(warranty_until=WARRANTY_UNTIL),), promises=("after_sales_service",)),
            "at": WARRANTY_UNTIL,
        },
        REGRET,
        {"order": an_order(lines=(CAUTIONED,))},
        {"at": LAST_DAY},
        an_attested("no_response", opened_at=NOON - timedelta(hours=24)),
        an_attested("blame_shifted"),
        {"category": "logistics", "sub_reason": "lost", "order": UNDELIVERED},
        {"category": "after_sales", "sub_reason": "return_obstructed"} | an_attested("offer_unacceptable"),
        {
            "category": "after_sales",
            "sub_reason": "warranty_repair_refused",
            "order": UNDER_WARRANTY,
            "at": WARRANTY_UNTIL,
        },
        {"category": "after_sales", "sub_reason": "warranty_repair_refused"},
        demanding(Remedy.REPAIR, None),
        demanding(Remedy.EXCHANGE, PRICE),
    ],
)
def test_what_is_just_within_the_rules_is_accepted(changes: dict[str, Any]) -> None:
    nothing().when(file_complaint(**changes)).then_types(ComplaintFiled, ComplaintAccepted)


def test_a_warranty_case_after_the_warranty_is_late() -> None:
    late = file_complaint(
        category="after_sales",
        sub_reason="warranty_repair_refused",
        order=UNDER_WARRANTY,
        at=WARRANTY_UNTIL + timedelta(seconds=1),
    )
    assert [failure.rule for failure in failures(late)] == ["complaint_must_be_filed_in_time"]


def test_a_seller_who_only_offered_money_has_refused_return_exchange_and_repair() -> None:
    a_declined_negotiation().when(file_after_negotiation()).then_types(ComplaintFiled, ComplaintAccepted)


def test_a_seller_who_offered_a_repair_has_not_refused_one() -> None:
    declined = a_declined_negotiation(A_REPAIR)
    (failure,) = failures(file_after_negotiation(), declined)
    assert failure.rule == "seller_must_have_refused_a_remedy"


def test_what_was_negotiated_here_counts_before_what_is_attested() -> None:
    declined = a_declined_negotiation(A_REPAIR)
    attesting = file_after_negotiation(by=LIN, at=ANSWER_BY, attested=an_attested_refusal())
    assert [failure.rule for failure in failures(attesting, declined)] == ["seller_must_have_refused_a_remedy"]
