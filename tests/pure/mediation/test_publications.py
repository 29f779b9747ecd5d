"""What mediation tells the world, and what it keeps to itself."""

from datetime import timedelta
from typing import Any

import pytest

from services.mediation.domain import events as e
from services.mediation.domain.compliance import EnforceObligation
from services.mediation.domain.contacts import LogContact
from services.mediation.domain.disputes import DecideDispute, DisputePerformance
from services.mediation.domain.failing import CloseOverdueMediation, NoteRulingOverdue
from services.mediation.domain.offers import DeclineOffer, LapseOffer, WithdrawOffer
from services.mediation.domain.reminding import Remind
from services.mediation.domain.second_opinion import DisagreeWithRuling
from services.mediation.model import MODEL
from services.mediation.publications import TELLS, publish
from shared.contracts import mediation as told
from shared.contracts import notices
from shared.eventing.messages import Published
from shared.eventing.model import About
from shared.kernel.actors import SYSTEM, Side
from tests.examples import mediation as the
from tests.kit.deciding import NOON, History

ABOUT = About(stream=the.CASE, at=NOON, by=SYSTEM)
(ONLY_REFUND,) = the.ruled(the.REFUND)
OFFER: dict[str, Any] = {"offer_id": the.offer_id()}
REPORTED = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
CALL: dict[str, Any] = {"channel": "phone", "with_side": Side.BUYER, "note": "Hello.", "outcome": "reached"}

HISTORIES: list[History] = [
    *the.every_stage(),
    REPORTED,
    REPORTED.after(
        the.asked(DisputePerformance, by=the.LIN, at=the.APPEALED_AT, obligation_id=ONLY_REFUND.id, reason="No.")
    ),
    the.an_appealed_case().after(the.lifting(the.APPEALED_AT)),
    the.a_ruled_case().after(the.confirming(the.ruled()[0], the.QINGYAO)),
    the.a_ruled_case(the.REFUND).after(
        the.asked(EnforceObligation, at=the.APPEALED_AT + timedelta(days=3), obligation_id=ONLY_REFUND.id)
    ),
    the.an_open_mediation().after(the.asked(LogContact, by=the.MEI, **CALL)),
    the.a_mediation_with_an_offer().after(
        the.asked(DeclineOffer, by=the.LIN, at=the.ANSWERED_AT, reason="No.", **OFFER)
    ),
    the.a_mediation_with_an_offer().after(the.asked(LapseOffer, at=the.RULED_AT + timedelta(days=3), **OFFER)),
    the.a_disputed_refund().after(
        the.asked(
            DecideDispute,
            by=the.MEI,
            at=the.APPEALED_AT,
            obligation_id=ONLY_REFUND.id,
            performed=True,
            reason="Paid.",
        )
    ),
    the.a_mediation_with_an_offer().after(the.asked(WithdrawOffer, by=the.QINGYAO, at=the.ANSWERED_AT, **OFFER)),
    the.a_second_opinion().after(the.asked(DisagreeWithRuling, by=the.TAO, at=the.APPEALED_AT, reason="Too much.")),
    the.a_suspended_mediation().after(the.resuming(the.FAILED_AT)),
    the.an_open_mediation().after(the.asked(CloseOverdueMediation, at=the.RULED_AT + timedelta(days=9))),
    the.an_open_mediation().after(
        the.asked(Remind, at=the.FAILED_AT, clock="mediation_due", key="", row="mediation_due:/1")
    ),
    the.a_failed_mediation().after(the.asked(NoteRulingOverdue, at=the.RULED_AT + timedelta(days=3))),
]
EXAMPLES: dict[type[Any], Any] = {type(fact): fact for history in HISTORIES for fact in history.facts}

TOLD: dict[type[Any], type[Published]] = {
    e.MediationAssigned: told.MediationOpened,
    e.OfferMade: told.OfferMade,
    e.SettlementReached: told.SettlementReached,
    e.RulingIssued: told.RulingIssued,
    e.ObligationsFulfilled: told.RulingFulfilled,
    e.EnforcementOrdered: told.EnforcementOrdered,
}


