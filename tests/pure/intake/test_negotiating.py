"""Negotiation comes first, and ends in agreement, refusal, decline or silence."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain.case import Closed, FailedNegotiation
from services.intake.domain.events import (
    ComplaintClosed,
    NegotiationAgreed,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
)
from services.intake.domain.negotiating import (
    AcceptNegotiatedOffer,
    DeclineNegotiatedOffer,
    LapseNegotiation,
    OfferInNegotiation,
    OpenNegotiation,
    RefuseInNegotiation,
)
from shared.eventing.messages import Command
from tests.examples.intake import (
    A_REPAIR,
    A_SMALL_REFUND,
    ANSWER_BY,
    CASE,
    LIN,
    ORDER,
    OTHER_SHOP,
    PARTIES,
    QINGYAO,
    RETURN_AND_REFUND,
    STRANGER,
    TEAPOT,
    TRAY,
    a_declined_negotiation,
    a_filed_complaint,
    a_known_order,
    a_refused_negotiation,
    accept_offer,
    an_agreed_negotiation,
    an_offered_negotiation,
    an_open_negotiation,
    decline_offer,
    lapse_negotiation,
    nothing,
    offer_in_negotiation,
    open_negotiation,
    refuse_in_negotiation,
)
from tests.kit.deciding import NOON

LATE = ANSWER_BY + timedelta(minutes=1)


def test_the_commands_are_known_by_name() -> None:
    commands: tuple[type[Command], ...] = (
        OpenNegotiation,
        OfferInNegotiation,
        RefuseInNegotiation,
        AcceptNegotiatedOffer,
        DeclineNegotiatedOffer,
        LapseNegotiation,
    )
    assert [command.NAME for command in commands] == [
        "open_negotiation",
        "offer_in_negotiation",
        "refuse_in_negotiation",
        "accept_negotiated_offer",
        "decline_negotiated_offer",
        "lapse_negotiation",
    ]


def test_the_buyer_opens_a_negotiation_and_the_seller_has_72_hours() -> None:
    command = open_negotiation()
    nothing().when(command).then(
        NegotiationOpened(
            order_id=ORDER,
            line_id=TEAPOT,
            parties=PARTIES,
            demand=RETURN_AND_REFUND,
            message=command.message,
            opened_at=NOON,
            answer_by=ANSWER_BY,
            remind_at=(NOON + timedelta(hours=36), NOON + timedelta(hours=64.8)),
        )
    )


def test_opening_the_same_negotiation_again_changes_nothing() -> None:
    an_open_negotiation().when(open_negotiation(id="open-2")).then_nothing()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"by": QINGYAO}, "only_the_buyer_may_do_this"),
        ({"order": None}, "order_must_be_known"),
        ({"by": STRANGER}, "order_must_be_the_buyers"),
        ({"line_id": "line-9"}, "line_must_be_of_the_order"),
    ],
)
def test_a_negotiation_rests_on_a_line_of_the_buyers_own_order(changes: dict[str, Any], rule: str) -> None:
    refused = nothing().when(open_negotiation(**changes)).then_refused(rule)
    assert (refused.clause == "process.real_order") == (refused.field is not None)


def test_a_taken_case_id_is_refused() -> None:
    an_open_negotiation().when(open_negotiation(line_id=TRAY)).then_refused("case_must_be_new")
    a_known_order().when(open_negotiation()).then_refused("case_must_be_new")


def test_the_seller_offers() -> None:
    command = offer_in_negotiation()
    an_open_negotiation().when(command).then(NegotiationOffered(terms=A_SMALL_REFUND, message=command.message))


def test_the_same_offer_again_changes_nothing() -> None:
    an_offered_negotiation().when(offer_in_negotiation()).then_nothing()


def test_one_offer_at_a_time() -> None:
    offered = an_offered_negotiation()
    offered.when(offer_in_negotiation(A_REPAIR)).then_refused("standing_offer_must_be_answered_first")
    offered.when(refuse_in_negotiation()).then_refused("standing_offer_must_be_answered_first")


def test_an_answer_at_the_last_instant_counts_and_a_later_one_does_not() -> None:
    an_open_negotiation().when(offer_in_negotiation(at=ANSWER_BY)).then_types(NegotiationOffered)
    an_open_negotiation().when(offer_in_negotiation(at=LATE)).then_refused("seller_must_answer_in_time")
    an_open_negotiation().when(refuse_in_negotiation(at=LATE)).then_refused("seller_must_answer_in_time")


@pytest.mark.parametrize("reason", ["refused", "blame_shifted"])
def test_a_refusal_ends_the_negotiation(reason: Any) -> None:
    command = refuse_in_negotiation(reason=reason)
    refused = an_open_negotiation()
    refused.when(command).then(NegotiationFailed(outcome=reason, message=command.message))
    refused.after(command).when(command).then_nothing()


def test_accepting_the_offer_closes_the_case_as_negotiated() -> None:
    an_offered_negotiation().when(accept_offer()).then(
        NegotiationAgreed(terms=A_SMALL_REFUND), ComplaintClosed(outcome="negotiated")
    )
    agreed = an_agreed_negotiation()
    assert agreed.state == Closed(parties=PARTIES, policy_version=None, outcome="negotiated")
    agreed.when(accept_offer()).then_nothing()


def test_declining_the_offer_fails_the_negotiation() -> None:
    an_offered_negotiation().when(decline_offer()).then(NegotiationFailed(outcome="offer_unacceptable"))
    declined = a_declined_negotiation()
    declined.when(decline_offer()).then_nothing()
    assert declined.state == FailedNegotiation(
        ORDER, TEAPOT, PARTIES, opened_at=NOON, outcome="offer_unacceptable", offered=A_SMALL_REFUND
    )


def test_without_an_offer_there_is_nothing_to_answer() -> None:
    an_open_negotiation().when(accept_offer()).then_refused("offer_must_have_been_made")
    an_open_negotiation().when(decline_offer()).then_refused("offer_must_have_been_made")


@pytest.mark.parametrize(
    "command", [offer_in_negotiation(), refuse_in_negotiation(reason="blame_shifted"), accept_offer(), decline_offer()]
)
def test_a_negotiation_that_ended_is_over(command: Command) -> None:
    a_refused_negotiation().when(command).then_refused("negotiation_must_be_open")
    a_filed_complaint().when(command).then_refused("negotiation_must_be_open")


@pytest.mark.parametrize("command", [offer_in_negotiation(), refuse_in_negotiation(), accept_offer(), decline_offer()])
def test_a_stream_without_a_case_has_no_negotiation(command: Command) -> None:
    nothing().when(command).then_refused("case_must_exist")
    a_known_order().when(command).then_refused("case_must_exist")


def test_each_side_answers_for_itself() -> None:
    offered = an_offered_negotiation()
    for command in (offer_in_negotiation(by=LIN), refuse_in_negotiation(by=OTHER_SHOP)):
        offered.when(command).then_refused("only_the_seller_may_do_this")
    for other in (accept_offer(by=QINGYAO), decline_offer(by=STRANGER)):
        offered.when(other).then_refused("only_the_buyer_may_do_this")


def test_silence_until_the_deadline_fails_the_negotiation() -> None:
    an_open_negotiation().when(lapse_negotiation()).then(NegotiationFailed(outcome="no_response"))


def test_a_lapse_before_the_deadline_is_refused() -> None:
    early = lapse_negotiation(at=ANSWER_BY - timedelta(seconds=1))
    an_open_negotiation().when(early).then_refused("answer_window_must_have_passed")


def test_a_lapse_after_an_answer_changes_nothing() -> None:
    for history in (an_offered_negotiation(), a_refused_negotiation(), nothing()):
        history.when(lapse_negotiation()).then_nothing()


def test_only_the_platform_lets_a_negotiation_lapse() -> None:
    an_open_negotiation().when(lapse_negotiation(by=LIN)).then_refused("only_the_platform_may_do_this")
    assert lapse_negotiation().case_id == CASE
