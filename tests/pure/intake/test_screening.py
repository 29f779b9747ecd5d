"""Screening names every failed rule at once, with its clause and its cure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.events import ComplaintAccepted, ComplaintFiled, ComplaintRejected
from services.intake.domain.filing import FileComplaint
from shared.kernel.money import Money
from shared.kernel.reasons import Failure
from shared.kernel.remedies import Demand, Remedy
from tests.examples.intake import (
    A_REPAIR,
    ANSWER_BY,
    LIN,
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


@pytest.mark.parametrize(
    "changes",
    [
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
