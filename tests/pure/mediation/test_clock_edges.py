"""Instants, counters and texts that a later decision rests on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from services.mediation.domain import events as e
from services.mediation.domain.clocks import mediating
from services.mediation.domain.failing import CloseOverdueMediation, NoteRulingOverdue, note_ruling_overdue
from services.mediation.domain.handover import sought
from services.mediation.domain.mediation import evolve
from services.mediation.domain.obligations import Debt, DebtStatus
from services.mediation.domain.setoff import resumed
from services.mediation.domain.standing import AwaitingRuling, Complying, Mediating, Suspended, Wanted
from services.mediation.domain.suspending import held_until, moved_on
from shared.eventing.messages import Fact
from shared.kernel.actors import SYSTEM, Role
from tests.examples import mediation as the
from tests.kit.deciding import History

F = TypeVar("F", bound=Fact)
DAY = timedelta(days=1)
SINCE, AT = the.APPEALED_AT, the.APPEALED_AT + 9 * DAY
OWED = the.ruled(the.REFUND)[0].model_copy(update={"comply_by": SINCE + DAY})


def bare(kind: type[F], **body: Any) -> F:
    """A fact of which only what the state reads is filled in."""
    construct: Any = kind.model_construct
    fact: F = construct(**body)
    return fact


def disputed(decide_by: timedelta) -> Debt:
    return Debt(obligation=OWED, status=DebtStatus.DISPUTED, decide_by=SINCE + decide_by)


def a_ruling_to_come() -> AwaitingRuling:
    state = the.a_failed_mediation().state
    assert isinstance(state, AwaitingRuling)
    return state


def a_mediation() -> Mediating:
    state = the.an_open_mediation().state
    assert isinstance(state, Mediating)
    return state


def test_after_a_stay_the_adjudicator_has_what_was_left_to_decide_a_dispute() -> None:
    (debt,) = resumed([disputed(2 * DAY)], SINCE, AT)
    assert debt.decide_by == AT + 2 * DAY


def test_a_dispute_that_was_overdue_before_a_stay_is_overdue_at_once_after_it() -> None:
    (debt,) = resumed([disputed(-DAY)], SINCE, AT)
    assert debt.decide_by == AT


def test_nobody_owes_a_mediation_without_a_due_instant() -> None:
    assert mediating(Role.FRONTLINE, None) == ()


def test_a_draft_or_a_disagreement_begins_the_count_of_missed_instants_anew() -> None:
    late = replace(a_ruling_to_come(), missed=2)

    drafted = evolve(late, bare(e.RulingDrafted, draft=None, drafted_by=the.GAO))
    assert isinstance(drafted, AwaitingRuling)
    assert drafted.missed == 0
    disagreed = evolve(late, bare(e.RulingDisagreed, due_at=AT))
    assert isinstance(disagreed, AwaitingRuling)
    assert (disagreed.missed, disagreed.due_at) == (0, AT)


def test_an_overdue_ruling_has_the_next_due_instant() -> None:
    noted = evolve(a_ruling_to_come(), bare(e.RulingOverdueNoted, next_due_at=AT))
    assert isinstance(noted, AwaitingRuling)
    assert (noted.missed, noted.due_at) == (1, AT)


def test_a_mediator_who_takes_over_has_not_spoken_yet() -> None:
    taken = evolve(replace(a_mediation(), silent=False), bare(e.CaseReassigned, adjudicator=the.BAO, due_at=AT))
    assert isinstance(taken, Mediating)
    assert taken.silent is True


def test_what_is_confirmed_waits_for_nobody() -> None:
    state = the.a_reported_refund().state
    assert isinstance(state, Complying)
    debt = state.debts[0].model_copy(update={"confirm_by": AT, "decide_by": AT})
    confirmed = evolve(replace(state, debts=(debt,)), bare(e.PerformanceConfirmed, obligation_id=debt.obligation.id))
    assert isinstance(confirmed, Complying)
    assert (confirmed.debts[0].confirm_by, confirmed.debts[0].decide_by) == (None, None)


def test_the_time_a_ruling_stood_still_does_not_count_as_waiting() -> None:
    state = a_ruling_to_come()
    held = held_until(state, e.CaseSuspended(suspended_at=SINCE))
    assert isinstance(held, Suspended)
    assert held.file == state.file
    later = moved_on(held, e.CaseResumed(suspended_at=SINCE, resumed_at=SINCE + DAY))
    assert isinstance(later, AwaitingRuling)
    assert later.since == state.since + DAY


def test_a_successor_has_the_role_that_is_wanted_already() -> None:
    wanted = replace(a_mediation(), wanted=Wanted(Role.SPECIALIST, "handed_over"))
    assert sought(wanted, "platform", "", SYSTEM).role is Role.SPECIALIST


def test_every_missed_instant_after_the_third_is_only_reported() -> None:
    late = replace(a_ruling_to_come(), missed=3, due_at=SINCE)
    outcome: Any = note_ruling_overdue(the.asked(NoteRulingOverdue, at=AT), late)
    assert [noted.consequence for noted in outcome] == ["reported"]


def test_the_record_says_that_no_agreement_came_in_time_and_that_the_mediator_did_nothing() -> None:
    history: History = the.an_open_mediation()
    failed, _, seeking = history.when(the.asked(CloseOverdueMediation, at=AT)).outcome
    assert failed.reason == "no agreement was reached by the mediation deadline"
    assert seeking.reason == "the mediator did nothing until the deadline"
