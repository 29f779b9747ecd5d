"""Mediation that fails, and rulings that are late."""

from datetime import timedelta

import pytest

from services.mediation.domain.events import MediationFailed, RulingOverdueNoted
from services.mediation.domain.failing import CloseOverdueMediation, FailMediation, NoteRulingOverdue
from services.mediation.domain.standing import AwaitingRuling
from shared.kernel.actors import Actor
from tests.examples import mediation as the
from tests.kit.deciding import History

MEDIATION_DUE = the.SEALED_AT + timedelta(days=7)
RULING_DUE = the.FAILED_AT + timedelta(hours=48)


def giving_up(by: Actor = the.MEI) -> FailMediation:
    return the.asked(FailMediation, by=by, at=the.FAILED_AT, reason="Neither side moves.")


def test_the_mediator_declares_the_mediation_failed_and_a_ruling_is_due() -> None:
    failed = MediationFailed(cause="mediator", reason="Neither side moves.", ruling_due_at=RULING_DUE)

    the.an_open_mediation().when(giving_up()).then(failed)


def test_a_failed_mediation_does_not_fail_again() -> None:
    the.a_failed_mediation().when(giving_up()).then_nothing()


def test_only_the_assigned_adjudicator_gives_up() -> None:
    for stranger in (the.BAO, the.LIN):
        the.an_open_mediation().when(giving_up(stranger)).then_refused("only_the_assigned_adjudicator_may_do_this")


@pytest.mark.parametrize(
    "history",
    [the.a_queued_mediation(), the.a_ruled_case(), the.a_stopped_case()],
    ids=lambda history: type(history.state).__name__,
)
def test_only_an_open_mediation_fails(history: History) -> None:
    history.when(giving_up()).then_refused("mediation_must_be_open")


def test_at_its_deadline_a_mediation_fails() -> None:
    closing = the.asked(CloseOverdueMediation, at=MEDIATION_DUE)

    failed = the.an_open_mediation().when(closing).then_types(MediationFailed)

    assert (failed[0].cause, failed[0].ruling_due_at) == ("deadline", MEDIATION_DUE + timedelta(hours=48))
    assert isinstance(the.an_open_mediation().after(closing).state, AwaitingRuling)


def test_a_mediation_does_not_fail_before_its_deadline_or_after_it_ended() -> None:
    early = the.asked(CloseOverdueMediation, at=MEDIATION_DUE - timedelta(seconds=1))

    the.an_open_mediation().when(early).then_nothing()
    the.a_failed_mediation().when(the.asked(CloseOverdueMediation, at=MEDIATION_DUE)).then_nothing()


def test_a_late_ruling_is_noted_once() -> None:
    noting = the.asked(NoteRulingOverdue, at=RULING_DUE)
    history = the.a_failed_mediation()

    history.when(noting).then(RulingOverdueNoted(adjudicator=the.MEI, due_at=RULING_DUE))
    history.after(noting).when(noting).then_nothing()


def test_a_ruling_is_not_late_before_its_instant_or_once_issued() -> None:
    early = the.asked(NoteRulingOverdue, at=RULING_DUE - timedelta(seconds=1))

    the.a_failed_mediation().when(early).then_nothing()
    the.a_ruled_case().when(the.asked(NoteRulingOverdue, at=RULING_DUE)).then_nothing()


def test_only_the_platform_keeps_the_clocks() -> None:
    closing = the.asked(CloseOverdueMediation, by=the.MEI, at=MEDIATION_DUE)
    noting = the.asked(NoteRulingOverdue, by=the.LIN, at=RULING_DUE)

    the.an_open_mediation().when(closing).then_refused("only_the_platform_may_do_this")
    the.a_failed_mediation().when(noting).then_refused("only_the_platform_may_do_this")
