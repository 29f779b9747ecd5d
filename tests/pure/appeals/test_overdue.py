"""A silent reviewer loses the appeal to another one; where nobody is independent, that is reported again and again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.appeals.domain.decider import APPEALS
from services.appeals.domain.events import (
    AppealDecided,
    AssignmentOverdueNoted,
    ReviewerAssigned,
    ReviewOverdueNoted,
)
from services.appeals.domain.overdue import NoteAssignmentOverdue, NoteReviewOverdue
from shared.kernel.actors import Actor, Role
from tests.examples import appeals as ex
from tests.kit.deciding import History

TEN_DAYS = timedelta(days=10)
HE = Actor(role=Role.REVIEWER, id="reviewer-he")
EVERYBODY = (ex.on_duty(ex.SONG), ex.on_duty(ex.TANG, 5), ex.on_duty(ex.GAO_AS_REVIEWER))
NOT_UNDER_REVIEW = [
    ex.nothing_known,
    ex.a_case_in_its_first_round,
    ex.an_appealable_ruling,
    ex.an_appeal_with_open_evidence,
    ex.an_appeal_ready_for_review,
    ex.an_appeal_opened_again,
    ex.a_withdrawn_appeal,
    ex.a_final_decision,
]


def test_a_silent_reviewer_loses_the_appeal_to_another_independent_one_with_the_whole_time() -> None:
    ex.an_appeal_under_review().when(ex.note_review_overdue(*EVERYBODY)).then(
        ReviewOverdueNoted(reviewer=ex.SONG, due_at=ex.REVIEW_DUE, reassigned=True),
        ReviewerAssigned(
            reviewer=ex.TANG,
            due_at=ex.REVIEW_DUE + TEN_DAYS,
            remind_at=(ex.REVIEW_DUE + timedelta(days=5), ex.REVIEW_DUE + timedelta(days=9)),
        ),
    )
    reassigned = ex.a_reassigned_review()
    reassigned.when(ex.a_decision()).then_refused("only_the_assigned_reviewer_decides")
    reassigned.when(ex.a_decision(by=ex.TANG)).then_types(AppealDecided)
    reassigned.when(ex.note_review_overdue(*EVERYBODY)).then_nothing()


def test_at_twice_the_time_the_next_one_takes_over_and_who_was_silent_comes_last() -> None:
    again = ex.note_review_overdue(*EVERYBODY, ex.on_duty(HE, 99), at=ex.REVIEW_DUE + TEN_DAYS)
    noted, assigned = ex.a_reassigned_review().when(again).then_types(ReviewOverdueNoted, ReviewerAssigned)
    assert (noted.reviewer, noted.due_at) == (ex.TANG, ex.REVIEW_DUE + TEN_DAYS)
    assert assigned.reviewer == HE
    without_he = ex.note_review_overdue(*EVERYBODY, at=ex.REVIEW_DUE + TEN_DAYS)
    _, back = ex.a_reassigned_review().when(without_he).then_types(ReviewOverdueNoted, ReviewerAssigned)
    assert back.reviewer == ex.SONG


def test_where_nobody_else_is_independent_the_reviewer_stays_and_is_reported_again() -> None:
    history = ex.an_appeal_under_review()
    noted = ReviewOverdueNoted(reviewer=ex.SONG, due_at=ex.REVIEW_DUE, next_at=ex.REVIEW_DUE + TEN_DAYS)
    history.when(ex.note_review_overdue()).then(noted)
    late = history.after(ex.note_review_overdue())
    late.when(ex.note_review_overdue()).then_nothing()
    late.when(ex.a_decision()).then_types(AppealDecided)
    found = ex.note_review_overdue(*EVERYBODY, at=ex.REVIEW_DUE + TEN_DAYS)
    again, assigned = late.when(found).then_types(ReviewOverdueNoted, ReviewerAssigned)
    assert (again.due_at, assigned.reviewer) == (ex.REVIEW_DUE, ex.TANG)


def test_a_delay_stored_before_reviews_were_reassigned_is_not_noted_again() -> None:
    stored = ReviewOverdueNoted(reviewer=ex.SONG, due_at=ex.REVIEW_DUE)
    late = History(APPEALS, (*ex.an_appeal_under_review().facts, stored))
    late.when(ex.note_review_overdue(*EVERYBODY, at=ex.REVIEW_DUE + TEN_DAYS)).then_nothing()


def test_a_review_that_is_not_due_or_not_open_is_not_overdue() -> None:
    early = ex.note_review_overdue(at=ex.REVIEW_DUE - timedelta(milliseconds=1))
    ex.an_appeal_under_review().when(early).then_nothing()
    for state in NOT_UNDER_REVIEW:
        state().when(ex.note_review_overdue()).then_nothing()


def test_a_search_for_a_reviewer_that_lasts_is_reported_and_goes_on() -> None:
    next_at = ex.ASSIGN_BY + timedelta(hours=24)
    ready = ex.an_appeal_ready_for_review()
    ready.when(ex.note_assignment_overdue()).then(AssignmentOverdueNoted(due_at=ex.ASSIGN_BY, next_at=next_at))
    waiting = ex.an_appeal_nobody_reviews()
    waiting.when(ex.note_assignment_overdue()).then_nothing()
    waiting.when(ex.note_assignment_overdue(next_at)).then(
        AssignmentOverdueNoted(due_at=next_at, next_at=next_at + timedelta(hours=24))
    )
    waiting.when(ex.assign_reviewer()).then_types(ReviewerAssigned)


@pytest.mark.parametrize("state", [ex.nothing_known, ex.an_appeal_with_open_evidence, ex.an_appeal_under_review])
def test_without_a_search_nothing_is_reported(state: Callable[[], History]) -> None:
    state().when(ex.note_assignment_overdue()).then_nothing()


def test_only_the_platform_notes_what_is_overdue() -> None:
    commands: list[NoteReviewOverdue | NoteAssignmentOverdue] = [ex.note_review_overdue(), ex.note_assignment_overdue()]
    for command in commands:
        forged = command.model_copy(update={"by": ex.LIN})
        ex.an_appeal_under_review().when(forged).then_refused("only_the_platform_may_do_this")
