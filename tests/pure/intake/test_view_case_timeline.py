"""The timeline of a case: its status, its parties, and a sentence for every step."""

import pytest

from services.intake.domain import events as own
from services.intake.model import MODEL
from services.intake.views.case_timeline import VIEW, CaseTimeline, as_seen_by
from services.intake.views.wording import SENTENCES
from shared.contracts import platform
from shared.eventing.messages import Fact, Published
from shared.kernel.actors import SYSTEM, Actor, Role
from shared.kernel.money import Money
from shared.kernel.reasons import AppealOutcome
from shared.kernel.remedies import Remedy, Terms
from tests.examples.intake import (
    APPEAL_UNTIL,
    CASE,
    LIN,
    ORDER,
    PARTIES,
    POLICY,
    QINGYAO,
    STRANGER,
    SUSPENDED_UNTIL,
    ZHAO,
    a_case_suspended_by_consent,
    a_case_suspended_for_a_lawsuit,
    a_closed_ruled_case,
    a_complaint_rejected_after_negotiation,
    a_counterfeit_case,
    a_filed_complaint,
    a_known_order,
    a_rejected_complaint,
    a_reminded_negotiation,
    a_resumed_case,
    a_ruled_case,
    a_settled_case,
    a_teapot,
    a_withdrawn_complaint,
    an_agreed_negotiation,
    an_appealed_case,
    an_open_negotiation,
    an_urged_case,
    file_after_negotiation,
    file_complaint,
    note_appeal_opened,
    resume_complaint,
    suspend_complaint,
    urge,
    withdraw,
)
from tests.kit.deciding import NOON, History, document_of
from tests.pure.intake import heard

GROUND = "order-88/line-teapot/product_quality"


def shown(*messages: Fact | Published) -> CaseTimeline:
    case = document_of(VIEW, *messages, stream=CASE)
    assert case is not None
    return case


def said(*messages: Fact | Published) -> str:
    """The sentence for the last of the messages, on a filed case."""
    return shown(*a_filed_complaint().facts, *messages).timeline[-1].summary


@pytest.mark.parametrize(
    ("history", "status", "outcome", "ground"),
    [
        (an_open_negotiation(), "negotiating", None, None),
        (an_agreed_negotiation(), "closed", "negotiated", None),
        (a_rejected_complaint(), "rejected", None, None),
        (a_filed_complaint(), "in_process", None, GROUND),
        (a_withdrawn_complaint(), "closed", "withdrawn", None),
        (a_settled_case(), "settled", None, GROUND),
        (a_ruled_case(), "ruled", None, GROUND),
        (an_appealed_case(), "under_appeal", None, GROUND),
        (a_closed_ruled_case(), "closed", "ruled", GROUND),
        (a_closed_ruled_case().after(note_appeal_opened()), "under_appeal", None, GROUND),
    ],
)
def test_the_status_follows_the_case(history: History, status: str, outcome: str | None, ground: str | None) -> None:
    case = shown(*history.facts)
    assert (case.status, case.outcome, case.line_and_ground) == (status, outcome, ground)
    assert (case.case_id, case.order_id, case.parties) == (CASE, ORDER, PARTIES)
    assert [line.version for line in case.timeline] == list(range(1, len(history.facts) + 1))


def test_a_case_whose_last_appeal_is_withdrawn_is_ruled_again() -> None:
    appealed = an_appealed_case().facts
    assert shown(*appealed, heard.an_appeal_withdrawn()).status == "ruled"
    assert shown(*appealed, heard.an_appeal_withdrawn(ruling_stands=False)).status == "under_appeal"


def test_the_whole_way_of_a_case_is_kept_through_negotiation_rejection_and_filing_again() -> None:
    again = a_complaint_rejected_after_negotiation().after(file_after_negotiation(id="file-2"))
    case = shown(*again.facts)
    assert case.status == "in_process"
    assert [line.summary for line in case.timeline] == [
        (
            "The buyer asked the seller for a refund against return of 368.00 CNY; "
            "the seller has until 2026-11-05 12:00 UTC to answer."
        ),
        "The negotiation failed: the seller refused.",
        "A complaint was filed: bad luck, broken; a refund against return of 368.00 CNY is demanded.",
        "The complaint was not taken up, because of: no category bad_luck.",
        "A complaint was filed: product quality, broken; a refund against return of 368.00 CNY is demanded.",
        "The complaint was taken up for Longquan celadon teapot; a frontline adjudicator handles it.",
    ]


