"""Mediation that fails, and rulings that are late."""

from datetime import timedelta
from typing import Any

import pytest

from services.mediation.domain.events import MediationFailed, MediationOverdueNoted, RulingOverdueNoted, SuccessorSought
from services.mediation.domain.failing import CloseOverdueMediation, FailMediation, NoteRulingOverdue
from services.mediation.domain.standing import AwaitingRuling
from shared.kernel.actors import SYSTEM, Actor, Role
from tests.examples import mediation as the
from tests.kit.deciding import History

MEDIATION_DUE = the.SEALED_AT + timedelta(days=7)
RULING_DUE = the.FAILED_AT + timedelta(hours=48)


def giving_up(by: Actor = the.MEI) -> FailMediation:
    return the.asked(FailMediation, by=by, at=the.FAILED_AT, reason="Neither side moves.")


def test_the_mediator_declares_the_mediation_failed_and_a_ruling_is_due() -> None:
    failed = MediationFailed(
        cause="mediator",
        reason="Neither side moves.",
        ruling_due_at=RULING_DUE,
        remind_at=the.reminded(the.FAILED_AT, RULING_DUE),
    )

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

    failed = the.a_notified_mediation().when(closing).then_types(MediationFailed)

    assert (failed[0].cause, failed[0].ruling_due_at) == ("deadline", MEDIATION_DUE + timedelta(hours=48))
    assert isinstance(the.a_notified_mediation().after(closing).state, AwaitingRuling)


def test_a_mediator_who_did_nothing_until_the_deadline_is_replaced() -> None:
    closing = the.asked(CloseOverdueMediation, at=MEDIATION_DUE)

    for history in (the.an_open_mediation(), the.a_mediation_with_an_offer()):
        facts = history.when(closing).then_types(MediationFailed, MediationOverdueNoted, SuccessorSought)

        assert facts[1] == MediationOverdueNoted(adjudicator=the.MEI, due_at=MEDIATION_DUE, consequence="reassigned")
        assert (facts[2].role, facts[2].cause) == (Role.FRONTLINE, "silent")
    taken = the.an_open_mediation().after(closing).after(the.assigning(MEDIATION_DUE))
    assert (taken.state.adjudicator, taken.state.due_at) == (the.BAO, MEDIATION_DUE + timedelta(hours=48))


def test_a_mediator_who_contacted_a_side_or_made_an_offer_is_not_silent() -> None:
    closing = the.asked(CloseOverdueMediation, at=MEDIATION_DUE)

    the.a_mediation_with_an_offer(by=the.MEI).when(closing).then_types(MediationFailed)


def test_a_mediation_does_not_fail_before_its_deadline_or_after_it_ended() -> None:
    early = the.asked(CloseOverdueMediation, at=MEDIATION_DUE - timedelta(seconds=1))

    the.an_open_mediation().when(early).then_nothing()
    the.a_failed_mediation().when(the.asked(CloseOverdueMediation, at=MEDIATION_DUE)).then_nothing()


def noting(times: int) -> NoteRulingOverdue:
    """The ruling is late for the first, second, third time."""
    return the.asked(NoteRulingOverdue, at=RULING_DUE + (times - 1) * timedelta(hours=48), name=str(times))


def overdue(times: int, adjudicator: Actor, consequence: Any) -> RulingOverdueNoted:
    due_at = noting(times).at
    next_due_at = noting(times + 1).at
    return RulingOverdueNoted(
        adjudicator=adjudicator,
        due_at=due_at,
        consequence=consequence,
        next_due_at=next_due_at,
        remind_at=the.reminded(due_at, next_due_at),
    )


def test_a_late_ruling_goes_to_another_adjudicator_then_to_a_specialist_and_is_then_reported() -> None:
    once = the.a_failed_mediation().after(noting(1))
    with_bao = once.after(the.assigning(noting(1).at))
    twice = with_bao.after(noting(2))
    with_gao = twice.after(the.assigning(noting(2).at, name="3"))

    assert once.facts[-2:] == (overdue(1, the.MEI, "reassigned"), seeking(Role.FRONTLINE))
    assert with_bao.state.adjudicator == the.BAO
    assert twice.facts[-2:] == (overdue(2, the.BAO, "raised_to_specialist"), seeking(Role.SPECIALIST))
    assert (with_gao.state.adjudicator, with_gao.state.due_at) == (the.GAO, noting(3).at)
    with_gao.when(noting(3)).then(RulingOverdueNoted(adjudicator=the.GAO, due_at=noting(3).at, consequence="reported"))
    with_gao.after(noting(3)).when(noting(4)).then_nothing()
    once.when(noting(1)).then_nothing()


def seeking(role: Role) -> SuccessorSought:
    return SuccessorSought(role=role, cause="silent", reason="no ruling by its due instant", sought_by=SYSTEM)


def test_a_silent_specialist_is_replaced_by_another_one_twice() -> None:
    history = the.a_failed_mediation(tier=Role.SPECIALIST).after(noting(1))
    again = history.after(the.assigning(noting(1).at, *the.SPECIALISTS)).after(noting(2))

    assert again.facts[-2:] == (overdue(2, the.TAO, "reassigned"), seeking(Role.SPECIALIST))


def test_a_ruling_is_not_late_before_its_instant_or_once_issued() -> None:
    early = the.asked(NoteRulingOverdue, at=RULING_DUE - timedelta(seconds=1))

    the.a_failed_mediation().when(early).then_nothing()
    the.a_ruled_case().when(the.asked(NoteRulingOverdue, at=RULING_DUE)).then_nothing()


def test_only_the_platform_keeps_the_clocks() -> None:
    closing = the.asked(CloseOverdueMediation, by=the.MEI, at=MEDIATION_DUE)
    noting = the.asked(NoteRulingOverdue, by=the.LIN, at=RULING_DUE)

    the.an_open_mediation().when(closing).then_refused("only_the_platform_may_do_this")
    the.a_failed_mediation().when(noting).then_refused("only_the_platform_may_do_this")
