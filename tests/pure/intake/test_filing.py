"""Filing a complaint: who may, on which case, and what it leads to."""

from typing import Any

import pytest

from services.intake.domain.advising import advice_on
from services.intake.domain.case import InProcess, Rejected
from services.intake.domain.events import ComplaintAccepted, ComplaintFiled, ComplaintRejected, ViolationAlleged
from services.intake.domain.filing import FileComplaint
from shared.kernel.actors import SYSTEM, Actor, Role
from shared.kernel.money import Money
from shared.kernel.orders import Listing
from tests.examples.intake import (
    CASE,
    LIN,
    ORDER,
    PARTIES,
    POLICY,
    PRICE,
    QINGYAO,
    RETURN_AND_REFUND,
    REVIEWER,
    STRANGER,
    TEAPOT,
    TRAY,
    ZHAO,
    a_case_suspended_by_consent,
    a_closed_ruled_case,
    a_complaint_rejected_after_negotiation,
    a_filed_complaint,
    a_known_order,
    a_refused_negotiation,
    a_rejected_complaint,
    a_ruled_case,
    a_settled_case,
    a_teapot,
    an_attested_refusal,
    an_open_negotiation,
    an_order,
    file_after_negotiation,
    file_complaint,
    nothing,
    record_order,
)
from tests.kit.deciding import Decided


def accepted(decided: Decided) -> ComplaintAccepted:
    _, second = decided.then_types(ComplaintFiled, ComplaintAccepted)
    assert isinstance(second, ComplaintAccepted)
    return second


def test_a_sound_complaint_is_filed_and_accepted_at_once() -> None:
    command = file_complaint()
    assert FileComplaint.NAME == "file_complaint"
    nothing().when(command).then(
        ComplaintFiled(
            order_id=ORDER,
            line_id=TEAPOT,
            parties=PARTIES,
            category="product_quality",
            sub_reason="broken",
            description=command.description,
            demand=RETURN_AND_REFUND,
            channel="order_page",
            attested=an_attested_refusal(),
            line=a_teapot(),
            advice=advice_on(command.description, a_teapot(), POLICY.advice),
        ),
        ComplaintAccepted(
            order_id=ORDER,
            line_id=TEAPOT,
            parties=PARTIES,
            category="product_quality",
            sub_reason="broken",
            demand=RETURN_AND_REFUND,
            price_paid=PRICE,
            product="Longquan celadon teapot",
            tier=Role.FRONTLINE,
            policy_version=POLICY.version,
            line=a_teapot(),
            delivered_at=an_order().delivered_at,
        ),
    )
    assert a_filed_complaint().state == InProcess(parties=PARTIES, policy_version=POLICY.version)


def test_a_complaint_follows_a_negotiation_that_failed_here_without_attesting_it() -> None:
    accepted(a_refused_negotiation().when(file_after_negotiation()))


@pytest.mark.parametrize("staff", [ZHAO, Actor(role=Role.SPECIALIST, id="qian"), SYSTEM])
def test_staff_file_for_a_buyer_who_calls(staff: Actor) -> None:
    by_phone = file_complaint(by=staff, on_behalf_of="lin", channel="phone")
    assert accepted(nothing().when(by_phone)).parties == PARTIES


def test_a_buyer_may_name_themselves() -> None:
    accepted(nothing().when(file_complaint(on_behalf_of="lin")))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"by": QINGYAO}, "only_the_buyer_may_do_this"),
        ({"by": REVIEWER}, "only_the_buyer_may_do_this"),
        ({"by": ZHAO}, "staff_must_name_whom_they_file_for"),
        ({"on_behalf_of": "wang"}, "buyers_file_for_themselves"),
        ({"order": None}, "order_must_be_known"),
        ({"by": STRANGER}, "order_must_be_the_buyers"),
        ({"by": ZHAO, "on_behalf_of": "wang"}, "order_must_be_the_buyers"),
        ({"line_id": "line-9"}, "line_must_be_of_the_order"),
    ],
)
def test_nothing_is_filed_without_the_buyer_and_their_order(changes: dict[str, Any], rule: str) -> None:
    nothing().when(file_complaint(**changes)).then_refused(rule)


def test_filing_while_the_negotiation_is_open_is_refused_with_what_to_do() -> None:
    refused = an_open_negotiation().when(file_complaint()).then_refused("negotiation_must_have_failed")
    assert refused.clause == "process.negotiate_first"
    assert refused.cure is not None


