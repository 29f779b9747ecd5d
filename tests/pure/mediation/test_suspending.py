"""A suspended case stands still, and goes on with what was left of every clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.mediation.domain.appeal import ReplaceObligations, StayObligations
from services.mediation.domain.compliance import ConfirmBySilence, EnforceObligation
from services.mediation.domain.events import CaseResumed, CaseSuspended
from services.mediation.domain.failing import CloseOverdueMediation, NoteRulingOverdue
from services.mediation.domain.handover import ReassignCase
from services.mediation.domain.offers import AcceptOffer, LapseOffer
from services.mediation.domain.opening import StopMediation
from services.mediation.domain.reminding import Remind
from services.mediation.domain.standing import FileOpen, Mediating, Queued, Stopped, Suspended
from services.mediation.domain.suspending import ResumeCase, SuspendCase
from services.mediation.views.deadlines import VIEW as DEADLINES
from services.mediation.views.mediation_file import VIEW as MEDIATION_FILE
from shared.eventing.agenda import Due
from shared.kernel.actors import Actor
from tests.examples import mediation as the
from tests.kit.deciding import History, document_of

SINCE = the.ANSWERED_AT
REST = timedelta(days=5)
FAR = SINCE + timedelta(days=1_000)
SHIP, _ = the.ruled()
(ONLY_REFUND,) = the.ruled(the.REFUND)


def rested(history: History, since: datetime = SINCE) -> History:
    return history.after(the.suspending(since)).after(the.resuming(since + REST))


@pytest.mark.parametrize(
    "history",
    [
        the.an_open_file(),
        the.a_queued_mediation(),
        the.an_open_mediation(),
        the.a_failed_mediation(),
        the.a_ruled_case(),
    ],
    ids=lambda history: type(history.state).__name__,
)
def test_a_running_case_is_suspended_and_resumed_once(history: History) -> None:
    suspended = history.after(the.suspending(SINCE))

    history.when(the.suspending(SINCE)).then(CaseSuspended(suspended_at=SINCE))
    history.when(the.resuming(SINCE)).then_nothing()
    suspended.when(the.suspending(SINCE, name="2")).then_nothing()
    suspended.when(the.resuming(SINCE + REST)).then(CaseResumed(suspended_at=SINCE, resumed_at=SINCE + REST))
    assert type(rested(history).state) is type(history.state)


def test_a_case_that_is_not_there_or_over_is_not_suspended() -> None:
    for history in (the.no_file(), the.a_stopped_case(), the.a_fulfilled_ruling()):
        history.when(the.suspending(SINCE)).then_nothing()
        state = history.state
        assert history.decider.evolve(state, CaseSuspended(suspended_at=SINCE)) == state
        assert history.decider.evolve(state, CaseResumed(suspended_at=SINCE, resumed_at=SINCE)) == state


@pytest.mark.parametrize("by", [the.LIN, the.MEI])
def test_only_the_platform_suspends_and_resumes(by: Actor) -> None:
    suspending = the.asked(SuspendCase, by=by, at=SINCE)
    resuming = the.asked(ResumeCase, by=by, at=SINCE)

    the.an_open_mediation().when(suspending).then_refused("only_the_platform_may_do_this")
    the.a_suspended_mediation().when(suspending).then_refused("only_the_platform_may_do_this")
    the.a_suspended_mediation().when(resuming).then_refused("only_the_platform_may_do_this")


def test_nobody_acts_on_a_suspended_case() -> None:
    history = the.a_suspended_mediation()

    for command in (
        the.an_offer(the.MEI, name="2"),
        the.asked(AcceptOffer, by=the.LIN, at=SINCE, offer_id=the.offer_id()),
        the.asked(ReassignCase, at=SINCE, reason="Mei fell ill."),
    ):
        history.when(command).then_refused("case_must_not_be_suspended")
    the.a_suspended_compliance().when(the.reporting(SHIP, the.LIN)).then_refused("case_must_not_be_suspended")


def test_no_clock_of_a_suspended_case_fires() -> None:
    offer: dict[str, Any] = {"offer_id": the.offer_id()}
    debt: dict[str, Any] = {"obligation_id": SHIP.id}
    row: dict[str, Any] = {"clock": "mediation_due", "key": "", "row": "mediation_due:/1"}

    for history in (the.a_suspended_mediation(), the.a_suspended_compliance()):
        for command in (
            the.assigning(FAR),
            the.asked(LapseOffer, at=FAR, **offer),
            the.asked(CloseOverdueMediation, at=FAR),
            the.asked(NoteRulingOverdue, at=FAR),
            the.asked(ConfirmBySilence, at=FAR, **debt),
            the.asked(EnforceObligation, at=FAR, **debt),
            the.asked(Remind, at=FAR, **row),
        ):
            history.when(command).then_nothing()
            stranger = command.model_copy(update={"by": the.LIN})
            history.when(stranger).then_refused("only_the_platform_may_do_this")


def test_a_resumed_mediation_has_the_time_that_was_left() -> None:
    before, after = the.a_mediation_with_an_offer(), rested(the.a_mediation_with_an_offer())

    assert isinstance(after.state, Mediating)
    assert after.state.offer is not None
    assert after.state.due_at == before.state.due_at + REST
    assert after.state.offer.valid_until == before.state.offer.valid_until + REST
    assert after.state.since == before.state.since + REST
    assert rested(the.a_failed_mediation()).state.due_at == the.a_failed_mediation().state.due_at + REST
    assert isinstance(rested(the.an_open_file()).state, FileOpen)


def test_a_resumed_compliance_has_the_time_that_was_left() -> None:
    reported, disputed = (rested(h, the.APPEALED_AT).state for h in (the.a_reported_refund(), the.a_disputed_refund()))
    before = the.a_reported_refund().state.debts[0]

    assert reported.debts[0].confirm_by == before.confirm_by + REST
    assert reported.debts[0].obligation.comply_by == before.obligation.comply_by + REST
    assert disputed.debts[0].decide_by == the.a_disputed_refund().state.debts[0].decide_by + REST


def test_the_agenda_and_the_file_stand_still_and_move_on_with_the_case() -> None:
    history = the.a_mediation_with_an_offer()
    still = document_of(DEADLINES, *the.a_suspended_mediation().facts)
    running, moved = (document_of(DEADLINES, *each.facts) for each in (history, rested(history)))
    suspended = document_of(MEDIATION_FILE, *the.a_suspended_mediation().facts)
    file, later = (document_of(MEDIATION_FILE, *each.facts) for each in (history, rested(history)))

    assert still is not None
    assert running is not None
    assert moved is not None
    assert still.next_due is None
    assert moved.due == tuple(Due(kind=d.kind, key=d.key, at=d.at + REST) for d in running.due)
    assert suspended is not None
    assert file is not None
    assert later is not None
    assert (suspended.suspended_since, suspended.waiting_on) == (SINCE, ())
    assert file.due_at is not None
    assert (later.suspended_since, later.due_at) == (None, file.due_at + REST)
    assert later.offers[0].valid_until == file.offers[0].valid_until + REST
    assert [clock.due_at - REST for clock in later.waiting_on] == [clock.due_at for clock in file.waiting_on]


def test_evidence_that_is_sealed_meanwhile_queues_the_case_for_when_it_resumes() -> None:
    history = the.an_open_file().after(the.suspending(the.ACCEPTED_AT)).after(the.sealed())
    agenda = document_of(DEADLINES, *history.facts, at=the.SEALED_AT)

    assert isinstance(history.state, Suspended)
    assert isinstance(history.after(the.resuming(SINCE)).state, Queued)
    assert agenda is not None
    assert agenda.resuming(SINCE).due == (Due(kind="assignment", at=SINCE),)
    history.when(the.sealed()).then_nothing()


def test_a_case_that_ends_meanwhile_is_not_suspended_any_more() -> None:
    stopping = the.asked(StopMediation, at=SINCE, reason="withdrawn")
    history = the.a_suspended_mediation().after(stopping)

    assert isinstance(history.state, Stopped)
    history.when(the.resuming(SINCE)).then_nothing()


def test_an_appeal_heard_meanwhile_stays_what_was_left_when_the_case_stopped() -> None:
    history = the.a_ruled_case().after(the.suspending(the.APPEALED_AT))
    heard = the.asked(StayObligations, at=the.APPEALED_AT + timedelta(days=1), appeal_id="appeal-1")
    lifted = history.after(heard).after(the.resuming(the.APPEALED_AT + REST)).after(the.lifting(FAR))

    assert SHIP.comply_by is not None
    assert lifted.state.debts[0].obligation.comply_by == FAR + (SHIP.comply_by - the.APPEALED_AT)


def test_what_an_appeal_orders_meanwhile_runs_from_the_resumption() -> None:
    (new,) = the.decided(the.PARTIAL_REFUND, the.APPEALED_AT)
    ordered = the.asked(ReplaceObligations, at=the.APPEALED_AT, obligations=(new,))
    history = the.a_suspended_compliance().after(ordered)
    resumed = history.after(the.resuming(the.APPEALED_AT + REST))

    assert isinstance(history.state, Suspended)
    assert new.comply_by is not None
    assert resumed.state.debts[0].obligation.comply_by == new.comply_by + REST
    agenda = document_of(DEADLINES, *resumed.facts)
    assert agenda is not None
    assert Due(kind="comply_by", key=new.id, at=new.comply_by + REST) in agenda.due
