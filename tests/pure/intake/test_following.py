"""Settlements and rulings are noted; a case closes when what they order is done."""

import pytest

from services.intake.domain.events import (
    CaseSettled,
    ComplaintClosed,
    DecisionBecameFinal,
    OrdersFulfilled,
    RulingNoted,
)
from services.intake.domain.following import NoteFulfilled, NoteRuled, NoteSettled
from shared.eventing.messages import Command
from tests.examples.intake import (
    APPEAL_UNTIL,
    LIN,
    a_case_past_its_appeal_window,
    a_filed_complaint,
    a_ruled_case,
    a_settled_case,
    a_withdrawn_complaint,
    note_appeal_opened,
    note_final,
    note_fulfilled,
    note_ruled,
    note_settled,
    nothing,
)

COMMANDS: tuple[Command, ...] = (note_settled(), note_ruled(), note_fulfilled(), note_fulfilled("settlement"))


def test_a_settlement_is_noted_and_closes_the_case_when_carried_out() -> None:
    a_filed_complaint().when(note_settled()).then(CaseSettled(owes=True))
    a_settled_case().when(note_fulfilled("settlement")).then(
        OrdersFulfilled(basis="settlement"), ComplaintClosed(outcome="settled")
    )


def test_a_settlement_that_leaves_nothing_to_do_closes_the_case_at_once() -> None:
    a_filed_complaint().when(note_settled(owes=False)).then(CaseSettled(owes=False), ComplaintClosed(outcome="settled"))


def test_a_ruling_is_noted_with_the_end_of_its_appeal_window() -> None:
    a_filed_complaint().when(note_ruled()).then(RulingNoted(appeal_until=APPEAL_UNTIL, owes=True))


def test_a_ruling_carried_out_in_its_appeal_window_stays_open() -> None:
    a_ruled_case().when(note_fulfilled()).then(OrdersFulfilled(basis="ruling"))


def test_a_final_ruling_closes_the_case_when_carried_out() -> None:
    a_case_past_its_appeal_window().when(note_fulfilled()).then(
        OrdersFulfilled(basis="ruling"), ComplaintClosed(outcome="ruled")
    )


def test_a_ruling_heard_after_the_decision_on_its_appeal_is_final_at_once() -> None:
    ahead = a_filed_complaint().after(note_appeal_opened()).after(note_final(upheld=False, owes=False))
    ahead.when(note_ruled()).then(
        RulingNoted(appeal_until=APPEAL_UNTIL, owes=True),
        DecisionBecameFinal(basis="appeal"),
        ComplaintClosed(outcome="appeal_decided"),
    )


def test_the_same_news_again_changes_nothing() -> None:
    a_settled_case().when(note_settled()).then_nothing()
    a_ruled_case().when(note_ruled()).then_nothing()
    a_ruled_case().after(note_fulfilled()).when(note_fulfilled()).then_nothing()


def test_fulfilment_of_something_else_changes_nothing() -> None:
    a_settled_case().when(note_fulfilled("ruling")).then_nothing()
    a_ruled_case().when(note_fulfilled("settlement")).then_nothing()


@pytest.mark.parametrize("command", COMMANDS)
def test_news_about_a_case_that_is_over_or_unknown_changes_nothing(command: Command) -> None:
    a_withdrawn_complaint().when(command).then_nothing()
    nothing().when(command).then_nothing()


@pytest.mark.parametrize("command", COMMANDS)
def test_only_the_platform_brings_the_news(command: Command) -> None:
    assert isinstance(command, NoteSettled | NoteRuled | NoteFulfilled)
    by_lin = command.model_copy(update={"by": LIN})
    a_filed_complaint().when(by_lin).then_refused("only_the_platform_may_do_this")
