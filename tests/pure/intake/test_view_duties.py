"""Where a case stands and who owes what by when, from everything that was decided and heard."""

from datetime import timedelta

import pytest

from services.intake.views.duties import VIEW, Duties
from shared.eventing.messages import Fact, Published
from shared.kernel.items import Round
from shared.kernel.remedies import Duty
from tests.examples.intake import (
    ANSWER_BY,
    CASE,
    LIN,
    ZHAO,
    a_case_past_its_appeal_window,
    a_case_suspended_for_a_lawsuit,
    a_closed_ruled_case,
    a_filed_complaint,
    a_known_order,
    a_refused_negotiation,
    a_rejected_complaint,
    a_resumed_case,
    an_offered_negotiation,
    an_open_negotiation,
    resume_complaint,
)
from tests.kit.deciding import History, document_of
from tests.pure.intake import heard

TAKEN_UP = a_filed_complaint().facts
DUE = heard.DUE


def duties(*messages: Fact | Published) -> Duties:
    shown = document_of(VIEW, *messages, stream=CASE)
    assert shown is not None
    return shown


def owed(*messages: Fact | Published) -> list[tuple[str, str]]:
    """Who owes what after these messages on a case that was taken up."""
    return [(clock.owner.value, clock.kind) for clock in duties(*TAKEN_UP, *messages).owed]


@pytest.mark.parametrize(
    ("history", "step"),
    [
        (an_open_negotiation(), "negotiation"),
        (an_offered_negotiation(), "negotiation"),
        (a_refused_negotiation(), "screening"),
        (a_rejected_complaint(), "screening"),
        (a_filed_complaint(), "evidence"),
        (a_case_suspended_for_a_lawsuit(), "suspended"),
        (a_resumed_case(), "evidence"),
        (a_case_past_its_appeal_window(), "final"),
        (a_closed_ruled_case(), "closed"),
    ],
)
def test_the_step_follows_the_case(history: History, step: str) -> None:
    shown = duties(*history.facts)
    assert shown.shown_step == step
    assert VIEW.keys(shown) == {"step": step}


def test_the_seller_owes_an_answer_until_it_is_given() -> None:
    (answer,) = duties(*an_open_negotiation().facts).owed
    assert (answer.kind, answer.owner, answer.due_at) == ("negotiation_answer", "seller", ANSWER_BY)
    assert duties(*an_offered_negotiation().facts).owed == ()
    assert duties(*a_refused_negotiation().facts).owed == ()


def test_evidence_is_owed_until_it_is_submitted_or_closed() -> None:
    asked = heard.evidence_requested()
    assert owed(asked) == [("buyer", "evidence")]
    assert owed(asked, asked) == [("buyer", "evidence")]
    assert owed(asked, heard.evidence_submitted()) == []
    other = heard.evidence_submitted().model_copy(update={"submitter": "seller"})
    assert owed(asked, other) == [("buyer", "evidence")]
    assert owed(asked, heard.evidence_closed()) == []
    of_appeal = heard.evidence_closed().model_copy(update={"round": Round.APPEAL})
    assert owed(heard.an_appeal_opened(), of_appeal) == []


def test_the_mediator_and_the_parties_owe_until_mediation_ends() -> None:
    sealed, opened, offered = heard.evidence_closed(), heard.mediation_opened(), heard.an_offer_made()
    assert duties(*TAKEN_UP, sealed).shown_step == "mediation"
    assert owed(opened) == [("frontline", "mediation")]
    assert owed(opened, offered) == [("frontline", "mediation"), ("buyer", "offer")]
    countered = offered.model_copy(update={"made_by": LIN})
    assert owed(opened, offered, countered) == [("frontline", "mediation"), ("seller", "offer")]
    proposed = offered.model_copy(update={"made_by": ZHAO})
    assert owed(proposed) == [("buyer", "offer"), ("seller", "offer")]
    assert owed(opened, offered, heard.a_settlement()) == [("seller", "obligation")]


def test_what_was_ruled_is_owed_until_it_is_done_enforced_or_stayed() -> None:
    assert duties(*TAKEN_UP, heard.a_ruling()).shown_step == "ruling"
    assert owed(heard.a_ruling()) == [("seller", "obligation")]
    assert owed(heard.a_ruling(), heard.a_fulfilment()) == []
    assert owed(heard.a_ruling(), heard.an_enforcement()) == []
    assert owed(heard.a_ruling(), heard.an_appeal_opened()) == [("buyer", "evidence"), ("seller", "evidence")]
    assert owed(heard.a_ruling(), heard.an_appeal_dismissed()) == [("seller", "obligation")]
    assert owed(heard.an_appeal_opened(), heard.an_appeal_decided()) == [("seller", "obligation")]


def test_what_follows_a_return_is_owed_by_no_instant_yet() -> None:
    back = heard.REFUND.model_copy(update={"id": "refund-2", "comply_by": None, "follows": "return-1"})
    sent = heard.REFUND.model_copy(update={"id": "return-1", "duty": Duty.SHIP_RETURN, "debtor": "buyer"})
    (clock,) = duties(*TAKEN_UP, heard.a_settlement(obligations=(sent, back))).owed
    assert (clock.key, clock.consequence) == ("return-1", "the platform is asked to enforce: ship return")


def test_a_suspension_moves_everything_by_its_length() -> None:
    suspended, resumed = a_case_suspended_for_a_lawsuit(), resume_complaint(by=ZHAO)
    asked = heard.evidence_requested()
    paused = duties(*suspended.facts[:2], asked, *suspended.facts[2:])
    assert (paused.shown_step, paused.owed[0].due_at) == ("suspended", DUE)
    on = duties(*suspended.facts[:2], asked, *suspended.after(resumed).facts[2:])
    assert (on.shown_step, on.owed[0].due_at) == ("evidence", DUE + timedelta(hours=3))


def test_the_stream_of_an_order_owes_nothing() -> None:
    assert document_of(VIEW, heard.an_order_recorded(), *a_known_order().facts) is None
