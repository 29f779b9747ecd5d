"""Urging is counted and answered; it has a budget and no influence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake.domain.events import ComplaintUrged
from services.intake.domain.urging import ANSWER, Urge
from services.intake.publications import publish
from services.intake.views import deadlines, duties
from shared.eventing.model import About
from shared.kernel.actors import Side
from shared.kernel.values import said
from tests.examples.intake import (
    CASE,
    LIN,
    QINGYAO,
    SELLERS_EVIDENCE,
    STRANGER,
    ZHAO,
    a_case_past_its_appeal_window,
    a_closed_ruled_case,
    a_filed_complaint,
    a_rejected_complaint,
    a_ruled_case,
    a_settled_case,
    an_open_negotiation,
    an_urged_case,
    note_ruled,
    note_settled,
    nothing,
    resume_complaint,
    suspend_complaint,
    urge,
)
from tests.kit.deciding import NOON, History, document_of

WEEK = timedelta(days=7)
MONDAY, TUESDAY = NOON, NOON + timedelta(days=1)


def twice_urged() -> History:
    return an_urged_case().after(urge(id="urge-2", at=TUESDAY))


def test_urging_is_counted_and_answered_with_who_owes_what_by_when() -> None:
    assert Urge.NAME == "urge"
    a_filed_complaint().when(urge()).then(
        ComplaintUrged(
            side=Side.BUYER,
            at=MONDAY,
            count=1,
            step="evidence",
            owed=(SELLERS_EVIDENCE,),
            answer=ANSWER,
            again_from=None,
        )
    )
    assert "does not reorder" in ANSWER


def test_the_second_urging_within_a_week_spends_the_budget() -> None:
    (second,) = an_urged_case().when(urge(id="urge-2", at=TUESDAY)).then_types(ComplaintUrged)
    assert (second.count, second.again_from) == (2, MONDAY + WEEK)


def test_a_spent_budget_is_refused_with_the_instant_from_which_one_may_urge_again() -> None:
    third = urge(id="urge-3", at=MONDAY + WEEK - timedelta(seconds=1))
    refused = twice_urged().when(third).then_refused("urging_budget_must_not_be_spent")
    assert refused.cure == f"urge again from {said(MONDAY + WEEK)} on"


def test_the_budget_slides_with_time() -> None:
    (third,) = twice_urged().when(urge(id="urge-3", at=MONDAY + WEEK)).then_types(ComplaintUrged)
    assert (third.count, third.again_from) == (3, TUESDAY + WEEK)
    (much_later,) = twice_urged().when(urge(id="urge-3", at=TUESDAY + WEEK)).then_types(ComplaintUrged)
    assert (much_later.count, much_later.again_from) == (3, None)


def test_each_side_has_a_budget_of_its_own() -> None:
    (sellers,) = twice_urged().when(urge(by=QINGYAO, at=TUESDAY)).then_types(ComplaintUrged)
    assert (sellers.side, sellers.count, sellers.again_from) == (Side.SELLER, 1, None)


def test_the_count_goes_on_when_the_case_moves_on() -> None:
    ways = (
        twice_urged().after(note_ruled()),
        twice_urged().after(note_settled()),
        twice_urged().after(suspend_complaint(at=TUESDAY)).after(resume_complaint(by=ZHAO, at=TUESDAY)),
    )
    for history in ways:
        history.when(urge(id="urge-3", at=TUESDAY)).then_refused("urging_budget_must_not_be_spent")


def test_urging_moves_nothing() -> None:
    """INVARIANT: a case that is urged stands where it stood, owes what it owed and falls due when it fell due.

    Broken by a view, a deadline, a publication or a state that makes anything of an urging but its count.
    """
    plain, urged = a_filed_complaint(), twice_urged()
    moved = [fact for fact in urged.facts if isinstance(fact, ComplaintUrged)]

    assert len(moved) == 2
    assert replace(urged.state, voices=plain.state.voices) == plain.state
    assert document_of(duties.VIEW, *urged.facts) == document_of(duties.VIEW, *plain.facts)
    assert document_of(deadlines.VIEW, *urged.facts) == document_of(deadlines.VIEW, *plain.facts)
    assert [publish(fact, About(CASE, MONDAY, LIN)) for fact in moved] == [None, None]


@pytest.mark.parametrize("history", [a_ruled_case(), a_settled_case(), a_case_past_its_appeal_window()])
def test_a_case_is_urged_until_it_is_closed(history: History) -> None:
    history.when(urge()).then_types(ComplaintUrged)


def test_only_a_case_under_way_is_urged() -> None:
    for history in (an_open_negotiation(), a_rejected_complaint(), a_closed_ruled_case()):
        history.when(urge()).then_refused("case_must_be_under_way")
    nothing().when(urge()).then_refused("case_must_exist")


def test_only_the_parties_urge() -> None:
    for outsider in (STRANGER, ZHAO):
        a_filed_complaint().when(urge(by=outsider)).then_refused("only_a_party_may_do_this")
    assert LIN.id == "lin"
