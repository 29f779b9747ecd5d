"""Withdrawing a complaint, at any time before a decision."""

import pytest

from services.intake.domain.case import Closed
from services.intake.domain.events import ComplaintClosed, ComplaintWithdrawn
from services.intake.domain.withdrawing import WithdrawComplaint
from tests.examples.intake import (
    PARTIES,
    POLICY,
    QINGYAO,
    STRANGER,
    a_closed_ruled_case,
    a_filed_complaint,
    a_refused_negotiation,
    a_rejected_complaint,
    a_ruled_case,
    a_settled_case,
    a_withdrawn_complaint,
    an_agreed_negotiation,
    an_open_negotiation,
    note_appeal_dismissed,
    note_appeal_opened,
    nothing,
    withdraw,
)
from tests.kit.deciding import History


@pytest.mark.parametrize(
    "history", [an_open_negotiation(), a_refused_negotiation(), a_rejected_complaint(), a_filed_complaint()]
)
def test_the_buyer_withdraws_and_the_case_is_closed(history: History) -> None:
    command = withdraw()
    assert WithdrawComplaint.NAME == "withdraw_complaint"
    history.when(command).then(ComplaintWithdrawn(reason=command.reason), ComplaintClosed(outcome="withdrawn"))


def test_withdrawing_again_changes_nothing() -> None:
    withdrawn = a_withdrawn_complaint()
    assert withdrawn.state == Closed(parties=PARTIES, policy_version=POLICY.version, outcome="withdrawn")
    withdrawn.when(withdraw(id="withdraw-2")).then_nothing()


@pytest.mark.parametrize(
    "history",
    [
        a_settled_case(),
        a_ruled_case(),
        a_closed_ruled_case(),
        an_agreed_negotiation(),
        a_filed_complaint().after(note_appeal_opened()),
        a_filed_complaint().after(note_appeal_dismissed()),
    ],
)
def test_a_decided_case_cannot_be_withdrawn(history: History) -> None:
    history.when(withdraw()).then_refused("complaint_is_withdrawn_before_a_decision")


def test_only_the_buyer_withdraws() -> None:
    for actor in (QINGYAO, STRANGER):
        a_filed_complaint().when(withdraw(by=actor)).then_refused("only_the_buyer_may_do_this")


def test_without_a_case_there_is_nothing_to_withdraw() -> None:
    nothing().when(withdraw()).then_refused("case_must_exist")
