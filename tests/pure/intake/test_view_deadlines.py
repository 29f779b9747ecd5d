"""What falls due on a case, and the command each due row fires."""

import pytest

from services.intake.domain.appealing import CloseAppealWindow
from services.intake.domain.negotiating import LapseNegotiation
from services.intake.entrypoints.deadlines import command_for
from services.intake.views.deadlines import VIEW
from shared.eventing.agenda import Due, cause_of
from shared.kernel.actors import SYSTEM
from tests.examples.intake import (
    ANSWER_BY,
    APPEAL_UNTIL,
    CASE,
    a_case_past_its_appeal_window,
    a_filed_complaint,
    a_known_order,
    a_refused_negotiation,
    a_ruled_case,
    an_agreed_negotiation,
    an_appealed_case,
    an_offered_negotiation,
    an_open_negotiation,
    close_appeal_window,
    note_final,
    withdraw,
)
from tests.kit.deciding import History, document_of

ANSWER = Due(kind="negotiation_answer", at=ANSWER_BY)
WINDOW = Due(kind="appeal_window", at=APPEAL_UNTIL)


def due(history: History) -> tuple[Due, ...]:
    agenda = document_of(VIEW, *history.facts)
    return agenda.due if agenda else ()


@pytest.mark.parametrize(
    ("history", "rows"),
    [
        (an_open_negotiation(), (ANSWER,)),
        (an_offered_negotiation(), ()),
        (a_refused_negotiation(), ()),
        (an_agreed_negotiation(), ()),
        (an_open_negotiation().after(withdraw()), ()),
        (a_ruled_case(), (WINDOW,)),
        (an_appealed_case(), (WINDOW,)),
        (an_appealed_case().after(close_appeal_window()), ()),
        (an_appealed_case().after(note_final()), ()),
        (a_case_past_its_appeal_window(), ()),
    ],
)
def test_each_step_sets_or_clears_what_falls_due(history: History, rows: tuple[Due, ...]) -> None:
    assert due(history) == rows


def test_a_stream_on_which_nothing_ever_fell_due_has_no_agenda() -> None:
    assert document_of(VIEW, *a_known_order().facts) is None
    assert document_of(VIEW, *a_filed_complaint().facts) is None


def test_the_next_due_instant_is_what_the_clock_asks_for() -> None:
    agenda = document_of(VIEW, *a_ruled_case().facts)
    assert agenda is not None
    assert VIEW.keys(agenda) == {"next_due": APPEAL_UNTIL}


@pytest.mark.parametrize(
    ("row", "history", "command"),
    [
        (ANSWER, an_open_negotiation(), LapseNegotiation),
        (WINDOW, an_appealed_case(), CloseAppealWindow),
    ],
)
def test_a_due_row_fires_its_command_and_is_cleared_by_it(
    row: Due, history: History, command: type[LapseNegotiation | CloseAppealWindow]
) -> None:
    fired = command_for(row, CASE, row.at)
    assert fired == command(id=cause_of(CASE, row), case_id=CASE, at=row.at, by=SYSTEM)
    assert due(history.after(fired)) == ()


def test_a_kind_that_is_never_set_is_a_bug() -> None:
    with pytest.raises(LookupError, match="tea_time"):
        command_for(Due(kind="tea_time", at=ANSWER_BY), CASE, ANSWER_BY)
