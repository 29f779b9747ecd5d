"""An award beyond one specialist's authority needs a second specialist."""

from datetime import timedelta

from services.mediation.domain.events import (
    CaseReassigned,
    RulingDisagreed,
    RulingDrafted,
    RulingIssued,
    SuccessorSought,
    ViolationFound,
)
from services.mediation.domain.failing import NoteRulingOverdue
from services.mediation.domain.second_opinion import AgreeWithRuling, DisagreeWithRuling
from shared.kernel.actors import Actor
from shared.kernel.money import Money
from shared.kernel.remedies import Remedy, Terms
from tests.examples import mediation as the

AT = the.APPEALED_AT
OPINION_DUE = the.RULED_AT + timedelta(hours=48)


def agreeing(by: Actor = the.TAO) -> AgreeWithRuling:
    return the.asked(AgreeWithRuling, by=by, at=AT)


def disagreeing(by: Actor = the.TAO) -> DisagreeWithRuling:
    return the.asked(DisagreeWithRuling, by=by, at=AT, reason="The loss is not shown.")


def test_a_great_award_is_drafted_and_a_second_specialist_is_sought() -> None:
    drafted, sought = the.a_drafted_ruling().facts[-2:]

    assert isinstance(drafted, RulingDrafted)
    assert isinstance(sought, SuccessorSought)
    assert (drafted.drafted_by, drafted.draft.violation, sought.cause) == (the.GAO, "counterfeit", "second_opinion")


def test_the_second_specialist_has_a_window_of_their_own() -> None:
    (taken,) = the.a_drafted_ruling().when(the.assigning(the.RULED_AT, *the.SPECIALISTS)).then_types(CaseReassigned)

    assert (taken.adjudicator, taken.due_at) == (the.TAO, OPINION_DUE)


def test_a_ruling_that_two_specialists_stand_for_is_issued_as_it_was_drafted() -> None:
    ruling, violation = the.a_second_opinion().when(agreeing()).then_types(RulingIssued, ViolationFound)

    assert ruling.adjudicators == (the.GAO, the.TAO)
    assert ruling.terms.amount == the.BEYOND_ONE_SPECIALIST
    assert ruling.explanation == the.a_great_award().explanation
    assert ruling.obligations[0].comply_by == AT + timedelta(hours=24)
    assert violation.violation == "counterfeit"
    the.an_agreed_ruling().when(agreeing()).then_refused("ruling_must_be_drafted")


def test_who_disagrees_says_why_and_drafts_in_turn() -> None:
    history = the.a_second_opinion()
    due_at = AT + timedelta(hours=48)
    disagreed = RulingDisagreed(
        adjudicator=the.TAO,
        reason="The loss is not shown.",
        due_at=due_at,
        remind_at=the.reminded(AT, due_at),
    )
    smaller = Terms(remedy=Remedy.REFUND, amount=Money(minor=100_000))

    history.when(disagreeing()).then(disagreed)
    after = history.after(disagreeing())
    after.when(disagreeing()).then_refused("ruling_must_be_drafted")
    after.when(the.a_ruling(smaller, by=the.TAO)).then_types(RulingIssued)
    after.when(the.a_ruling(smaller, by=the.GAO)).then_refused("only_the_assigned_adjudicator_may_do_this")


def test_a_draft_that_is_great_again_goes_to_a_third_specialist_or_back_to_the_first() -> None:
    again = the.a_ruling(Terms(remedy=Remedy.REFUND, amount=Money(minor=2_500_000)), by=the.TAO)
    history = the.a_second_opinion().after(disagreeing()).after(again)

    third = history.after(the.assigning(AT, *the.SPECIALISTS, name="3"))
    back = history.after(the.assigning(AT, *the.SPECIALISTS[:2], name="3"))

    assert (third.state.adjudicator, back.state.adjudicator) == (the.YU, the.GAO)


def test_a_drafted_ruling_is_answered_before_another_one_is_made() -> None:
    for history, by in ((the.a_drafted_ruling(), the.GAO), (the.a_second_opinion(), the.TAO)):
        history.when(the.a_ruling(by=by)).then_refused("drafted_ruling_must_be_answered_first")


def test_nobody_is_their_own_second_opinion() -> None:
    the.a_drafted_ruling().when(agreeing(the.GAO)).then_refused("second_opinion_must_be_anothers")
    the.a_drafted_ruling().when(disagreeing(the.GAO)).then_refused("second_opinion_must_be_anothers")
    the.a_second_opinion().when(agreeing(the.GAO)).then_refused("only_the_assigned_adjudicator_may_do_this")
    the.a_second_opinion().when(disagreeing(the.LIN)).then_refused("only_the_assigned_adjudicator_may_do_this")


def test_there_is_an_opinion_only_on_a_drafted_ruling() -> None:
    the.a_failed_mediation().when(agreeing(the.MEI)).then_refused("ruling_must_be_drafted")
    the.an_open_mediation().when(disagreeing(the.MEI)).then_refused("ruling_must_be_drafted")


def test_a_silent_second_specialist_is_replaced_but_never_by_who_drafted() -> None:
    late = the.asked(NoteRulingOverdue, at=OPINION_DUE)
    history = the.a_second_opinion().after(late)

    history.when(the.assigning(OPINION_DUE, *the.SPECIALISTS[:2], name="3")).then_refused(
        "roster_must_have_an_adjudicator_of_the_tier"
    )
    (taken,) = history.when(the.assigning(OPINION_DUE, *the.SPECIALISTS, name="3")).then_types(CaseReassigned)
    assert (taken.adjudicator, taken.cause, taken.due_at) == (the.YU, "silent", OPINION_DUE + timedelta(hours=48))
