"""What falls due on a case, and the command each due row fires."""

from datetime import timedelta

import pytest

from services.intake.domain.appealing import CloseAppealWindow
from services.intake.domain.events import ReminderSent
from services.intake.domain.negotiating import LapseNegotiation
from services.intake.domain.reminding import Remind
from services.intake.domain.suspending import EndSuspension
from services.intake.entrypoints.deadlines import command_for
from services.intake.views.deadlines import VIEW
from shared.eventing.agenda import Agenda, Due, cause_of
from shared.kernel.actors import SYSTEM
from tests.examples.intake import (
    ANSWER_BY,
    APPEAL_UNTIL,
    CASE,
    SUSPENDED_UNTIL,
    ZHAO,
    a_case_past_its_appeal_window,
    a_case_suspended_for_a_lawsuit,
    a_filed_complaint,
    a_known_order,
    a_refused_negotiation,
    a_reminded_negotiation,
    a_ruled_case,
    an_agreed_negotiation,
    an_appealed_case,
    an_offered_negotiation,
    an_open_negotiation,
    close_appeal_window,
    end_suspension,
    note_final,
    note_ruled,
    resume_complaint,
    suspend_complaint,
    withdraw,
)
from tests.kit.deciding import NOON, History, document_of

ANSWER = Due(kind="negotiation_answer", at=ANSWER_BY)
REMINDERS = (
    Due(kind="reminder", key="negotiation_answer:/1", at=NOON + timedelta(hours=36)),
    Due(kind="reminder", key="negotiation_answer:/2", at=NOON + timedelta(hours=64.8)),
)
WINDOW = Due(kind="appeal_window", at=APPEAL_UNTIL)


def due(history: History) -> tuple[Due, ...]:
    agenda = document_of(VIEW, *history.facts)
    return agenda.due if agenda else ()


@pytest.mark.parametrize(
    ("history", "rows"),
    [
        (an_open_negotiation(), (*REMINDERS, ANSWER)),
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


def test_a_due_reminder_reminds_of_its_clock() -> None:
    fired = command_for(REMINDERS[0], CASE, REMINDERS[0].at)
    assert fired == Remind(
        id=cause_of(CASE, REMINDERS[0]),
        case_id=CASE,
        at=REMINDERS[0].at,
        by=SYSTEM,
        clock="negotiation_answer",
        key="",
    )
    an_open_negotiation().when(fired).then_types(ReminderSent)


def test_a_reminder_that_was_sent_leaves_the_later_one_and_the_clock() -> None:
    facts = a_reminded_negotiation().facts
    assert document_of(VIEW, *facts, at=REMINDERS[0].at) == Agenda(due=(REMINDERS[1], ANSWER))
    assert document_of(VIEW, *facts, at=REMINDERS[1].at) == Agenda(due=(ANSWER,))
    assert document_of(VIEW, *facts[1:]) is None


def test_a_suspension_stops_every_row_and_wakes_the_case_itself() -> None:
    agenda = document_of(VIEW, *a_ruled_case().after(suspend_complaint()).facts)
    assert agenda is not None
    end = Due(kind="suspension_end", at=SUSPENDED_UNTIL)
    assert (agenda.running, agenda.due, agenda.next_due) == ((end,), (WINDOW,), SUSPENDED_UNTIL)
    fired = command_for(end, CASE, SUSPENDED_UNTIL)
    assert fired == EndSuspension(id=cause_of(CASE, end), case_id=CASE, at=SUSPENDED_UNTIL, by=SYSTEM)


def test_a_resumed_case_goes_on_with_what_was_left() -> None:
    resumed = a_ruled_case().after(suspend_complaint()).after(resume_complaint(by=ZHAO))
    later = WINDOW.model_copy(update={"at": APPEAL_UNTIL + timedelta(hours=3)})
    assert due(resumed) == (later,)
    resumed.when(close_appeal_window(at=APPEAL_UNTIL)).then_refused("appeal_window_must_have_passed")
    assert due(resumed.after(command_for(later, CASE, later.at))) == ()


def test_what_is_ruled_during_a_suspension_waits_for_its_end() -> None:
    ruled = a_case_suspended_for_a_lawsuit().after(note_ruled())
    agenda = document_of(VIEW, *ruled.facts)
    assert agenda is not None
    assert agenda.next_due == SUSPENDED_UNTIL
    assert due(ruled.after(end_suspension())) == (WINDOW.model_copy(update={"at": APPEAL_UNTIL + timedelta(days=30)}),)
    assert due(a_case_suspended_for_a_lawsuit().after(withdraw())) == ()


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
