"""SuspendCase and ResumeCase: while the case rests nothing runs and nobody adds; then it goes on with what was left."""

import pytest

from services.evidence.domain.clocks import running
from services.evidence.domain.events import CaseResumed, CaseSuspended, EvidenceClosed, RebuttalOpened
from services.evidence.domain.evidence_file import Sealed, Suspended
from shared.eventing.messages import Command
from shared.kernel.actors import Side
from tests.examples.evidence import (
    APPEAL_DUE,
    LIN,
    QINGYAO,
    a_photo_of_the_spout,
    a_round_with_a_photo,
    a_sealed_first_round,
    a_statement_of_the_buyer,
    a_stopped_file,
    a_suspended_round,
    acknowledging,
    an_ended_file,
    an_open_first_round,
    asking_for_an_explanation,
    asking_the_seller,
    discarding_the_draft,
    drafting_a_photo,
    falling_due,
    finishing,
    later,
    no_file,
    opening_the_appeal_round,
    opening_the_first_round,
    reminding,
    resuming,
    stopping,
    submitting_the_draft,
    suspending,
)
from tests.kit.deciding import History


def test_an_open_and_a_sealed_file_rest() -> None:
    for history in (an_open_first_round(), a_sealed_first_round()):
        history.when(suspending()).then(CaseSuspended(suspended_at=later(24)))


def test_what_rests_does_not_rest_twice_and_what_is_over_or_absent_not_at_all() -> None:
    for history in (a_suspended_round(), a_stopped_file(), an_ended_file(), no_file()):
        history.when(suspending(30)).then_nothing()


def test_only_the_platform_suspends_and_resumes() -> None:
    an_open_first_round().when(suspending(by=LIN)).then_refused("only_the_platform_may_do_this")
    a_suspended_round().when(resuming(by=LIN)).then_refused("only_the_platform_may_do_this")


@pytest.mark.parametrize(
    "command",
    [
        a_statement_of_the_buyer(at=later(30)),
        drafting_a_photo(at=later(30)),
        submitting_the_draft(at=later(30)),
        discarding_the_draft(at=later(30)),
        acknowledging("photo-of-the-spout", hours=30),
        finishing(LIN, hours=30),
        asking_the_seller(at=later(30)),
        asking_for_an_explanation(at=later(30)),
    ],
    ids=lambda command: str(command.NAME),
)
def test_nobody_adds_to_a_case_that_rests(command: Command) -> None:
    refused = a_suspended_round().when(command).then_refused("case_must_not_be_suspended")

    assert refused.cure == "resume the case first"


def test_no_clock_runs_while_the_case_rests() -> None:
    assert running(a_suspended_round().state) == ()
    a_suspended_round().when(falling_due(later(72))).then_nothing()
    a_suspended_round().when(reminding()).then_nothing()


def test_a_resumed_case_goes_on_with_what_was_left() -> None:
    a_suspended_round().when(resuming()).then(CaseResumed(suspended_at=later(24), resumed_at=later(124)))

    resumed = a_suspended_round().after(resuming())

    assert resumed.state.due == dict.fromkeys(Side, later(172))
    resumed.when(falling_due(later(171))).then_nothing()
    resumed.when(falling_due(later(172))).then_types(EvidenceClosed)
    (item,) = resumed.when(a_statement_of_the_buyer(at=later(172))).outcome
    assert not item.item.late


def test_the_time_to_answer_an_item_rests_too() -> None:
    late = an_open_first_round().after(a_photo_of_the_spout(at=later(60))).after(suspending(62)).after(resuming(162))

    (opened,) = late.when(falling_due(later(172))).then_types(RebuttalOpened)

    assert opened.until == later(60 + 24 + 100)


def test_the_due_of_what_was_asked_moves_with_the_clock_it_started() -> None:
    asked = a_round_with_a_photo().after(asking_the_seller()).after(suspending()).after(resuming())

    assert asked.state.due == {Side.BUYER: later(172), Side.SELLER: later(192)}
    assert {request.due_at for request in asked.state.requests.values()} == {later(172), later(192)}


def test_a_case_that_does_not_rest_is_not_resumed() -> None:
    for history in (an_open_first_round(), a_sealed_first_round(), a_stopped_file(), an_ended_file(), no_file()):
        history.when(resuming()).then_nothing()


def test_a_sealed_file_is_the_same_after_its_rest() -> None:
    sealed = a_sealed_first_round()

    assert sealed.after(suspending()).after(resuming()).state == sealed.state


def test_an_appeal_that_is_heard_while_the_case_rests_is_noted() -> None:
    noted = a_sealed_first_round().after(suspending()).after(opening_the_appeal_round())

    assert isinstance(noted.state, Suspended)
    noted.when(opening_the_appeal_round()).then_nothing()
    noted.when(opening_the_first_round()).then_nothing()
    resumed = noted.after(resuming())
    assert resumed.state.closes_at == APPEAL_DUE + (later(124) - later(24))


def test_an_appeal_that_ends_what_was_asked_for_is_noted_too() -> None:
    noted: History = (
        a_sealed_first_round()
        .after(asking_the_seller())
        .after(suspending())
        .after(opening_the_appeal_round())
        .after(resuming())
        .after(finishing(LIN, hours=130))
        .after(finishing(QINGYAO, hours=130))
    )

    assert isinstance(noted.state, Sealed)
    assert len(noted.state.file.seals) == 2


def test_a_withdrawal_ends_the_rest() -> None:
    stopped = a_suspended_round().after(stopping())

    stopped.when(resuming()).then_nothing()
    stopped.when(finishing(LIN, hours=30)).then_refused("file_must_not_be_stopped")
