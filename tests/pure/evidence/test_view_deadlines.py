"""When the platform looks at a file by itself, and what it then asks."""

import pytest

from services.evidence.domain.closing import CloseOnDue
from services.evidence.entrypoints.deadlines import command_for
from services.evidence.views.deadlines import VIEW
from shared.eventing.agenda import Agenda, Due, cause_of
from shared.kernel.actors import SYSTEM
from tests.examples.evidence import (
    APPEAL_DUE,
    CASE,
    DUE,
    a_photo_of_the_spout,
    a_sealed_first_round,
    a_stopped_file,
    an_accepted_complaint,
    an_open_appeal_round,
    an_open_first_round,
    asking_the_seller,
    falling_due,
    later,
)
from tests.kit.deciding import History, document_of


def agenda_of(history: History) -> Agenda | None:
    return document_of(VIEW, *history.facts)


def test_before_the_file_is_opened_nothing_is_due() -> None:
    assert document_of(VIEW, an_accepted_complaint()) is None


def test_an_open_round_falls_due_once() -> None:
    agenda = agenda_of(an_open_first_round())

    assert agenda == Agenda(due=(Due(kind="evidence_due", at=DUE),))
    assert VIEW.keys(agenda) == {"next_due": DUE}


def test_a_later_request_moves_the_due_and_an_earlier_one_does_not() -> None:
    extended = an_open_first_round().after(asking_the_seller())
    earlier = extended.after(asking_the_seller(id="ask-before", at=later(19)))

    assert agenda_of(extended) == Agenda(due=(Due(kind="evidence_due", at=later(92)),))
    assert agenda_of(earlier) == agenda_of(extended)


def test_a_rebuttal_takes_the_dues_place_and_a_request_takes_it_back() -> None:
    rebuttal = an_open_first_round().after(a_photo_of_the_spout(at=later(60))).after(falling_due())
    asked = rebuttal.after(asking_the_seller(at=later(73)))

    assert agenda_of(rebuttal) == Agenda(due=(Due(kind="rebuttal_due", at=later(84)),))
    assert agenda_of(asked) == Agenda(due=(Due(kind="evidence_due", at=later(145)),))


def test_a_sealed_or_stopped_file_has_nothing_due() -> None:
    assert agenda_of(a_sealed_first_round()) == Agenda()
    assert agenda_of(a_stopped_file()) == Agenda()


def test_an_appeal_round_falls_due_by_itself() -> None:
    assert agenda_of(an_open_appeal_round()) == Agenda(due=(Due(kind="evidence_due", at=APPEAL_DUE),))


def test_a_request_without_an_agenda_still_falls_due() -> None:
    (fact,) = an_open_first_round().when(asking_the_seller()).outcome

    assert document_of(VIEW, fact) == Agenda(due=(Due(kind="evidence_due", at=later(92)),))


@pytest.mark.parametrize("kind", ["evidence_due", "rebuttal_due"])
def test_a_due_row_fires_as_the_same_command_each_time(kind: str) -> None:
    due = Due(kind=kind, at=DUE)

    assert command_for(due, CASE, later(73)) == CloseOnDue(
        id=cause_of(CASE, due), case_id=CASE, at=later(73), by=SYSTEM
    )


def test_an_unknown_kind_is_a_bug() -> None:
    with pytest.raises(LookupError, match="tea_time"):
        command_for(Due(kind="tea_time", at=DUE), CASE, DUE)
