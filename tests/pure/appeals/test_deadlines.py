"""What falls due by itself, and what it asks for."""

from datetime import timedelta

import pytest

from services.appeals.domain.assignment import AssignReviewer
from services.appeals.domain.overdue import NoteReviewOverdue
from services.appeals.entrypoints.deadlines import command_for
from services.appeals.views.deadlines import VIEW
from shared.eventing.agenda import Agenda, Due, cause_of
from shared.kernel.actors import SYSTEM
from tests.examples import appeals as ex
from tests.kit.deciding import NOON, History, document_of


def agenda_of(history: History) -> Agenda | None:
    return document_of(VIEW, *history.facts)


def test_nothing_is_due_before_the_appeal_is_ready() -> None:
    assert agenda_of(ex.an_appeal_with_open_evidence()) is None


def test_a_reviewer_is_due_at_once_when_the_appeal_is_ready() -> None:
    agenda = agenda_of(ex.an_appeal_ready_for_review())
    assert agenda == Agenda(due=(Due(kind="review_assignment", at=NOON),))
    assert VIEW.keys(agenda) == {"next_due": NOON}


def test_the_review_is_due_once_a_reviewer_is_assigned() -> None:
    assert agenda_of(ex.an_appeal_under_review()) == Agenda(due=(Due(kind="review_due", at=ex.REVIEW_DUE),))


def test_nothing_is_due_after_the_decision_or_once_the_delay_is_noted() -> None:
    assert agenda_of(ex.a_final_decision()) == Agenda()
    assert agenda_of(ex.an_appeal_under_review().after(ex.note_review_overdue())) == Agenda()
    assert VIEW.keys(Agenda()) == {"next_due": None}


def test_each_due_row_asks_for_its_own_command() -> None:
    assignment = Due(kind="review_assignment", at=NOON)
    review = Due(kind="review_due", at=ex.REVIEW_DUE)
    fired = ex.REVIEW_DUE + timedelta(seconds=1)
    assert command_for(assignment, ex.CASE, fired) == AssignReviewer(
        id=cause_of(ex.CASE, assignment), case_id=ex.CASE, at=fired, by=SYSTEM, roster=()
    )
    assert command_for(review, ex.CASE, fired) == NoteReviewOverdue(
        id=cause_of(ex.CASE, review), case_id=ex.CASE, at=fired, by=SYSTEM
    )


def test_a_kind_that_is_never_set_is_a_bug() -> None:
    with pytest.raises(LookupError, match="tea_time"):
        command_for(Due(kind="tea_time", at=NOON), ex.CASE, NOON)
