"""StopCollection and EndCase: a withdrawn complaint shuts the file, a case that is over takes no more."""

from services.evidence.domain.events import CaseEnded, CollectionStopped
from tests.examples.evidence import (
    LIN,
    a_sealed_first_round,
    a_stopped_file,
    a_suspended_round,
    an_ended_file,
    an_open_first_round,
    ending,
    later,
    no_file,
    stopping,
)

STOPPED = CollectionStopped(reason="The seller sent a new teapot.", stopped_at=later(5))


def test_a_withdrawn_complaint_shuts_an_open_and_a_sealed_file() -> None:
    an_open_first_round().when(stopping()).then(STOPPED)
    a_sealed_first_round().when(stopping()).then(STOPPED)


def test_a_file_that_is_absent_or_shut_is_left_alone() -> None:
    no_file().when(stopping()).then_nothing()
    a_stopped_file().when(stopping()).then_nothing()


def test_a_party_cannot_stop_the_collection() -> None:
    an_open_first_round().when(stopping(by=LIN)).then_refused("only_the_platform_may_do_this")


def test_a_case_that_is_over_takes_no_more_whatever_its_file_is_doing() -> None:
    over = CaseEnded(outcome="ruled", ended_at=later(200))

    for history in (an_open_first_round(), a_sealed_first_round(), a_suspended_round()):
        history.when(ending()).then(over)


def test_an_absent_a_stopped_and_an_ended_file_are_not_ended_again() -> None:
    for history in (no_file(), a_stopped_file(), an_ended_file()):
        history.when(ending()).then_nothing()
    an_ended_file().when(stopping()).then_nothing()


def test_a_party_cannot_end_the_case() -> None:
    a_sealed_first_round().when(ending(by=LIN)).then_refused("only_the_platform_may_do_this")