TOLD_OTHERWISE: dict[type[Any], type[Published]] = {
    e.CaseReassigned: told.MediationOpened,
    e.NoticeSent: notices.NoticeRequested,
    e.ReminderSent: notices.NoticeRequested,
    e.MediationOverdueNoted: notices.DutyOverdue,
    e.RulingOverdueNoted: notices.DutyOverdue,
    e.ViolationFound: notices.ViolationReported,
}


def test_every_fact_has_an_example() -> None:
    assert set(EXAMPLES) == set(e.FACTS)


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_a_fact_others_act_on_is_told_in_full(kind: type[Any]) -> None:
    fact = EXAMPLES[kind]

    published = publish(fact, ABOUT)

    assert published is not None
    assert type(published) is TOLD[kind]
    assert (published.case_id, published.at) == (the.CASE, NOON)
    public = published.model_dump(exclude={"case_id", "at"})
    private = fact.model_dump()
    assert public == {name: private[name] for name in public}


@pytest.mark.parametrize("kind", [kind for kind in e.FACTS if kind not in {**TOLD, **TOLD_OTHERWISE}])
def test_the_rest_stays_inside(kind: type[Any]) -> None:
    assert publish(EXAMPLES[kind], ABOUT) is None


def test_everything_told_is_declared() -> None:
    assert set(TELLS) == {*TOLD.values(), *TOLD_OTHERWISE.values()}
    assert MODEL.service == "mediation"
    assert {fact.SOURCE for fact in MODEL.tells} == {MODEL.service, "any"}


@pytest.mark.parametrize("kind", TOLD_OTHERWISE, ids=lambda kind: kind.__name__)
def test_what_the_platform_or_the_reviewers_must_know_is_told(kind: type[Any]) -> None:
    published = publish(EXAMPLES[kind], ABOUT)

    assert type(published) is TOLD_OTHERWISE[kind]


def test_who_takes_a_case_over_is_told_like_the_first_mediator() -> None:
    fact = the.a_specialists_mediation().facts[-1]
    assert isinstance(fact, e.CaseReassigned)

    assert publish(fact, ABOUT) == told.MediationOpened(
        case_id=the.CASE, at=NOON, adjudicator=the.GAO, due_at=fact.due_at
    )


def test_a_notice_goes_out_as_it_was_written() -> None:
    sent = the.a_notified_mediation().facts[-1]
    assert isinstance(sent, e.NoticeSent)

    assert publish(sent, ABOUT) == notices.NoticeRequested(
        case_id=the.CASE,
        at=NOON,
        notice_id=sent.notice_id,
        recipient=the.LIN,
        channel="sms",
        purpose="told",
        text="Please answer.",
    )


def test_a_reminder_says_what_is_due_when_and_what_follows() -> None:
    reminder = EXAMPLES[e.ReminderSent]

    notice = publish(reminder, ABOUT)

    assert isinstance(notice, notices.NoticeRequested)
    assert (notice.recipient, notice.purpose, notice.channel) == (the.MEI, "reminder", "sms")
    assert notice.due_at == the.SEALED_AT + timedelta(days=7)
    assert notice.text == (
        "Bring the sides to an agreement by 2026-11-12 12:00 UTC. If not: Mediation fails, and a ruling is due."
    )


def test_a_late_adjudicator_is_reported_with_what_follows() -> None:
    ruling, mediation = (publish(EXAMPLES[k], ABOUT) for k in (e.RulingOverdueNoted, e.MediationOverdueNoted))

    assert isinstance(ruling, notices.DutyOverdue)
    assert isinstance(mediation, notices.DutyOverdue)
    assert (ruling.duty, ruling.owner, ruling.consequence) == ("ruling", the.MEI, "reassigned")
    assert (mediation.duty, mediation.owner, mediation.consequence) == ("mediation", the.MEI, "reassigned")


def test_a_violation_that_a_ruling_finds_is_reported_with_its_order() -> None:
    assert publish(EXAMPLES[e.ViolationFound], ABOUT) == notices.ViolationReported(
        case_id=the.CASE,
        at=NOON,
        parties=the.PARTIES,
        order_id="order-7",
        line_id="line-1",
        violation="counterfeit",
        basis="ruling",
    )
