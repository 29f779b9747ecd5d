"""Suspending a case by joint consent or for proceedings elsewhere, and going on with what was left."""

from datetime import timedelta

import pytest

from services.intake.domain.case import Closed, InProcess, Ruled, Suspended
from services.intake.domain.events import (
    AppealNoted,
    ComplaintResumed,
    ComplaintSuspended,
    OrdersFulfilled,
    RulingNoted,
    SuspensionConsented,
)
from services.intake.domain.suspending import ConsentToSuspension, EndSuspension, ResumeComplaint, SuspendComplaint
from services.intake.domain.underway import must_not_be_suspended
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Role, Side
from tests.examples.intake import (
    APPEAL_UNTIL,
    COURT_FILE,
    LIN,
    PARTIES,
    POLICY,
    QINGYAO,
    REVIEWER,
    SOON,
    STRANGER,
    SUSPENDED_UNTIL,
    ZHAO,
    a_case_past_its_appeal_window,
    a_case_suspended_by_consent,
    a_case_suspended_for_a_lawsuit,
    a_closed_ruled_case,
    a_filed_complaint,
    a_known_order,
    a_rejected_complaint,
    a_resumed_case,
    a_ruled_case,
    a_settled_case,
    accept_offer,
    an_appealed_case,
    an_open_negotiation,
    close_appeal_window,
    consent_to_suspension,
    decline_offer,
    end_suspension,
    note_appeal_dismissed,
    note_appeal_opened,
    note_final,
    note_fulfilled,
    note_ruled,
    note_settled,
    nothing,
    offer_in_negotiation,
    open_negotiation,
    refuse_in_negotiation,
    resume_complaint,
    suspend_complaint,
    urge,
    withdraw,
)
from tests.kit.deciding import NOON, History

LATER = NOON + timedelta(hours=72)
FOR_THE_COURT = ComplaintSuspended(
    grounds="court_or_authority", reference=COURT_FILE, suspended_at=NOON, until=SUSPENDED_UNTIL
)


def test_the_first_consent_waits_for_the_other_party() -> None:
    assert ConsentToSuspension.NAME == "consent_to_suspension"
    a_filed_complaint().when(consent_to_suspension()).then(SuspensionConsented(side=Side.BUYER, until=LATER))


@pytest.mark.parametrize(("first", "second"), [(LIN, QINGYAO), (QINGYAO, LIN)])
def test_when_both_consent_the_case_is_suspended(first: Actor, second: Actor) -> None:
    history = a_filed_complaint().after(consent_to_suspension(by=first))
    side = PARTIES.side_of(second)
    assert side is not None
    history.when(consent_to_suspension(by=second, at=SOON)).then(
        SuspensionConsented(side=side, until=SOON + timedelta(hours=72)),
        ComplaintSuspended(grounds="joint_wish", reference="", suspended_at=SOON, until=SOON + timedelta(days=30)),
    )


def test_a_consent_that_stands_is_given_once() -> None:
    consented = a_filed_complaint().after(consent_to_suspension())
    consented.when(consent_to_suspension(id="again", at=SOON)).then_nothing()


def test_a_consent_waits_only_so_long_for_the_other() -> None:
    consented = a_filed_complaint().after(consent_to_suspension())
    consented.when(consent_to_suspension(by=QINGYAO, at=LATER)).then_types(SuspensionConsented)
    consented.when(consent_to_suspension(at=LATER)).then_types(SuspensionConsented)
    just_in_time = consent_to_suspension(by=QINGYAO, at=LATER - timedelta(seconds=1))
    consented.when(just_in_time).then_types(SuspensionConsented, ComplaintSuspended)


def test_a_suspension_uses_up_the_consents_that_led_to_it() -> None:
    a_resumed_case().when(consent_to_suspension(at=SOON)).then_types(SuspensionConsented)


@pytest.mark.parametrize("staff", [ZHAO, REVIEWER, SYSTEM])
def test_staff_suspend_for_proceedings_elsewhere(staff: Actor) -> None:
    assert SuspendComplaint.NAME == "suspend_complaint"
    a_filed_complaint().when(suspend_complaint(by=staff)).then(FOR_THE_COURT)


@pytest.mark.parametrize("command", [consent_to_suspension(), suspend_complaint(reference="another file")])
def test_a_case_is_suspended_once(command: Command) -> None:
    for history in (a_case_suspended_by_consent(), a_case_suspended_for_a_lawsuit()):
        history.when(command).then_nothing()


@pytest.mark.parametrize("command", [consent_to_suspension(), suspend_complaint()])
def test_only_a_case_whose_outcome_is_open_is_suspended(command: Command) -> None:
    for early in (an_open_negotiation(), a_rejected_complaint()):
        early.when(command).then_refused("case_must_be_under_way")
    a_closed_ruled_case().when(command).then_refused("case_must_be_under_way")
    for decided in (a_settled_case(), a_case_past_its_appeal_window()):
        decided.when(command).then_refused("outcome_must_still_be_open")
    for nowhere in (nothing(), a_known_order()):
        nowhere.when(command).then_refused("case_must_exist")
    a_ruled_case().when(suspend_complaint()).then(FOR_THE_COURT)
    an_appealed_case().when(suspend_complaint()).then(FOR_THE_COURT)


def test_only_parties_consent_and_only_staff_suspend() -> None:
    for outsider in (STRANGER, ZHAO, SYSTEM):
        a_filed_complaint().when(consent_to_suspension(by=outsider)).then_refused("only_a_party_may_do_this")
    for outsider in (LIN, QINGYAO, Actor(role=Role.AUDITOR, id="audit")):
        a_filed_complaint().when(suspend_complaint(by=outsider)).then_refused("only_staff_may_do_this")


