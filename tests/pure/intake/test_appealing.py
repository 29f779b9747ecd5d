"""Finality: the appeal window passes, or the appeal is decided; then what is ordered must be done."""

from datetime import timedelta

import pytest

from services.intake.domain.appealing import CloseAppealWindow, NoteAppealDismissed, NoteAppealOpened, NoteFinal
from services.intake.domain.case import Closed, Ruled
from services.intake.domain.events import (
    AppealDecisionNoted,
    AppealDismissalNoted,
    AppealNoted,
    AppealWindowClosed,
    ComplaintClosed,
    DecisionBecameFinal,
    OrdersFulfilled,
)
from shared.eventing.messages import Command
from tests.examples.intake import (
    APPEAL_UNTIL,
    LIN,
    a_case_past_its_appeal_window,
    a_closed_ruled_case,
    a_filed_complaint,
    a_ruled_case,
    a_settled_case,
    a_withdrawn_complaint,
    an_appealed_case,
    close_appeal_window,
    note_appeal_dismissed,
    note_appeal_opened,
    note_final,
    note_fulfilled,
    note_ruled,
    nothing,
)

COMMANDS: tuple[Command, ...] = (note_appeal_opened(), note_appeal_dismissed(), note_final(), close_appeal_window())


def test_when_the_window_passes_without_appeal_the_ruling_is_final() -> None:
    a_ruled_case().when(close_appeal_window()).then(AppealWindowClosed(), DecisionBecameFinal(basis="ruling"))


def test_a_ruling_that_is_carried_out_closes_when_it_becomes_final() -> None:
    for history in (a_ruled_case().after(note_fulfilled()), a_filed_complaint().after(note_ruled(owes=False))):
        history.when(close_appeal_window()).then(
            AppealWindowClosed(), DecisionBecameFinal(basis="ruling"), ComplaintClosed(outcome="ruled")
        )


def test_the_window_cannot_close_early() -> None:
    early = close_appeal_window(at=APPEAL_UNTIL - timedelta(seconds=1))
    a_ruled_case().when(early).then_refused("appeal_window_must_have_passed")


def test_an_open_appeal_keeps_the_ruling_from_becoming_final() -> None:
    a_ruled_case().when(note_appeal_opened()).then(AppealNoted(appeal_id="appeal-qingyao"))
    an_appealed_case().when(close_appeal_window()).then(AppealWindowClosed())


def test_the_decision_on_the_appeal_is_final_at_once() -> None:
    an_appealed_case().when(note_final()).then(
        AppealDecisionNoted(upheld=False, owes=True), DecisionBecameFinal(basis="appeal")
    )


def test_after_an_appeal_the_case_closes_when_its_decision_is_carried_out() -> None:
    decided = an_appealed_case().after(note_fulfilled()).after(note_final())
    decided.when(note_fulfilled("appeal")).then(
        OrdersFulfilled(basis="appeal"), ComplaintClosed(outcome="appeal_decided")
    )


@pytest.mark.parametrize(("upheld", "owes"), [(True, True), (False, False)])
def test_an_appeal_decision_that_leaves_nothing_to_do_closes_the_case(upheld: bool, owes: bool) -> None:
    fulfilled = an_appealed_case().after(note_fulfilled())
    fulfilled.when(note_final(upheld=upheld, owes=owes)).then(
        AppealDecisionNoted(upheld=upheld, owes=owes),
        DecisionBecameFinal(basis="appeal"),
        ComplaintClosed(outcome="appeal_decided"),
    )


def test_an_appeal_decision_carried_out_before_it_was_heard_closes_the_case() -> None:
    ahead = an_appealed_case().after(note_fulfilled("appeal"))
    ahead.when(note_final()).then(
        AppealDecisionNoted(upheld=False, owes=True),
        DecisionBecameFinal(basis="appeal"),
        ComplaintClosed(outcome="appeal_decided"),
    )


def test_a_dismissal_in_the_window_waits_for_the_window() -> None:
    a_ruled_case().when(note_appeal_dismissed()).then(AppealDismissalNoted(appeal_id="appeal-qingyao"))


def test_a_dismissal_after_the_window_makes_the_ruling_final() -> None:
    waiting = an_appealed_case().after(close_appeal_window())
    waiting.when(note_appeal_dismissed()).then(
        AppealDismissalNoted(appeal_id="appeal-qingyao"), DecisionBecameFinal(basis="ruling")
    )


def test_with_two_appeals_the_dismissal_of_one_leaves_the_other() -> None:
    both = an_appealed_case().after(note_appeal_opened("appeal-lin")).after(close_appeal_window())
    both.when(note_appeal_dismissed()).then(AppealDismissalNoted(appeal_id="appeal-qingyao"))


def test_a_dismissal_heard_after_finality_is_noted_without_a_second_finality() -> None:
    past = a_case_past_its_appeal_window()
    past.when(note_appeal_dismissed()).then(AppealDismissalNoted(appeal_id="appeal-qingyao"))


def test_an_appeal_lodged_in_time_but_heard_after_finality_opens_the_decision_again() -> None:
    reopened = a_case_past_its_appeal_window().after(note_appeal_opened())
    assert isinstance(reopened.state, Ruled)
    assert not reopened.state.final
    reopened.when(note_fulfilled()).then(OrdersFulfilled(basis="ruling"))


def test_an_appeal_lodged_in_time_but_heard_after_closing_opens_the_case_again() -> None:
    reopened = a_closed_ruled_case().after(note_appeal_opened())
    assert isinstance(reopened.state, Ruled)
    closed = reopened.after(note_final(upheld=True))
    assert isinstance(closed.state, Closed)
    assert closed.state.outcome == "appeal_decided"
    closed.when(note_appeal_opened("appeal-lin")).then_nothing()


def test_appeals_heard_before_their_ruling_are_remembered() -> None:
    ahead = a_filed_complaint().after(note_appeal_opened()).after(note_appeal_dismissed()).after(note_ruled())
    ahead.when(close_appeal_window()).then(AppealWindowClosed(), DecisionBecameFinal(basis="ruling"))


def test_the_same_news_again_changes_nothing() -> None:
    an_appealed_case().when(note_appeal_opened()).then_nothing()
    an_appealed_case().after(note_appeal_dismissed()).when(note_appeal_dismissed()).then_nothing()
    decided = an_appealed_case().after(note_final())
    for command in (note_final(), note_appeal_opened("appeal-lin"), close_appeal_window()):
        decided.when(command).then_nothing()
    a_case_past_its_appeal_window().when(close_appeal_window()).then_nothing()


@pytest.mark.parametrize("command", COMMANDS)
def test_news_about_a_case_that_cannot_be_appealed_changes_nothing(command: Command) -> None:
    for history in (nothing(), a_settled_case(), a_withdrawn_complaint()):
        history.when(command).then_nothing()


@pytest.mark.parametrize("command", COMMANDS)
def test_only_the_platform_brings_the_news(command: Command) -> None:
    assert isinstance(command, NoteAppealOpened | NoteAppealDismissed | NoteFinal | CloseAppealWindow)
    by_lin = command.model_copy(update={"by": LIN})
    a_ruled_case().when(by_lin).then_refused("only_the_platform_may_do_this")