def test_a_line_tells_when_who_and_from_where() -> None:
    own_line, _, heard_line = shown(*a_filed_complaint().facts, heard.a_ruling()).timeline
    assert (own_line.source, own_line.type) == ("intake", "intake.complaint_filed.v1")
    assert (heard_line.source, heard_line.type) == ("mediation", "ruling.issued.v1")
    assert (heard_line.at, heard_line.by, heard_line.version) == (NOON, SYSTEM, 3)


def test_what_is_heard_is_told_in_plain_words() -> None:
    assert said(heard.evidence_requested()) == (
        "The buyer was asked for evidence (photo, inspection report) by 2026-11-05 12:00 UTC."
    )
    assert said(heard.a_notice_delivered()) == "A notice was delivered."
    assert said(heard.a_notice_delivered("failed", "number unknown")) == "A notice was not delivered: number unknown."
    assert said(heard.evidence_submitted()) == "The buyer submitted a photo."
    assert said(heard.evidence_submitted(late=True)) == "The buyer submitted a photo, after the time for it."
    assert said(heard.a_ruling(terms=None)) == "The ruling was issued: nothing is ordered (dismiss)."
    assert said(heard.an_enforcement()) == ("The seller did not refund in time; the platform was asked to enforce it.")
    assert said(heard.an_appeal_withdrawn()) == "The buyer withdrew the appeal; the ruling stands."
    assert said(heard.an_appeal_withdrawn(ruling_stands=False)) == (
        "The buyer withdrew the appeal; the other party's appeal goes on."
    )
    assert said(heard.an_appeal_decided(AppealOutcome.UPHOLD)) == "The appeal was decided: the ruling is upheld."


def test_what_intake_decides_is_told_in_plain_words() -> None:
    both = Terms(remedy=Remedy.EXCHANGE, compensation=Money(minor=2000))
    assert said(own.NegotiationOffered(terms=both, message="Sorry!")) == (
        "The seller offered an exchange and compensation of 20.00 CNY."
    )
    assert said(own.CaseSettled(owes=False)) == "The settlement is final."
    assert said(own.RulingNoted(appeal_until=APPEAL_UNTIL, owes=True)) == (
        "Either party may appeal the ruling until 2026-11-19 12:00 UTC."
    )
    assert said(own.AppealDecisionNoted(upheld=True, owes=True)) == "The appeal decision leaves the ruling as it was."
    assert said(own.DecisionBecameFinal(basis="appeal")) == "The appeal decision became final."
    assert said(own.DecisionBecameFinal(basis="ruling")) == "The ruling became final."


def test_what_happens_beside_the_merits_is_told_in_plain_words() -> None:
    suspended = a_case_suspended_by_consent()
    assert [line.summary for line in shown(*suspended.facts).timeline[2:]] == [
        "The buyer consents to a suspension if the other does by 2026-11-05 12:00 UTC.",
        "The seller consents to a suspension if the other does by 2026-11-05 12:00 UTC.",
        (
            "The case was suspended because both parties want it; every clock stands still, "
            "until 2026-12-02 12:00 UTC at the latest."
        ),
    ]
    assert said(*a_case_suspended_for_a_lawsuit().facts[2:]) == (
        "The case was suspended for proceedings before a court or an authority ((2026) Zhe 0192 Min Chu 4471); "
        "every clock stands still, until 2026-12-02 12:00 UTC at the latest."
    )
    assert said(*a_resumed_case().facts[2:]) == (
        "The case goes on after 3.0 hours of suspension, with what was left of every clock: "
        "We found no way by ourselves."
    )
    assert said(*an_urged_case().facts[2:]) == (
        "The buyer urged (time 1) and was answered: the step is evidence; the seller owes evidence by "
        "2026-11-05 12:00 UTC; your case keeps its place: urging does not reorder the queue."
    )
    assert "nobody owes anything by a set time" in said(*a_filed_complaint().after(urge(owed=())).facts[2:])
    assert said(*a_counterfeit_case().facts[2:]) == (
        "The complaint says the seller broke the rules (counterfeit); this was reported to the platform."
    )
    assert shown(*a_counterfeit_case().facts).timeline[1].summary == (
        "The complaint was taken up for Longquan celadon teapot; a specialist adjudicator handles it "
        "(seller violation, counterfeit)."
    )
    assert shown(*a_reminded_negotiation().facts).timeline[-1].summary == (
        "The seller was reminded to act by 2026-11-05 12:00 UTC; when that passes, the negotiation counts as failed "
        "for want of an answer, and the buyer may file a complaint."
    )


