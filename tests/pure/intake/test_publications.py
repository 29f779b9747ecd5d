"""Each own fact and its public form, or none."""

import pytest

from services.intake.domain import events as own
from services.intake.publications import TELLS, publish
from shared.contracts import intake as public
from shared.eventing.messages import Fact
from shared.eventing.model import About
from shared.kernel.actors import Role
from shared.kernel.reasons import Failure
from tests.examples.intake import (
    APPEAL_UNTIL,
    CASE,
    LIN,
    ORDER,
    PARTIES,
    POLICY,
    PRICE,
    RETURN_AND_REFUND,
    TEAPOT,
    a_filed_complaint,
    a_known_order,
    a_rejected_complaint,
    an_agreed_negotiation,
)
from tests.kit.deciding import NOON

ABOUT = About(stream=CASE, at=NOON, by=LIN)
FILED, ACCEPTED = a_filed_complaint().facts
REJECTED = a_rejected_complaint().facts[1]
OPENED, OFFERED, AGREED, _ = an_agreed_negotiation().facts
FAILURE = Failure(
    rule="negotiation_must_have_failed",
    clause="process.negotiate_first",
    detail="no negotiation with the seller is known",
    cure="ask the seller first, here or elsewhere, and say how it ended",
)

QUIET: tuple[Fact, ...] = (
    a_known_order().facts[0],
    OPENED,
    OFFERED,
    own.NegotiationFailed(outcome="refused"),
    AGREED,
    own.CaseSettled(owes=True),
    own.RulingNoted(appeal_until=APPEAL_UNTIL, owes=True),
    own.OrdersFulfilled(basis="ruling"),
    own.AppealNoted(appeal_id="appeal-lin"),
    own.AppealDismissalNoted(appeal_id="appeal-lin"),
    own.AppealDecisionNoted(upheld=True, owes=True),
    own.AppealWindowClosed(),
    own.DecisionBecameFinal(basis="ruling"),
)
TOLD: tuple[Fact, ...] = (
    FILED,
    ACCEPTED,
    REJECTED,
    own.ComplaintWithdrawn(reason="A new teapot came."),
    own.ComplaintClosed(outcome="withdrawn"),
)


def published(fact: Fact) -> object:
    return publish(fact, ABOUT)  # type: ignore[arg-type]


def test_a_filed_complaint_is_told_with_who_filed_it() -> None:
    assert published(FILED) == public.ComplaintFiled(
        case_id=CASE,
        at=NOON,
        order_id=ORDER,
        line_id=TEAPOT,
        parties=PARTIES,
        category="product_quality",
        sub_reason="broken",
        description="The spout of the teapot was cracked when I unpacked it on Saturday.",
        demand=RETURN_AND_REFUND,
        channel="order_page",
        filed_by=LIN,
    )


def test_an_accepted_complaint_is_told_with_all_that_the_others_need() -> None:
    assert published(ACCEPTED) == public.ComplaintAccepted(
        case_id=CASE,
        at=NOON,
        order_id=ORDER,
        line_id=TEAPOT,
        parties=PARTIES,
        category="product_quality",
        sub_reason="broken",
        demand=RETURN_AND_REFUND,
        price_paid=PRICE,
        product="Longquan celadon teapot",
        tier=Role.FRONTLINE,
        policy_version=POLICY.version,
    )


def test_a_rejected_complaint_is_told_with_its_failures() -> None:
    assert published(REJECTED) == public.ComplaintRejected(
        case_id=CASE, at=NOON, parties=PARTIES, failures=(FAILURE,), policy_version=POLICY.version
    )


def test_withdrawing_and_closing_are_told() -> None:
    assert published(TOLD[3]) == public.ComplaintWithdrawn(case_id=CASE, at=NOON, by=LIN, reason="A new teapot came.")
    assert published(TOLD[4]) == public.ComplaintClosed(case_id=CASE, at=NOON, outcome="withdrawn")


@pytest.mark.parametrize("fact", QUIET)
def test_what_concerns_only_intake_is_not_told(fact: Fact) -> None:
    assert published(fact) is None


def test_every_fact_has_its_answer() -> None:
    assert {type(fact) for fact in (*QUIET, *TOLD)} == set(own.FACTS)
    assert {type(published(fact)) for fact in TOLD} == set(TELLS)
