"""What was asked once can be asked again and, under the same policy, comes out the same."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.intake.domain.events import ComplaintFiled, NegotiationOpened
from services.intake.domain.filing import FileComplaint
from services.intake.domain.refiling import file_by, filed_again, opened_again
from shared.eventing.messages import Command, Fact
from shared.eventing.model import About
from shared.kernel.money import Money
from shared.kernel.policy import Policy
from tests.examples import intake as the
from tests.kit.deciding import NOON, History

HISTORIES = (
    (the.nothing(), the.file_complaint()),
    (the.nothing(), the.file_complaint(attested=None)),
    (the.nothing(), the.file_complaint(taken_up="pending")),
    (the.nothing(), the.file_complaint(at=NOON + timedelta(days=40), category="bad_luck")),
    (the.nothing(), the.file_complaint(by=the.ZHAO, on_behalf_of=the.LIN.id, channel="phone")),
    (the.nothing(), the.file_complaint(order=the.an_order(lines=(the.a_teapot(price_paid=Money(minor=90_000)),)))),
    (the.a_refused_negotiation(), the.file_after_negotiation()),
    (the.a_declined_negotiation(), the.file_after_negotiation()),
    (the.a_rejected_complaint(), the.file_complaint()),
)


def about(command: Command) -> About:
    return About(command.case_id, command.at, command.by)


def decided(history: History, command: Command) -> Sequence[Fact]:
    outcome: Sequence[Fact] = history.when(command).outcome
    return outcome


def again(history: History, command: FileComplaint, policy: Policy = the.POLICY) -> FileComplaint:
    filed = decided(history, command)[0]
    assert isinstance(filed, ComplaintFiled)
    return filed_again(filed, about(command), command.order, policy)


@pytest.mark.parametrize(("history", "command"), HISTORIES)
def test_a_filing_asked_again_comes_out_the_same(history: History, command: FileComplaint) -> None:
    """INVARIANT: under the policy it was decided by, every recorded filing decides the same facts again.

    Broken by a field that screening looks at and that neither the fact nor its answer keeps.
    """
    assert decided(history, again(history, command)) == decided(history, command)


def test_a_filing_is_decided_by_the_policy_it_is_asked_under() -> None:
    short = the.POLICY.model_copy(update={"windows": the.POLICY.windows.model_copy(update={"filing": 24})})

    _, answer = decided(the.nothing(), again(the.nothing(), the.file_complaint(), short))

    assert [failure.rule for failure in answer.failures] == ["complaint_must_be_filed_in_time"]  # type: ignore[attr-defined]


def test_a_negotiation_asked_again_comes_out_the_same() -> None:
    command = the.open_negotiation()
    (opened,) = decided(the.nothing(), command)
    assert isinstance(opened, NegotiationOpened)

    asked = opened_again(opened, about(command), command.order, the.POLICY)

    assert decided(the.nothing(), asked) == [opened]


def test_a_complaint_can_be_filed_until_its_window_after_delivery_ends() -> None:
    command = the.file_complaint()

    assert file_by(command, the.LIN.id, the.nothing().state) == NOON + timedelta(days=13)


@pytest.mark.parametrize("order", [None, the.an_order(delivered_at=None)])
def test_nothing_bounds_a_filing_about_an_unknown_or_undelivered_order(order: object) -> None:
    assert file_by(the.file_complaint(order=order), the.LIN.id, the.nothing().state) is None