def test_the_status_under_a_suspension_comes_back_when_the_case_goes_on() -> None:
    suspended = a_ruled_case().after(suspend_complaint())
    case = shown(*suspended.facts)
    assert (case.status, case.resumes_as, case.suspended_until) == ("suspended", "ruled", SUSPENDED_UNTIL)
    appealed = shown(*suspended.after(note_appeal_opened()).facts)
    assert (appealed.status, appealed.resumes_as) == ("suspended", "under_appeal")
    on = shown(*suspended.after(resume_complaint(by=ZHAO)).facts)
    assert (on.status, on.resumes_as, on.suspended_until) == ("ruled", None, None)
    closed = shown(*a_case_suspended_by_consent().after(withdraw()).facts)
    assert (closed.status, closed.resumes_as, closed.suspended_until) == ("closed", None, None)


def test_a_case_keeps_its_listing_its_advice_its_tier_and_its_urgings() -> None:
    case = shown(*an_urged_case().after(urge(id="again")).after(urge(by=QINGYAO)).facts)
    assert case.line == a_teapot()
    assert [advice.about for advice in case.advice] == ["model", "wanted_solution"]
    assert (case.tier, case.tier_reasons, case.policy_version, case.taken_up_at) == (
        "frontline",
        (),
        POLICY.version,
        NOON,
    )
    assert case.urged == {"buyer": 2, "seller": 1}


def test_a_rejected_case_keeps_its_failures_until_it_is_filed_again() -> None:
    rejected = a_rejected_complaint()
    assert [failure.rule for failure in shown(*rejected.facts).failures] == ["negotiation_must_have_failed"]
    assert shown(*rejected.after(file_complaint(id="file-2")).facts).failures == ()


def test_every_step_of_a_case_has_a_sentence() -> None:
    steps = (
        {*MODEL.facts, *MODEL.hears}
        - {own.OrderRecorded, platform.OrderRecorded}
        - {own.PersonErasureOrdered, own.PersonErased}
    )
    assert set(SENTENCES) == steps
    for message in heard.EVERYTHING[1:]:
        assert said(message).endswith(".")


def test_the_stream_of_an_order_has_no_timeline() -> None:
    assert document_of(VIEW, heard.an_order_recorded(), *a_known_order().facts) is None


def test_cases_are_found_by_status_party_and_ground() -> None:
    assert VIEW.keys(shown(*a_filed_complaint().facts)) == {
        "status": "in_process",
        "buyer_id": "lin",
        "seller_id": "qingyao-ceramics",
        "line_and_ground": GROUND,
        "open_party": ["lin", "qingyao-ceramics"],
        "buyer_taken_up": "lin/2026-11-02T12:00:00",
        "seller_taken_up": "qingyao-ceramics/2026-11-02T12:00:00",
    }
    untaken = VIEW.keys(shown(*a_rejected_complaint().facts))
    assert (untaken["buyer_taken_up"], untaken["seller_taken_up"]) == ("", "")


def test_a_party_reads_masked_what_others_did_and_staff_read_it_as_it_is() -> None:
    call, masked = "It goes on: call 13812345678.", "It goes on: call [phone number masked]."
    case = shown(*an_open_negotiation().facts)
    line = case.timeline[-1]
    lines = tuple(line.model_copy(update={"by": by, "summary": call}) for by in (LIN, QINGYAO, SYSTEM))
    case = case.model_copy(update={"timeline": lines})

    def read(by: Actor | None) -> list[str]:
        return [one.summary for one in as_seen_by(case, by).timeline]

    assert read(LIN) == [call, masked, masked]
    assert read(QINGYAO) == [masked, call, masked]
    assert read(None) == read(STRANGER) == [masked, masked, masked]
    assert as_seen_by(case, Actor(role=Role.AUDITOR, id="wei")) is case
