"""A ready appeal goes to the least-loaded reviewer who took no part in the first round."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.appeals.domain.appeal_evidence import NoteAppealEvidence
from services.appeals.domain.assignment import AssignReviewer
from services.appeals.domain.events import AppealEvidenceAdded, AppealReady, ReviewerAssigned
from services.appeals.domain.standing import Ready, UnderAppeal, UnderReview
from shared.kernel.actors import Actor, Role
from shared.kernel.roster import RosterEntry
from tests.examples import appeals as ex
from tests.kit.deciding import History


def test_an_appeal_is_ready_once_its_evidence_is_sealed() -> None:
    ex.an_appeal_with_open_evidence().when(ex.note_appeal_evidence()).then(
        AppealReady(items=(ex.KILN_CERTIFICATE,), assign_by=ex.ASSIGN_BY)
    )
    state = ex.an_appeal_ready_for_review().state
    assert isinstance(state, Ready)
    assert state.heard.items == {ex.CRACK_PHOTO, ex.KILN_CERTIFICATE}


@pytest.mark.parametrize("state", [ex.an_appeal_ready_for_review, ex.an_appeal_under_review, ex.a_final_decision])
def test_sealed_evidence_told_again_changes_nothing(state: Callable[[], History]) -> None:
    state().when(ex.note_appeal_evidence()).then_nothing()


@pytest.mark.parametrize(
    "state", [ex.nothing_known, ex.a_case_in_its_first_round, ex.a_settled_case, ex.an_appealable_ruling]
)
def test_without_an_appeal_no_appeal_evidence_is_taken(state: Callable[[], History]) -> None:
    state().when(ex.note_appeal_evidence()).then_refused("an_appeal_must_be_open")


def test_a_reviewer_is_assigned_with_ten_days_to_decide() -> None:
    ex.an_appeal_ready_for_review().when(ex.assign_reviewer()).then(
        ReviewerAssigned(reviewer=ex.SONG, due_at=ex.REVIEW_DUE, remind_at=ex.REMIND_AT)
    )
    assert isinstance(ex.an_appeal_under_review().state, UnderReview)


@pytest.mark.parametrize(
    ("roster", "chosen"),
    [
        ((ex.on_duty(ex.SONG, 4), ex.on_duty(ex.TANG, 3)), ex.TANG),
        ((ex.on_duty(ex.TANG, 3), ex.on_duty(ex.SONG, 3)), ex.SONG),
        ((ex.on_duty(ex.SONG, 9), ex.on_duty(ex.TANG, 0, "lin")), ex.SONG),
        ((ex.on_duty(ex.SONG, 9), ex.on_duty(ex.TANG, 0, "someone-else")), ex.TANG),
        ((ex.on_duty(ex.TANG, 0, "lin", "qingyao-ceramics"),), ex.TANG),
        ((ex.on_duty(ex.SONG, 9), ex.on_duty(ex.GAO_AS_REVIEWER, 0)), ex.SONG),
        ((ex.on_duty(ex.SONG, 9), ex.on_duty(Actor(role=Role.SPECIALIST, id="specialist-he"), 0)), ex.SONG),
    ],
    ids=[
        "the least loaded",
        "of equals the first by name",
        "one who handled a party of late is passed over",
        "other parties do not count",
        "unless nobody else is free",
        "never who handled the first round, in whatever role",
        "never another role",
    ],
)
def test_the_reviewer_is_chosen_from_the_roster(roster: tuple[RosterEntry, ...], chosen: Actor) -> None:
    (assigned,) = ex.an_appeal_ready_for_review().when(ex.assign_reviewer(*roster)).then_types(ReviewerAssigned)
    assert assigned.reviewer == chosen


def test_a_mediator_who_was_replaced_is_not_independent_either() -> None:
    replaced = Actor(role=Role.REVIEWER, id="early-mediator")
    ready = ex.after(
        ex.note_mediator(replaced),
        ex.note_mediator(ex.WEN),
        ex.note_ruling(),
        ex.an_appeal(),
        ex.note_appeal_evidence(),
    )
    ready.when(ex.assign_reviewer(ex.on_duty(replaced))).then_refused("roster_must_have_an_independent_reviewer")


def test_without_an_independent_reviewer_nobody_is_assigned() -> None:
    ready = ex.an_appeal_ready_for_review()
    empty = ex.assign_reviewer().model_copy(update={"roster": ()})
    for command in (empty, ex.assign_reviewer(ex.on_duty(ex.GAO_AS_REVIEWER))):
        assert ready.when(command).then_refused("roster_must_have_an_independent_reviewer").clause == (
            "appeal.independence"
        )


def test_items_sealed_later_may_be_cited_as_well() -> None:
    for state in (ex.an_appeal_ready_for_review, ex.an_appeal_under_review, ex.a_withdrawn_appeal):
        more = ex.note_appeal_evidence(ex.KILN_CERTIFICATE, ex.UNSEEN_VIDEO)
        state().when(more).then(AppealEvidenceAdded(items=more.items))
        after = state().after(more)
        assert ex.UNSEEN_VIDEO in after.state.heard.items
        assert type(after.state) is type(state().state)
        after.when(more).then_nothing()


def test_a_seal_older_than_the_last_appeal_leaves_the_round_open() -> None:
    """The buyer's appeal crossed with the sealing of the round that the seller's had opened."""
    sealed_at = ex.a_second_appeal().at - timedelta(seconds=1)
    both = ex.an_appeal_with_open_evidence().after(ex.a_second_appeal())
    crossed = both.after(ex.note_appeal_evidence(at=sealed_at))
    assert isinstance(crossed.state, UnderAppeal)
    assert ex.KILN_CERTIFICATE in crossed.state.heard.items
    crossed.when(ex.note_appeal_evidence(at=sealed_at)).then_nothing()
    crossed.when(ex.note_appeal_evidence(at=ex.SECOND_DUE)).then_types(AppealReady)


def test_who_was_at_work_when_the_round_was_opened_again_goes_on() -> None:
    again = ex.an_appeal_opened_again().after(ex.note_appeal_evidence(ex.UNSEEN_VIDEO, at=ex.SECOND_DUE))
    roster = (ex.on_duty(ex.TANG, 0), ex.on_duty(ex.SONG, 9))
    later = ex.assign_reviewer(*roster).model_copy(update={"at": ex.SECOND_DUE})
    (assigned,) = again.when(later).then_types(ReviewerAssigned)
    assert (assigned.reviewer, assigned.due_at) == (ex.SONG, ex.SECOND_DUE + timedelta(days=10))
    (other,) = again.when(ex.assign_reviewer(ex.on_duty(ex.TANG))).then_types(ReviewerAssigned)
    assert other.reviewer == ex.TANG


@pytest.mark.parametrize("state", [ex.an_appeal_under_review, ex.a_final_decision])
def test_a_second_assignment_changes_nothing(state: Callable[[], History]) -> None:
    state().when(ex.assign_reviewer(ex.on_duty(ex.TANG))).then_nothing()


@pytest.mark.parametrize(
    "state",
    [
        ex.nothing_known,
        ex.a_case_in_its_first_round,
        ex.a_settled_case,
        ex.an_appealable_ruling,
        ex.an_appeal_with_open_evidence,
    ],
)
def test_an_appeal_that_is_not_ready_gets_no_reviewer(state: Callable[[], History]) -> None:
    state().when(ex.assign_reviewer()).then_refused("appeal_must_be_ready_for_review")


@pytest.mark.parametrize("command", [ex.note_appeal_evidence(), ex.assign_reviewer()])
def test_only_the_platform_prepares_and_assigns(command: NoteAppealEvidence | AssignReviewer) -> None:
    forged = command.model_copy(update={"by": ex.SONG})
    ex.an_appeal_ready_for_review().when(forged).then_refused("only_the_platform_may_do_this")
