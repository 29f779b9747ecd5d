"""Clocks say who owes what by when; their owners are reminded in good time."""

from datetime import timedelta

import pytest

from services.intake.domain.clocks import running
from services.intake.domain.events import ReminderSent
from services.intake.domain.reminding import Remind
from shared.kernel.actors import Role, Side
from shared.kernel.clocks import Clock
from tests.examples.intake import (
    ANSWER_BY,
    APPEAL_UNTIL,
    LIN,
    QINGYAO,
    SUSPENDED_UNTIL,
    ZHAO,
    a_case_past_its_appeal_window,
    a_case_suspended_by_consent,
    a_closed_ruled_case,
    a_filed_complaint,
    a_known_order,
    a_refused_negotiation,
    a_reminded_negotiation,
    a_ruled_case,
    an_offered_negotiation,
    an_open_negotiation,
    nothing,
    remind,
    resume_complaint,
    suspend_complaint,
)
from tests.kit.deciding import History

ANSWER = Clock(
    kind="negotiation_answer",
    owner=Side.SELLER,
    due_at=ANSWER_BY,
    consequence="the negotiation counts as failed for want of an answer, and the buyer may file a complaint",
)


@pytest.mark.parametrize(
    ("history", "kind", "owner", "due_at"),
    [
        (an_open_negotiation(), "negotiation_answer", Side.SELLER, ANSWER_BY),
        (a_ruled_case(), "appeal_window", Role.PLATFORM, APPEAL_UNTIL),
        (a_case_suspended_by_consent(), "suspension_end", Role.PLATFORM, SUSPENDED_UNTIL),
        (a_ruled_case().after(suspend_complaint()), "suspension_end", Role.PLATFORM, SUSPENDED_UNTIL),
        (
            a_ruled_case().after(suspend_complaint()).after(resume_complaint(by=ZHAO)),
            "appeal_window",
            Role.PLATFORM,
            APPEAL_UNTIL + timedelta(hours=3),
        ),
    ],
)
def test_what_runs_has_an_owner_an_instant_and_a_consequence(
    history: History, kind: str, owner: Side | Role, due_at: object
) -> None:
    (clock,) = running(history.state)
    assert (clock.kind, clock.owner, clock.due_at) == (kind, owner, due_at)
    assert clock.consequence


@pytest.mark.parametrize(
    "history",
    [
        nothing(),
        a_known_order(),
        an_offered_negotiation(),
        a_refused_negotiation(),
        a_filed_complaint(),
        a_case_past_its_appeal_window(),
        a_closed_ruled_case(),
    ],
)
def test_where_nothing_runs_nobody_is_reminded(history: History) -> None:
    assert running(history.state) == ()
    history.when(remind()).then_nothing()


def test_the_seller_is_reminded_of_the_answer() -> None:
    assert Remind.NAME == "remind"
    assert running(an_open_negotiation().state) == (ANSWER,)
    an_open_negotiation().when(remind()).then(
        ReminderSent(
            clock="negotiation_answer",
            key="",
            owner=Side.SELLER,
            recipient=QINGYAO,
            due_at=ANSWER_BY,
            consequence=ANSWER.consequence,
        )
    )


def test_a_reminder_changes_nothing_but_the_record() -> None:
    assert a_reminded_negotiation().state == an_open_negotiation().state


def test_another_clock_than_the_one_that_runs_reminds_nobody() -> None:
    an_open_negotiation().when(remind(clock="appeal_window")).then_nothing()
    an_open_negotiation().when(remind(key="2")).then_nothing()


def test_the_platform_is_not_reminded_of_its_own_clocks() -> None:
    a_ruled_case().when(remind(clock="appeal_window")).then_nothing()


def test_only_the_platform_reminds() -> None:
    an_open_negotiation().when(remind(by=LIN)).then_refused("only_the_platform_may_do_this")


def test_whoever_waits_is_told_what_follows_when_the_instant_passes() -> None:
    assert [
        clock.consequence
        for history in (a_ruled_case(), a_case_suspended_by_consent())
        for clock in running(history.state)
    ] == [
        "the ruling becomes final unless an appeal is open",
        "the case goes on, and every clock of it with what was left",
    ]
