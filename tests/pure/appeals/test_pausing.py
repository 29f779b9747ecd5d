"""A suspended case stands still; resumed, every clock has what was left of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.appeals.domain.decider import APPEALS
from services.appeals.domain.events import (
    AppealDecided,
    AppealDismissed,
    AppealLodged,
    AppealOpened,
    AppealReady,
    CaseResumed,
    CaseSuspended,
    ReviewerAssigned,
    SettlementNoted,
)
from services.appeals.domain.pausing import ResumeCase, SuspendCase
from services.appeals.domain.standing import Appealable, Ready, Settled, Suspended, UnderAppeal, UnderReview
from shared.eventing.messages import Command
from tests.examples import appeals as ex
from tests.kit.deciding import History

RUNNING = [
    ex.a_case_in_its_first_round,
    ex.an_appealable_ruling,
    ex.an_appeal_with_open_evidence,
    ex.an_appeal_ready_for_review,
    ex.an_appeal_under_review,
    ex.a_withdrawn_appeal,
]
MILLISECOND = timedelta(milliseconds=1)


def paused(history: History, since: datetime = ex.SUSPENDED) -> History:
    return history.after(ex.suspend(since)).after(ex.resume(since + ex.PAUSE))


@pytest.mark.parametrize("state", RUNNING)
def test_a_case_that_runs_is_suspended_once_and_resumed_once(state: Callable[[], History]) -> None:
    state().when(ex.suspend()).then(CaseSuspended(suspended_at=ex.SUSPENDED))
    suspended = state().after(ex.suspend())
    assert isinstance(suspended.state, Suspended)
    assert suspended.state.policy_version == "2026-11"
    assert suspended.state.heard == state().state.heard
    suspended.when(ex.suspend()).then_nothing()
    suspended.when(ex.resume()).then(CaseResumed(suspended_at=ex.SUSPENDED, resumed_at=ex.SUSPENDED + ex.PAUSE))
    resumed = suspended.after(ex.resume())
    assert type(resumed.state) is type(state().state)
    resumed.when(ex.resume()).then_nothing()
    resumed.when(ex.suspend(ex.SUSPENDED + ex.PAUSE)).then_types(CaseSuspended)


@pytest.mark.parametrize("state", [ex.nothing_known, ex.a_settled_case, ex.a_final_decision])
def test_a_case_that_is_over_or_unknown_is_not_suspended(state: Callable[[], History]) -> None:
    state().when(ex.suspend()).then_nothing()
    state().when(ex.resume()).then_nothing()


@pytest.mark.parametrize("kind", [SuspendCase, ResumeCase])
def test_only_the_platform_stops_and_starts_the_clocks(kind: type[Command]) -> None:
    command = kind.model_validate({**ex.suspend().model_dump(), "by": ex.LIN})
    for state in (ex.an_appeal_under_review, ex.a_suspended_review):
        state().when(command).then_refused("only_the_platform_may_do_this")


@pytest.mark.parametrize(
    "command", [ex.an_appeal(ex.LIN), ex.a_withdrawal(), ex.a_decision(), ex.an_appeal(ex.STRANGER)]
)
def test_while_suspended_nobody_is_heard(command: Command) -> None:
    refused = ex.a_suspended_review().when(command).then_refused("case_must_not_be_suspended")
    assert "resume" in (refused.cure or "")


@pytest.mark.parametrize(
    "command",
    [ex.note_review_overdue(ex.on_duty(ex.TANG)), ex.assign_reviewer(), ex.note_assignment_overdue(), ex.remind()],
)
def test_while_suspended_nothing_falls_due(command: Command) -> None:
    late = command.model_copy(update={"at": ex.REVIEW_DUE + ex.PAUSE})
    for state in (ex.a_suspended_review, lambda: ex.an_appeal_ready_for_review().after(ex.suspend())):
        state().when(late).then_nothing()
        forged = late.model_copy(update={"by": ex.LIN})
        state().when(forged).then_refused("only_the_platform_may_do_this")


def test_the_window_to_appeal_moves_by_the_pause() -> None:
    resumed = paused(ex.an_appealable_ruling())
    in_time = ex.an_appeal(at=ex.APPEAL_UNTIL + ex.PAUSE)
    resumed.when(in_time).then_types(AppealLodged, AppealOpened)
    late = ex.an_appeal(at=ex.APPEAL_UNTIL + ex.PAUSE + MILLISECOND)
    resumed.when(late).then_types(AppealLodged, AppealDismissed)


def test_the_evidence_the_search_and_the_review_move_by_the_pause() -> None:
    open_round = paused(ex.an_appeal_with_open_evidence()).state
    assert isinstance(open_round, UnderAppeal)
    assert open_round.evidence_due_at == ex.EVIDENCE_DUE + ex.PAUSE
    ready = paused(ex.an_appeal_ready_for_review())
    ready.when(ex.note_assignment_overdue(ex.ASSIGN_BY + ex.PAUSE - MILLISECOND)).then_nothing()
    assert isinstance(ready.state, Ready)
    assert ready.state.assign_by == ex.ASSIGN_BY + ex.PAUSE
    review = paused(ex.an_appeal_under_review())
    assert isinstance(review.state, UnderReview)
    assert (review.state.due_at, review.state.look_at) == (ex.REVIEW_DUE + ex.PAUSE, ex.REVIEW_DUE + ex.PAUSE)
    review.when(ex.note_review_overdue(at=ex.REVIEW_DUE + ex.PAUSE - MILLISECOND)).then_nothing()


def test_what_an_upheld_ruling_orders_is_due_later_as_well() -> None:
    (decided,) = paused(ex.an_appeal_under_review()).when(ex.a_decision(at=ex.REVIEW_DUE)).then_types(AppealDecided)
    before = [owed.comply_by for owed in ex.RULED]
    assert [owed.comply_by for owed in decided.obligations] == [due and due + ex.PAUSE for due in before]
    assert any(before)


def test_what_is_heard_while_suspended_is_noted_as_of_the_stop() -> None:
    since = ex.EVIDENCE_DUE - timedelta(hours=1)
    suspended = ex.an_appeal_with_open_evidence().after(ex.suspend(since))
    (ready,) = suspended.when(ex.note_appeal_evidence()).then_types(AppealReady)
    assert ready.assign_by == since + timedelta(hours=24)
    resumed = suspended.after(ex.note_appeal_evidence()).after(ex.resume(since + ex.PAUSE))
    assert isinstance(resumed.state, Ready)
    assert resumed.state.assign_by == since + ex.PAUSE + timedelta(hours=24)
    resumed.when(ex.assign_reviewer()).then_types(ReviewerAssigned)


def test_the_first_round_may_end_while_the_case_is_suspended() -> None:
    suspended = ex.a_case_in_its_first_round().after(ex.suspend())
    ruled = suspended.after(ex.note_ruling())
    assert isinstance(ruled.state, Suspended)
    assert isinstance(ruled.after(ex.resume()).state, Appealable)
    suspended.when(ex.note_settlement()).then(SettlementNoted())
    assert isinstance(suspended.after(ex.note_settlement()).after(ex.resume()).state, Settled)


def test_a_pause_of_something_unknown_changes_no_state() -> None:
    """Such facts are never decided; a log that has them must still be read."""
    told = CaseSuspended(suspended_at=ex.SUSPENDED)
    resumed = CaseResumed(suspended_at=ex.SUSPENDED, resumed_at=ex.SUSPENDED + ex.PAUSE)
    nothing = History(APPEALS, (told,))
    assert nothing.state.policy_version is None
    for history in (ex.nothing_known(), ex.a_settled_case(), ex.a_final_decision()):
        assert History(APPEALS, (*history.facts, told, resumed)).state == history.state
        assert History(APPEALS, (*history.facts, resumed)).state == history.state
