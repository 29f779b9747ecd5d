"""What falls due by itself, and what it asks for."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from services.appeals.domain.assignment import AssignReviewer
from services.appeals.domain.events import AppealReady, ReviewOverdueNoted
from services.appeals.domain.overdue import NoteAssignmentOverdue, NoteReviewOverdue
from services.appeals.domain.reminding import Remind
from services.appeals.entrypoints.deadlines import command_for
from services.appeals.views.deadlines import VIEW
from shared.eventing.agenda import Agenda, Due, cause_of
from shared.eventing.messages import Command, Fact
from shared.eventing.model import Entry
from shared.kernel.actors import SYSTEM
from tests.examples import appeals as ex
from tests.kit.deciding import NOON, History, document_of

C = TypeVar("C", bound=Command)


def an_entry(fact: Fact, at: datetime) -> Entry:
    return Entry(stream=ex.CASE, version=99, at=at, by=SYSTEM, message=fact, position=99)


def agenda_of(history: History) -> Agenda | None:
    return document_of(VIEW, *history.facts)


def dues(history: History) -> list[tuple[str, str, datetime]]:
    agenda = agenda_of(history)
    assert agenda is not None
    return [(due.kind, due.key, due.at) for due in agenda.due]


REVIEW = [
    ("reminder", "review_due:/1", ex.REMIND_AT[0]),
    ("reminder", "review_due:/2", ex.REMIND_AT[1]),
    ("review_due", "", ex.REVIEW_DUE),
]


def test_nothing_is_due_before_the_appeal_is_ready() -> None:
    assert agenda_of(ex.an_appeal_with_open_evidence()) is None
    assert agenda_of(ex.an_appeal_with_open_evidence().after(ex.a_withdrawal())) is None


def test_a_reviewer_is_sought_at_once_when_the_appeal_is_ready_and_missed_after_a_while() -> None:
    assert dues(ex.an_appeal_ready_for_review()) == [
        ("review_assignment", "", NOON),
        ("assignment_due", "", ex.ASSIGN_BY),
    ]
    assert VIEW.keys(agenda_of(ex.an_appeal_ready_for_review()) or Agenda()) == {"next_due": NOON}
    next_at = ex.ASSIGN_BY + timedelta(hours=24)
    assert dues(ex.an_appeal_nobody_reviews()) == [("review_assignment", "", NOON), ("assignment_due", "", next_at)]


def test_an_appeal_that_was_ready_before_searches_were_reported_only_seeks() -> None:
    ready = document_of(VIEW, AppealReady(items=()))
    assert ready == Agenda(due=(Due(kind="review_assignment", at=NOON),))


def test_the_review_is_due_and_its_reviewer_reminded_once_assigned() -> None:
    assert dues(ex.an_appeal_under_review()) == REVIEW


def test_a_reminder_that_was_sent_is_not_due_again() -> None:
    sent = ex.an_appeal_under_review().after(ex.remind())
    agenda = agenda_of(ex.an_appeal_under_review())
    reminded = VIEW.evolve(agenda, an_entry(sent.facts[-1], ex.REMIND_AT[0]))
    assert reminded is not None
    assert [(due.kind, due.key, due.at) for due in reminded.due] == REVIEW[1:]


def test_who_takes_over_has_clocks_of_its_own() -> None:
    assert [at for _, _, at in dues(ex.a_reassigned_review())] == [at + timedelta(days=10) for _, _, at in REVIEW]


def test_a_reviewer_who_stays_is_looked_at_again() -> None:
    late = ex.an_appeal_under_review().after(ex.note_review_overdue())
    assert dues(late) == [("review_due", "", ex.REVIEW_DUE + timedelta(days=10))]
    stored = ReviewOverdueNoted(reviewer=ex.SONG, due_at=ex.REVIEW_DUE)
    assert document_of(VIEW, *ex.an_appeal_under_review().facts, stored) == Agenda()


def test_nothing_is_due_once_decided_withdrawn_or_opened_again() -> None:
    for state in (ex.a_final_decision, ex.a_withdrawn_appeal, ex.an_appeal_opened_again):
        assert agenda_of(state()) == Agenda()
    assert VIEW.keys(Agenda()) == {"next_due": None}


def test_the_review_goes_on_where_another_appeal_is_left_or_joined_it() -> None:
    both = ex.an_appeal_opened_again().after(ex.note_appeal_evidence(at=ex.SECOND_DUE)).after(ex.assign_reviewer())
    assert dues(both.after(ex.a_withdrawal())) == REVIEW
    joined = ex.an_appeal_opened_again().facts[-1].model_copy(update={"opened_at": None})
    agenda = document_of(VIEW, *ex.an_appeal_under_review().facts, joined)
    assert agenda == agenda_of(ex.an_appeal_under_review())


def test_while_suspended_nothing_is_due_and_afterwards_all_of_it_later() -> None:
    suspended = agenda_of(ex.a_suspended_review())
    assert suspended is not None
    assert VIEW.keys(suspended) == {"next_due": None}
    resumed = dues(ex.a_suspended_review().after(ex.resume()))
    assert resumed == [(kind, key, at + ex.PAUSE) for kind, key, at in REVIEW]


def test_what_becomes_due_while_suspended_is_due_when_the_case_goes_on() -> None:
    since = ex.EVIDENCE_DUE - timedelta(hours=1)
    suspended = ex.an_appeal_with_open_evidence().after(ex.suspend(since)).after(ex.note_appeal_evidence())
    resumed = suspended.after(ex.resume(since + ex.PAUSE))
    assert dues(resumed) == [
        ("review_assignment", "", since + ex.PAUSE),
        ("assignment_due", "", since + ex.PAUSE + timedelta(hours=24)),
    ]


def test_each_due_row_asks_for_its_own_command() -> None:
    fired = ex.REVIEW_DUE + timedelta(seconds=1)

    def asked(kind: type[C], due: Due, **body: Any) -> C:
        return kind(id=cause_of(ex.CASE, due), case_id=ex.CASE, at=fired, by=SYSTEM, **body)

    search, missed, review = (Due(kind=kind, at=NOON) for kind in ("review_assignment", "assignment_due", "review_due"))
    reminder = Due(kind="reminder", key="review_due:/2", at=NOON)
    assert command_for(search, ex.CASE, fired) == asked(AssignReviewer, search, roster=())
    assert command_for(missed, ex.CASE, fired) == asked(NoteAssignmentOverdue, missed)
    assert command_for(review, ex.CASE, fired) == asked(NoteReviewOverdue, review, roster=())
    assert command_for(reminder, ex.CASE, fired) == asked(Remind, reminder, clock="review_due", key="")


def test_a_kind_that_is_never_set_is_a_bug() -> None:
    with pytest.raises(LookupError, match="tea_time"):
        command_for(Due(kind="tea_time", at=NOON), ex.CASE, NOON)
