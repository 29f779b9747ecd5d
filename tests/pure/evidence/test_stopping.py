"""StopCollection: a withdrawn complaint shuts the file."""

from services.evidence.domain.events import CollectionStopped
from tests.examples.evidence import (
    LIN,
    a_sealed_first_round,
    a_stopped_file,
    an_open_first_round,
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
