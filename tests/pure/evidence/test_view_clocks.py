"""What runs now, as both sides see it."""

import pytest

from services.evidence.domain.clocks import running
from services.evidence.views.clocks import VIEW, Clocks
from tests.examples.evidence import (
    LIN,
    QINGYAO,
    a_later_appeal_of_lin,
    a_photo_of_the_spout,
    a_reopened_first_round,
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
    resuming,
    stopping,
)
from tests.kit.deciding import History, document_of

REBUTTAL = an_open_first_round().after(a_photo_of_the_spout(at=later(60))).after(falling_due())


def shown(history: History) -> Clocks:
    document = document_of(VIEW, *history.facts)
    assert document is not None
    return document


@pytest.mark.parametrize(
    "history",
    [
        an_open_first_round(),
        an_open_first_round().after(finishing(LIN)),
        an_open_first_round().after(asking_the_seller()),
        an_open_first_round().after(asking_the_seller()).after(asking_the_seller(id="before", at=later(19))),
        an_open_first_round().after(finishing(QINGYAO)).after(asking_the_seller()),
        REBUTTAL,
        REBUTTAL.after(asking_the_seller(at=later(73))),
        a_sealed_first_round(),
        a_reopened_first_round(),
        an_open_appeal_round().after(a_later_appeal_of_lin()),
        a_suspended_round().after(resuming()),
        a_stopped_file(),
        an_ended_file(),
    ],
)
def test_what_is_shown_is_what_runs(history: History) -> None:
    assert set(shown(history).running) == set(running(history.state))


def test_a_suspended_case_shows_since_when_its_clocks_stand_still() -> None:
    suspended = shown(a_suspended_round())

    assert (suspended.suspended_at, [clock.due_at for clock in suspended.running]) == (later(24), [later(72)] * 2)
    assert (shown(a_suspended_round().after(stopping())).suspended_at) is None


def test_before_the_opening_nothing_runs() -> None:
    facts = [history.facts[-1] for history in (REBUTTAL, a_suspended_round(), a_sealed_first_round(), an_ended_file())]
    go_on = a_suspended_round().after(resuming()).facts[-1]
    done = an_open_first_round().after(finishing(LIN)).facts[-1]

    assert document_of(VIEW, an_accepted_complaint(), *facts, go_on, done) is None
