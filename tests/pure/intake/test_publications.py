"""Each own fact and its public form, or none."""

import pytest

from services.intake.domain import events as own
from services.intake.publications import TELLS, publish
from shared.contracts import intake as public
from shared.contracts.notices import NoticeRequested, ViolationReported
from shared.eventing.messages import Fact
from shared.eventing.model import About
from shared.kernel.actors import Role
from shared.kernel.reasons import Failure
from tests.examples.intake import (
    ANSWER_BY,
    APPEAL_UNTIL,
    CASE,
    LIN,
    ORDER,
    PARTIES,
    POLICY,
    PRICE,
    QINGYAO,
    RETURN_AND_REFUND,
    SUSPENDED_UNTIL,
    TEAPOT,
    a_case_suspended_by_consent,
    a_counterfeit_case,
    a_filed_complaint,
    a_known_order,
    a_rejected_complaint,
    a_reminded_negotiation,
    a_resumed_case,
    a_teapot,
    an_agreed_negotiation,
    an_erased_person,
    an_urged_case,
)
from tests.kit.deciding import NOON

ABOUT = About(stream=CASE, at=NOON, by=LIN)
FILED, ACCEPTED = a_filed_complaint().facts
REJECTED = a_rejected_complaint().facts[1]
OPENED, OFFERED, AGREED, _ = an_agreed_negotiation().facts
SUSPENDED, RESUMED = a_resumed_case().facts[-2:]
REMINDED = a_reminded_negotiation().facts[-1]
ALLEGED = a_counterfeit_case().facts[-1]
FAILURE = Failure(
    rule="negotiation_must_have_failed",
    clause="process.negotiate_first",
    detail="no negotiation with the seller is known",
    cure="ask the seller first, here or elsewhere, and say how it ended",
)

QUIET: tuple[Fact, ...] = (
    a_known_order().facts[0],
    an_erased_person().facts[0],
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
    a_case_suspended_by_consent().facts[2],
    an_urged_case().facts[-1],
)
TOLD: tuple[Fact, ...] = (
    FILED,
    ACCEPTED,
    REJECTED,
    own.ComplaintWithdrawn(reason="A new teapot came."),
    own.ComplaintClosed(outcome="withdrawn"),
    SUSPENDED,
    RESUMED,
    REMINDED,
    ALLEGED,
    an_erased_person().facts[1],
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
        listing=a_teapot().listing,
        policy_version=POLICY.version,
    )


def test_a_rejected_complaint_is_told_with_its_failures() -> None:
    assert published(REJECTED) == public.ComplaintRejected(
        case_id=CASE, at=NOON, parties=PARTIES, failures=(FAILURE,), policy_version=POLICY.version
    )


def test_withdrawing_and_closing_are_told() -> None:
    assert published(TOLD[3]) == public.ComplaintWithdrawn(case_id=CASE, at=NOON, by=LIN, reason="A new teapot came.")
    assert published(TOLD[4]) == public.ComplaintClosed(case_id=CASE, at=NOON, outcome="withdrawn")


def test_a_fact_stored_before_the_line_was_kept_is_told_without_its_listing() -> None:
    assert isinstance(ACCEPTED, own.ComplaintAccepted)
    told = published(ACCEPTED.model_copy(update={"line": None}))
    assert isinstance(told, public.ComplaintAccepted)
    assert told.listing is None


def test_suspending_and_resuming_are_told_to_all_who_keep_clocks() -> None:
    assert published(SUSPENDED) == public.ComplaintSuspended(
        case_id=CASE, at=NOON, by=LIN, grounds="joint_wish", reference="", until=SUSPENDED_UNTIL
    )
    assert published(RESUMED) == public.ComplaintResumed(
        case_id=CASE, at=NOON, by=LIN, suspended_at=NOON, reason="We found no way by ourselves."
    )


def test_a_reminder_is_asked_of_the_gateway_under_an_id_of_its_own() -> None:
    notice = published(REMINDED)
    assert isinstance(notice, NoticeRequested)
    assert notice == NoticeRequested(
        case_id=CASE,
        at=NOON,
        notice_id=notice.notice_id,
        recipient=QINGYAO,
        channel="sms",
        purpose="reminder",
        text="Please act by 2026-11-05 12:00 UTC: when that passes, the negotiation counts as failed for want of an "
        "answer, and the buyer may file a complaint.",
        due_at=ANSWER_BY,
    )
    later = publish(REMINDED, About(stream=CASE, at=ANSWER_BY, by=LIN))  # type: ignore[arg-type]
    assert isinstance(later, NoticeRequested)
    assert later.notice_id != notice.notice_id


def test_an_alleged_violation_is_reported_to_the_platform() -> None:
    assert published(ALLEGED) == ViolationReported(
        case_id=CASE,
        at=NOON,
        parties=PARTIES,
        order_id=ORDER,
        line_id=TEAPOT,
        violation="counterfeit",
        basis="complaint",
    )


@pytest.mark.parametrize("fact", QUIET)
def test_what_concerns_only_intake_is_not_told(fact: Fact) -> None:
    assert published(fact) is None


def test_every_fact_has_its_answer() -> None:
    assert {type(fact) for fact in (*QUIET, *TOLD)} == set(own.FACTS)
    assert {type(published(fact)) for fact in TOLD} == set(TELLS)
