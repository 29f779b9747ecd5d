"""The reviewer is reminded while there is time, of the clock that is running."""

from services.appeals.domain.clocks import running
from services.appeals.domain.events import ReminderSent
from services.appeals.domain.reminding import Remind
from shared.kernel.actors import SYSTEM, Role
from tests.examples import appeals as ex


def test_the_duties_of_every_state_are_known_with_owner_instant_and_consequence() -> None:
    clocks = {name: running(history.state) for name, history in ex.every_state().items()}
    told = {name: [(clock.kind, clock.owner, clock.due_at) for clock in of] for name, of in clocks.items() if of}
    review = [("review_due", Role.REVIEWER, ex.REVIEW_DUE)]
    assert told == {
        "ready": [("assignment_due", Role.PLATFORM, ex.ASSIGN_BY)],
        "nobody found": [("assignment_due", Role.PLATFORM, ex.ASSIGN_BY + (ex.ASSIGN_BY - ex.SEALED))],
        "under review": review,
        "overdue": review,
        "reassigned": [("review_due", Role.REVIEWER, ex.REVIEW_DUE + (ex.REVIEW_DUE - ex.ASSIGNED))],
        "resumed": [("review_due", Role.REVIEWER, ex.REVIEW_DUE + ex.PAUSE)],
    }
    assert all(clock.consequence.endswith(".") for of in clocks.values() for clock in of)


def test_the_reviewer_is_reminded_of_the_review() -> None:
    history = ex.an_appeal_under_review()
    (clock,) = running(history.state)
    history.when(ex.remind()).then(
        ReminderSent(
            clock="review_due",
            key="",
            owner=Role.REVIEWER,
            recipient=ex.SONG,
            due_at=ex.REVIEW_DUE,
            consequence=clock.consequence,
        )
    )
    assert history.after(ex.remind()).state == history.state


def test_who_took_over_is_reminded_and_not_who_was_silent() -> None:
    (sent,) = ex.a_reassigned_review().when(ex.remind(at=ex.REVIEW_DUE)).then_types(ReminderSent)
    assert sent.recipient == ex.TANG


def test_the_platform_reminds_itself_of_a_search() -> None:
    (sent,) = ex.an_appeal_ready_for_review().when(ex.remind("assignment_due", at=ex.SEALED)).then_types(ReminderSent)
    assert (sent.owner, sent.recipient) == (Role.PLATFORM, SYSTEM)


def test_nobody_is_reminded_of_what_does_not_run_or_is_past() -> None:
    ex.an_appeal_under_review().when(ex.remind("assignment_due")).then_nothing()
    ex.an_appeal_under_review().when(ex.remind(at=ex.REVIEW_DUE)).then_nothing()
    for state in (ex.nothing_known, ex.an_appeal_opened_again, ex.a_suspended_review, ex.a_final_decision):
        state().when(ex.remind()).then_nothing()


def test_only_the_platform_reminds() -> None:
    forged = Remind(id="remind", case_id=ex.CASE, at=ex.REMIND_AT[0], by=ex.LIN, clock="review_due")
    for state in (ex.an_appeal_under_review, ex.a_suspended_review):
        state().when(forged).then_refused("only_the_platform_may_do_this")


def test_whoever_has_a_duty_is_told_what_follows_when_its_instant_passes() -> None:
    states = (ex.an_appeal_ready_for_review(), ex.an_appeal_under_review())
    assert [clock.consequence for history in states for clock in running(history.state)] == [
        "That no independent reviewer was found is reported, and the search goes on.",
        "The delay is reported, and another independent reviewer takes the appeal over.",
    ]