def test_a_stranger_cannot_file_on_someone_elses_case() -> None:
    for history in (a_refused_negotiation(), a_rejected_complaint(), a_filed_complaint()):
        history.when(file_complaint(by=STRANGER)).then_refused("only_the_buyer_may_do_this")


def test_the_complaint_is_about_the_line_that_was_negotiated() -> None:
    for history in (a_refused_negotiation(), a_complaint_rejected_after_negotiation()):
        other_line = file_after_negotiation(line_id=TRAY)
        history.when(other_line).then_refused("complaint_must_be_about_the_negotiated_line")


def test_a_complaint_is_filed_once() -> None:
    for history in (a_filed_complaint(), a_settled_case(), a_ruled_case(), a_closed_ruled_case()):
        history.when(file_complaint(id="file-2")).then_refused("complaint_can_be_filed_once")


def test_an_order_is_not_a_case() -> None:
    a_known_order().when(file_complaint(case_id=ORDER)).then_refused("case_must_not_be_an_order")


def test_a_rejected_complaint_may_be_filed_again_once_cured() -> None:
    rejected = a_rejected_complaint()
    assert rejected.state == Rejected(parties=PARTIES, negotiation=None)
    accepted(rejected.when(file_complaint(id="file-2")))


def test_a_rejected_complaint_keeps_the_negotiation_that_was_held_here() -> None:
    rejected = a_complaint_rejected_after_negotiation()
    assert isinstance(rejected.facts[-1], ComplaintRejected)
    accepted(rejected.when(file_after_negotiation(id="file-2")))
    again = rejected.after(file_after_negotiation(id="file-2", category="worse_luck"))
    accepted(again.when(file_after_negotiation(id="file-3")))


@pytest.mark.parametrize(
    ("price", "tier"),
    [
        (Money(minor=50_000), Role.FRONTLINE),
        (Money(minor=50_001), Role.SPECIALIST),
        (Money(minor=36_800, currency="EUR"), Role.SPECIALIST),
    ],
)
def test_a_high_or_incomparable_price_goes_to_a_specialist(price: Money, tier: Role) -> None:
    order = an_order(lines=(a_teapot(price_paid=price),))
    demand = RETURN_AND_REFUND.model_copy(update={"amount": price})
    assert accepted(nothing().when(file_complaint(order=order, demand=demand))).tier is tier


def test_the_category_can_ask_for_a_specialist() -> None:
    counterfeit = file_complaint(category="seller_violation", sub_reason="counterfeit")
    _, taken_up, alleged = nothing().when(counterfeit).then_types(ComplaintFiled, ComplaintAccepted, ViolationAlleged)
    assert (taken_up.tier, taken_up.tier_reasons) == (Role.SPECIALIST, ("seller_violation", "counterfeit"))
    assert alleged == ViolationAlleged(parties=PARTIES, order_id=ORDER, line_id=TEAPOT, violation="counterfeit")


def test_a_rejected_violation_is_not_alleged() -> None:
    unheard = file_complaint(category="seller_violation", sub_reason="counterfeit", attested=None)
    nothing().when(unheard).then_types(ComplaintFiled, ComplaintRejected)


def test_a_case_keeps_the_order_line_and_listing_it_was_filed_under() -> None:
    case = a_filed_complaint()
    rewritten = a_teapot(listing=Listing(title="Teapot, spout may be uneven", cautions="uneven spout"))
    a_known_order().after(record_order(version=2, order=an_order(lines=(rewritten,))))
    taken_up = case.facts[-1]
    assert isinstance(taken_up, ComplaintAccepted)
    assert taken_up.line == a_teapot()


def test_a_complaint_filed_again_is_about_the_newest_version_of_the_order() -> None:
    dearer = a_teapot(model="LQ-220")
    again = file_complaint(id="file-2", order=an_order(lines=(dearer,)))
    assert accepted(a_rejected_complaint().when(again)).line == dearer


def test_a_suspended_case_is_not_filed_again() -> None:
    suspended = a_case_suspended_by_consent()
    suspended.when(file_complaint(id="file-2")).then_refused("case_must_not_be_suspended")


def test_the_case_pins_the_policy_it_was_filed_under() -> None:
    newer = POLICY.model_copy(update={"version": "2027-01"})
    history = a_rejected_complaint().after(file_complaint(id="file-2", policy=newer))
    assert history.state.policy_version == "2027-01"
    assert not hasattr(a_rejected_complaint().state, "policy_version")
    assert file_complaint().case_id == CASE
    assert LIN.id == PARTIES.buyer_id