@pytest.mark.parametrize("party", [LIN, QINGYAO])
def test_either_party_ends_a_suspension_by_consent(party: Actor) -> None:
    assert ResumeComplaint.NAME == "resume_complaint"
    command = resume_complaint(by=party)
    a_case_suspended_by_consent().when(command).then(
        ComplaintResumed(suspended_at=NOON, resumed_at=SOON, reason=command.reason)
    )
    a_case_suspended_for_a_lawsuit().when(command).then_refused("only_staff_may_do_this")


def test_staff_end_a_suspension_when_the_proceedings_have_ended() -> None:
    ended = resume_complaint(by=ZHAO, reason="The court dismissed the action.")
    a_case_suspended_for_a_lawsuit().when(ended).then(
        ComplaintResumed(suspended_at=NOON, resumed_at=SOON, reason="The court dismissed the action.")
    )
    a_case_suspended_by_consent().when(ended).then_refused("only_a_party_may_do_this")


@pytest.mark.parametrize("by", [LIN, QINGYAO, ZHAO])
def test_a_case_that_is_not_suspended_needs_no_resuming(by: Actor) -> None:
    for history in (a_filed_complaint(), a_resumed_case(), a_closed_ruled_case()):
        history.when(resume_complaint(by=by)).then_nothing()


def test_a_stranger_resumes_nothing() -> None:
    for history in (a_filed_complaint(), a_case_suspended_for_a_lawsuit()):
        history.when(resume_complaint(by=STRANGER)).then_refused("only_staff_may_do_this")
    a_case_suspended_by_consent().when(resume_complaint(by=STRANGER)).then_refused("only_a_party_may_do_this")
    nothing().when(resume_complaint(by=ZHAO)).then_refused("case_must_exist")


def test_a_suspension_ends_by_itself() -> None:
    assert EndSuspension.NAME == "end_suspension"
    suspended = a_case_suspended_for_a_lawsuit()
    suspended.when(end_suspension()).then(
        ComplaintResumed(
            suspended_at=NOON,
            resumed_at=SUSPENDED_UNTIL,
            reason="the longest time for a suspension has passed",
        )
    )
    suspended.when(end_suspension(at=SUSPENDED_UNTIL - timedelta(seconds=1))).then_refused(
        "suspension_must_have_run_out"
    )
    suspended.when(end_suspension(by=ZHAO)).then_refused("only_the_platform_may_do_this")
    a_resumed_case().when(end_suspension()).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        open_negotiation(),
        offer_in_negotiation(),
        refuse_in_negotiation(),
        accept_offer(),
        decline_offer(),
        urge(),
        urge(by=QINGYAO),
        close_appeal_window(),
    ],
)
def test_nothing_is_done_on_a_suspended_case(command: Command) -> None:
    for history in (a_case_suspended_by_consent(), a_case_suspended_for_a_lawsuit()):
        assert history.when(command).then_refused("case_must_not_be_suspended").cure


def test_the_refusal_says_who_can_end_the_suspension() -> None:
    by_consent = must_not_be_suspended(a_case_suspended_by_consent().state)
    for_a_court = must_not_be_suspended(a_case_suspended_for_a_lawsuit().state)
    assert by_consent is not None
    assert for_a_court is not None
    assert (by_consent.cure or "").startswith("either party resumes it")
    assert (for_a_court.cure or "").startswith("staff resume it when the proceedings have ended")


def test_a_stranger_does_not_learn_that_a_case_is_suspended() -> None:
    a_case_suspended_by_consent().when(urge(by=STRANGER)).then_refused("only_a_party_may_do_this")
    a_case_suspended_by_consent().when(open_negotiation(by=STRANGER)).then_refused("case_must_be_new")


def test_a_suspended_complaint_can_be_withdrawn() -> None:
    withdrawn = a_case_suspended_for_a_lawsuit().after(withdraw())
    assert withdrawn.state == Closed(parties=PARTIES, policy_version=POLICY.version, outcome="withdrawn")


@pytest.mark.parametrize("suspended", [a_case_suspended_by_consent(), a_case_suspended_for_a_lawsuit()])
def test_what_others_decided_meanwhile_is_still_noted(suspended: History) -> None:
    suspended.when(note_ruled()).then(RulingNoted(appeal_until=APPEAL_UNTIL, owes=True))
    ruled = suspended.after(note_ruled()).after(note_appeal_opened())
    assert ruled.facts[-1] == AppealNoted(appeal_id="appeal-qingyao")
    assert isinstance(ruled.state, Suspended)
    assert isinstance(ruled.state.case, Ruled)
    assert isinstance(ruled.after(note_appeal_dismissed()).state, Suspended)
    assert isinstance(ruled.after(note_final()).after(note_fulfilled("appeal")).state, Closed)
    settled = suspended.after(note_settled())
    assert isinstance(settled.after(note_fulfilled("settlement")).state, Closed)
    assert settled.after(note_fulfilled("settlement")).facts[-2] == OrdersFulfilled(basis="settlement")
    assert isinstance(suspended.after(note_settled(owes=False)).state, Closed)


def test_the_appeal_window_goes_on_with_what_was_left() -> None:
    suspended = a_ruled_case().after(suspend_complaint())
    assert suspended.state.policy_version == POLICY.version
    resumed = suspended.after(resume_complaint(by=ZHAO)).state
    assert isinstance(resumed, Ruled)
    assert resumed.appeal_until == APPEAL_UNTIL + timedelta(hours=3)
    assert isinstance(a_resumed_case().state, InProcess)


def test_a_suspension_that_is_suspended_again_stays_what_it_was() -> None:
    suspended = a_case_suspended_by_consent()
    assert History(suspended.decider, (*suspended.facts, FOR_THE_COURT)).state == suspended.state
