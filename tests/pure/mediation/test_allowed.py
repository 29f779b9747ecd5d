"""What a caller is told they may do is what deciding then lets them do."""

from typing import Any

import pytest

from services.mediation.domain.allowed import allowed
from services.mediation.domain.compliance import ConfirmPerformed, ReportPerformed
from services.mediation.domain.contacts import LogContact, SendNotice
from services.mediation.domain.disputes import DecideDispute, DisputePerformance
from services.mediation.domain.failing import FailMediation
from services.mediation.domain.handover import HandOver, ReassignCase, RequestSpecialist
from services.mediation.domain.obligations import Debt, DebtStatus
from services.mediation.domain.offers import AcceptOffer, DeclineOffer, MakeOffer, WithdrawOffer
from services.mediation.domain.ruling import IssueRuling
from services.mediation.domain.second_opinion import AgreeWithRuling, DisagreeWithRuling
from services.mediation.domain.standing import Suspended
from services.mediation.entrypoints.commands import OPEN
from shared.eventing.messages import Command
from shared.kernel.actors import SYSTEM, Actor, Side
from shared.kernel.refusals import Refused
from tests.examples import mediation as the
from tests.kit.deciding import History

AT = the.ANSWERED_AT
ACTORS = (the.LIN, the.QINGYAO, the.MEI, the.BAO, the.GAO, the.TAO, the.PASSER_BY, SYSTEM)
STAGES = [*the.every_stage(), the.a_half_accepted_proposal()]


def best_debt(state: Any, by: Actor, kind: type[Command]) -> str:
    """Of what is owed, the debt that this caller could most likely ask this of."""
    state = state.held if isinstance(state, Suspended) else state

    def rank(debt: Debt) -> tuple[bool, bool]:
        side = state.file.parties.side_of(by)
        owes = debt.obligation.debtor is side
        theirs = owes if kind is ReportPerformed else not owes
        wanted = {DisputePerformance: {DebtStatus.REPORTED, DebtStatus.DISPUTED}, DecideDispute: {DebtStatus.DISPUTED}}
        return theirs or side is None, debt.status in wanted.get(kind, set(DebtStatus))

    debts = getattr(state, "debts", ())
    return max(debts, key=rank).obligation.id if debts else "refund-of-a-bowl"


def example(kind: type[Command], by: Actor, state: Any) -> Command:
    """A well-formed command of this kind that fits the case as well as it can."""
    inner = state.held if isinstance(state, Suspended) else state
    offer = getattr(inner, "offer", None)
    offer_id = offer.offer_id if offer else the.offer_id("unheard-of")
    price = inner.file.price_paid if hasattr(inner, "file") else the.TEAPOT_PRICE
    debt = {"obligation_id": best_debt(state, by, kind)}
    bodies: dict[type[Command], dict[str, Any]] = {
        LogContact: {"channel": "phone", "with_side": Side.BUYER, "note": "Hello.", "outcome": "reached"},
        SendNotice: {"with_side": Side.BUYER, "text": "Please answer."},
        MakeOffer: {"terms": the.REPAIR},
        AcceptOffer: {"offer_id": offer_id},
        DeclineOffer: {"offer_id": offer_id, "reason": "No."},
        WithdrawOffer: {"offer_id": offer_id},
        FailMediation: {"reason": "No way."},
        HandOver: {"reason": "It is beyond me."},
        RequestSpecialist: {"reason": "It takes too long."},
        ReassignCase: {"reason": "I know the seller."},
        IssueRuling: {
            name: value
            for name, value in the.a_ruling(the.REPAIR if price.minor else None)
            if name not in {"id", "case_id", "at", "by"}
        },
        AgreeWithRuling: {},
        DisagreeWithRuling: {"reason": "It is too much."},
        ReportPerformed: {**debt, "proof": "Receipt."},
        ConfirmPerformed: debt,
        DisputePerformance: {**debt, "reason": "No."},
        DecideDispute: {**debt, "performed": False, "reason": "The receipt says so."},
    }
    return the.asked(kind, by=by, at=AT, name="asked-now", **bodies[kind])


@pytest.mark.parametrize("kind", OPEN, ids=lambda kind: kind.NAME)
def test_what_is_allowed_is_what_would_be_decided(kind: type[Command]) -> None:
    """INVARIANT: a caller is told the refusal they would get, and refused nothing they were told they may do.

    A guard that the decision does not ask, or a second copy of a rule, breaks it.
    """
    told = set[str | None]()
    for history in STAGES:
        for by in ACTORS:
            refusal = allowed(by, AT, history.state)[kind.NAME]
            outcome = history.when(example(kind, by, history.state)).outcome
            decided = outcome if isinstance(outcome, Refused) else None

            assert decided == refusal, (kind.NAME, by, history.state)
            told.add(refusal.rule if refusal else None)

    assert None in told, "nobody may ever ask for this: the examples are too poor"
    assert len(told) > 2


def test_every_command_that_callers_send_is_answered_for() -> None:
    for history in STAGES:
        assert set(allowed(the.LIN, AT, history.state)) == {command.NAME for command in OPEN}


def test_on_a_suspended_case_nothing_is_allowed() -> None:
    state = the.a_suspended_mediation().state

    assert {refusal.rule if refusal else None for refusal in allowed(the.LIN, AT, state).values()} == {
        "case_must_not_be_suspended"
    }


def test_a_history_is_told_apart_by_who_asks() -> None:
    history: History = the.a_mediation_with_an_offer()

    assert allowed(the.LIN, AT, history.state)[AcceptOffer.NAME] is None
    assert allowed(the.QINGYAO, AT, history.state)[AcceptOffer.NAME] is not None
