"""Who handles a case: the frontline the simple ones, a specialist the others, with the reasons on record."""

from typing import Any

import pytest

from services.intake.domain.events import ComplaintAccepted
from services.intake.domain.words import EarlierCases
from shared.kernel.actors import Role
from shared.kernel.money import Money
from shared.kernel.policy import Category
from tests.examples.intake import (
    ANSWER_BY,
    POLICY,
    a_teapot,
    an_attested_refusal,
    an_open_negotiation,
    an_order,
    file_after_negotiation,
    file_complaint,
    lapse_negotiation,
    nothing,
)
from tests.kit.deciding import History


def tier(changes: dict[str, Any], history: History | None = None) -> tuple[Role, tuple[str, ...]]:
    _, accepted, *_ = (history or nothing()).when(file_complaint(**changes)).outcome
    assert isinstance(accepted, ComplaintAccepted)
    return accepted.tier, accepted.tier_reasons


def priced(price: Money) -> dict[str, Any]:
    demand = file_complaint().demand.model_copy(update={"amount": price})
    return {"order": an_order(lines=(a_teapot(price_paid=price),)), "demand": demand}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"attested": an_attested_refusal(outcome="refused")},
        priced(POLICY.limits.frontline_amount),
        {"earlier_cases": EarlierCases(buyer=2, seller=19)},
    ],
)
def test_a_simple_case_goes_to_the_frontline(changes: dict[str, Any]) -> None:
    assert tier(changes) == (Role.FRONTLINE, ())


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"attested": an_attested_refusal(outcome="no_response")}, ("seller_not_cooperating",)),
        ({"attested": an_attested_refusal(outcome="blame_shifted")}, ("seller_not_cooperating",)),
        (priced(Money(minor=50_001)), ("high_amount",)),
        (priced(Money(minor=100, currency="EUR")), ("high_amount",)),
        ({"earlier_cases": EarlierCases(buyer=3)}, ("repeated_buyer",)),
        ({"earlier_cases": EarlierCases(seller=20)}, ("repeated_seller",)),
        ({"category": "seller_violation", "sub_reason": "forced_purchase"}, ("seller_violation",)),
        ({"category": "seller_violation", "sub_reason": "counterfeit"}, ("seller_violation", "counterfeit")),
        (
            priced(Money(minor=50_001)) | {"attested": an_attested_refusal(outcome="no_response")},
            ("high_amount", "seller_not_cooperating"),
        ),
    ],
)
def test_every_reason_for_a_specialist_is_recorded(changes: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert tier(changes) == (Role.SPECIALIST, reasons)


def test_silence_in_a_negotiation_held_here_counts_as_not_cooperating() -> None:
    silent = an_open_negotiation().after(lapse_negotiation())
    _, accepted = silent.when(file_after_negotiation(at=ANSWER_BY)).outcome
    assert (accepted.tier, accepted.tier_reasons) == (Role.SPECIALIST, ("seller_not_cooperating",))


def test_the_thresholds_are_the_policys() -> None:
    strict = POLICY.model_copy(
        update={"uncooperative": ("refused",), "limits": POLICY.limits.model_copy(update={"repeated_buyer_cases": 1})}
    )
    changes = {"policy": strict, "earlier_cases": EarlierCases(buyer=1)}
    assert tier(changes) == (Role.SPECIALIST, ("seller_not_cooperating", "repeated_buyer"))


def test_a_condition_on_an_unlisted_sub_reason_is_told_when_the_policy_is_read() -> None:
    category = POLICY.categories["logistics"].model_dump()
    with pytest.raises(ValueError, match="not listed: eaten"):
        Category.model_validate(category | {"conditions": {"eaten": {"stalled": 1}}})
