"""When the platform looks at a file by itself, and what it then asks."""

from datetime import datetime, timedelta

import pytest

from services.evidence.domain.clocks import Remind
from services.evidence.domain.closing import CloseOnDue
from services.evidence.entrypoints.deadlines import command_for
from services.evidence.views.deadlines import VIEW
from shared.eventing.agenda import REMINDER, Agenda, Due, cause_of
from shared.kernel.actors import SYSTEM, Side
from tests.examples.evidence import (
    APPEAL_DUE,
    CASE,
    DUE,
    LIN,
    a_later_appeal_of_lin,
    a_photo_of_the_spout,
    a_sealed_first_round,
    a_stopped_file,
    a_suspended_round,
    an_accepted_complaint,
    an_ended_file,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    finishing,
    later,
    opening_the_appeal_round,
    reminding,
    resuming,
    suspending,
)
from tests.kit.deciding import History, document_of


def agenda_of(history: History) -> Agenda | None:
    return document_of(VIEW, *history.facts)


def closing(agenda: Agenda | None) -> list[Due]:
    return [row for row in agenda.due if row.kind != REMINDER] if agenda else []


def reminded(agenda: Agenda | None) -> dict[str, datetime]:
    return {row.key: row.at for row in agenda.due if row.kind == REMINDER} if agenda else {}


def test_before_the_file_is_opened_nothing_is_due() -> None:
    assert document_of(VIEW, an_accepted_complaint()) is None


def test_an_open_round_falls_due_once() -> None:
    agenda = agenda_of(an_open_first_round())

    assert closing(agenda) == [Due(kind="evidence_due", at=DUE)]
    assert reminded(agenda) == {
        f"evidence_due:{side}/{n}": later(hours) for side in Side for n, hours in ((1, 36), (2, 64.8))
    }
    assert agenda is not None
    assert VIEW.keys(agenda) == {"next_due": later(36)}


def test_a_later_request_moves_the_due_and_an_earlier_one_does_not() -> None:
    extended = an_open_first_round().after(asking_the_seller())
    earlier = extended.after(asking_the_seller(id="ask-before", at=later(19)))

    assert closing(agenda_of(extended)) == [Due(kind="evidence_due", at=later(92))]
    assert reminded(agenda_of(extended)) == {
        "evidence_due:buyer/1": later(36),
        "evidence_due:buyer/2": later(64.8),
        "evidence_due:seller/1": later(20 + 36),
        "evidence_due:seller/2": later(20 + 64.8),
    }
    assert agenda_of(earlier) == agenda_of(extended)


def test_a_rebuttal_takes_the_dues_place_and_a_request_takes_it_back() -> None:
    rebuttal = an_open_first_round().after(a_photo_of_the_spout(at=later(60))).after(falling_due())
    asked = rebuttal.after(asking_the_seller(at=later(73)))

    assert closing(agenda_of(rebuttal)) == [Due(kind="rebuttal_due", at=later(84))]
    assert reminded(agenda_of(rebuttal)) == {"rebuttal_due:seller/1": later(78), "rebuttal_due:seller/2": later(82.8)}
    assert closing(agenda_of(asked)) == [Due(kind="evidence_due", at=later(145))]
    assert reminded(agenda_of(asked)) == {
        "evidence_due:seller/1": later(73 + 36),
        "evidence_due:seller/2": later(73 + 64.8),
    }


def test_a_sealed_or_stopped_file_has_nothing_due() -> None:
    assert agenda_of(a_sealed_first_round()) == Agenda()
    assert agenda_of(a_stopped_file()) == Agenda()
    assert agenda_of(an_ended_file()) == Agenda()


def test_an_appeal_round_falls_due_by_itself() -> None:
    assert closing(agenda_of(an_open_appeal_round())) == [Due(kind="evidence_due", at=APPEAL_DUE)]


def test_a_joining_appeal_moves_the_due_and_the_reminders_of_both_sides() -> None:
    agenda = agenda_of(an_open_appeal_round().after(a_later_appeal_of_lin()))

    assert closing(agenda) == [Due(kind="evidence_due", at=APPEAL_DUE + timedelta(hours=48))]
    assert set(reminded(agenda)) == {f"evidence_due:{side}/{n}" for side in Side for n in (1, 2)}
    assert min(reminded(agenda).values()) == APPEAL_DUE + timedelta(hours=12)


def test_a_side_that_is_done_is_not_reminded_and_one_that_was_reminded_not_again() -> None:
    done = an_open_first_round().after(finishing(LIN))
    once = done.after(reminding())

    assert set(reminded(agenda_of(done))) == {"evidence_due:seller/1", "evidence_due:seller/2"}
    assert set(reminded(agenda_of(once))) == {"evidence_due:seller/2"}


def test_a_suspended_file_has_nothing_due_and_a_resumed_one_all_of_it_later() -> None:
    suspended, resumed = agenda_of(a_suspended_round()), agenda_of(a_suspended_round().after(resuming()))

    assert suspended is not None
    assert suspended.next_due is None
    assert closing(resumed) == [Due(kind="evidence_due", at=later(172))]
    assert reminded(resumed)["evidence_due:buyer/1"] == later(136)


def test_an_appeal_that_is_heard_while_the_case_rests_stays_at_rest() -> None:
    history = a_sealed_first_round().after(suspending()).after(opening_the_appeal_round())
    agenda = agenda_of(history)

    assert agenda is not None
    assert (agenda.paused_at, agenda.next_due) == (later(24), None)
    assert closing(agenda_of(history.after(resuming()))) == [
        Due(kind="evidence_due", at=APPEAL_DUE + timedelta(hours=100))
    ]


def test_facts_that_only_change_an_agenda_make_none() -> None:
    rest, go_on = (history.facts[-1] for history in (a_suspended_round(), a_suspended_round().after(resuming())))
    done, told = (an_open_first_round().after(one).facts[-1] for one in (finishing(LIN), reminding()))

    assert document_of(VIEW, rest, go_on, done, told) is None


def test_a_request_without_an_agenda_still_falls_due() -> None:
    (fact,) = an_open_first_round().when(asking_the_seller()).outcome

    assert closing(document_of(VIEW, fact)) == [Due(kind="evidence_due", at=later(92))]


@pytest.mark.parametrize("kind", ["evidence_due", "rebuttal_due"])
def test_a_due_row_fires_as_the_same_command_each_time(kind: str) -> None:
    due = Due(kind=kind, at=DUE)

    assert command_for(due, CASE, later(73)) == CloseOnDue(
        id=cause_of(CASE, due), case_id=CASE, at=later(73), by=SYSTEM
    )


def test_a_reminder_row_asks_to_remind_of_its_clock() -> None:
    due = Due(kind=REMINDER, key="evidence_due:buyer/1", at=later(36))

    assert command_for(due, CASE, later(36)) == Remind(
        id=cause_of(CASE, due), case_id=CASE, at=later(36), by=SYSTEM, clock="evidence_due", key="buyer"
    )


def test_an_unknown_kind_is_a_bug() -> None:
    with pytest.raises(LookupError, match="tea_time"):
        command_for(Due(kind="tea_time", at=DUE), CASE, DUE)
