"""How a mediation stands, as its file shows it."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from services.mediation.domain.clocks import running
from services.mediation.domain.compliance import EnforceObligation
from services.mediation.domain.contacts import LogContact
from services.mediation.domain.disputes import DecideDispute, DisputePerformance
from services.mediation.domain.failing import FailMediation, NoteRulingOverdue
from services.mediation.domain.obligations import Debt, DebtStatus
from services.mediation.domain.offers import AcceptOffer, DeclineOffer, LapseOffer, WithdrawOffer
from services.mediation.domain.opening import StopMediation
from services.mediation.domain.reminding import Remind
from services.mediation.domain.second_opinion import DisagreeWithRuling
from services.mediation.views.mediation_file import VIEW
from services.mediation.views.parts import Contact, MediationFile, Offer, Statement
from shared.contracts.platform import NoticeDelivered
from shared.kernel.actors import SYSTEM, Side
from tests.examples import mediation as the
from tests.kit.deciding import NOON, History, document_of

AT = the.APPEALED_AT
(ONLY_REFUND,) = the.ruled(the.REFUND)


def file_of(history: History) -> MediationFile:
    document = document_of(VIEW, *history.facts)
    assert document is not None
    return document


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (the.an_open_file(), "file_open"),
        (the.a_queued_mediation(), "queued"),
        (the.an_open_mediation(), "mediating"),
        (the.a_failed_mediation(), "awaiting_ruling"),
        (the.a_settled_case(), "complying"),
        (the.a_ruled_case(), "complying"),
        (the.an_appealed_case(), "stayed"),
        (the.an_appealed_case().after(the.lifting(AT)), "complying"),
        (the.a_decided_appeal(), "complying"),
        (the.a_fulfilled_ruling(), "fulfilled"),
        (the.a_dismissed_case(), "fulfilled"),
        (the.a_stopped_case(), "stopped"),
    ],
)
def test_the_file_says_where_the_case_stands(history: History, status: str) -> None:
    assert file_of(history).status == status


def test_there_is_no_file_before_the_complaint_is_accepted() -> None:
    assert document_of(VIEW, the.CLOSED) is None
    assert document_of(VIEW, *the.no_file().after(the.sealed()).facts) is None


def test_what_is_heard_changes_nothing_by_itself() -> None:
    assert document_of(VIEW, *the.an_open_file().facts, the.CLOSED) == file_of(the.an_open_file())


def test_the_file_shows_the_case_as_accepted() -> None:
    file = file_of(the.an_open_file())

    assert (file.case_id, file.parties, file.price_paid) == ("case-1", the.PARTIES, the.TEAPOT_PRICE)
    assert (file.category, file.policy_version) == ("product_quality", the.the_policy().version)


def test_files_are_found_by_adjudicator_and_status() -> None:
    assert VIEW.keys(file_of(the.an_open_mediation())) == {"adjudicator_id": "mei", "status": "mediating"}
    assert VIEW.keys(file_of(the.a_queued_mediation())) == {"adjudicator_id": None, "status": "queued"}


def test_the_file_says_when_mediation_and_ruling_are_due() -> None:
    late = the.FAILED_AT + timedelta(hours=48)
    noted = the.a_failed_mediation().after(the.asked(NoteRulingOverdue, at=late))

    assert file_of(the.an_open_mediation()).due_at == the.SEALED_AT + timedelta(days=7)
    assert file_of(the.a_failed_mediation()).due_at == late
    assert file_of(the.a_failed_mediation()).failed_because == "No way."
    assert file_of(noted).ruling_is_overdue
    assert file_of(the.a_ruled_case()).due_at is None


def test_contacts_are_listed_with_who_and_when() -> None:
    body: dict[str, Any] = {"channel": "sms", "with_side": Side.SELLER, "note": "Please call.", "outcome": "sent"}
    history = the.an_open_mediation().after(the.asked(LogContact, by=the.MEI, **body))

    assert file_of(history).contacts == (Contact(**body, at=NOON, by=SYSTEM),)


def test_each_offer_is_shown_with_what_became_of_it() -> None:
    history = the.a_mediation_with_an_offer(by=the.MEI)
    offer: dict[str, Any] = {"offer_id": the.offer_id()}
    accepting = the.asked(AcceptOffer, by=the.QINGYAO, at=the.ANSWERED_AT, **offer)
    declining = the.asked(DeclineOffer, by=the.LIN, at=the.ANSWERED_AT, reason="Too little.", **offer)
    lapsing = the.asked(LapseOffer, at=AT + timedelta(days=9), **offer)
    failing = the.asked(FailMediation, by=the.MEI, at=the.FAILED_AT, reason="No way.")
    until = the.OFFERED_AT + timedelta(hours=48)
    shown = Offer(**offer, made_by=the.MEI, made_at=NOON, terms=the.PARTIAL_REFUND, valid_until=until)

    assert file_of(history).offers == (shown,)
    assert file_of(history.after(accepting)).offers[0].accepted_by == (Side.SELLER,)
    assert file_of(history.after(lapsing)).offers[0].outcome == "lapsed"
    assert file_of(history.after(failing)).offers[0].outcome == "ended"
    declined = file_of(history.after(declining)).offers[0]
    assert (declined.outcome, declined.reason) == ("declined", "Too little.")
    assert file_of(history.after(declining).after(failing)).offers[0].outcome == "declined"


def test_a_settlement_is_shown_with_what_is_owed() -> None:
    file = file_of(the.a_settled_case())

    assert file.settlement == the.PARTIAL_REFUND
    assert file.offers[0].outcome == "accepted"
    assert file.debts == the.a_settled_case().state.debts


def test_a_ruling_is_summed_up() -> None:
    ruling = file_of(the.a_ruled_case()).ruling

    assert ruling is not None
    assert (ruling.terms, ruling.clauses, ruling.adjudicators) == (the.RETURN_REFUND, ("quality.2",), (the.MEI,))
    assert ruling.appeal_until == the.RULED_AT + timedelta(days=7)


def test_statements_about_performance_stand_beside_what_is_owed() -> None:
    reported = the.a_ruled_case(the.REFUND).after(the.reporting(ONLY_REFUND, the.QINGYAO))
    disputing = the.asked(DisputePerformance, by=the.LIN, at=AT, obligation_id=ONLY_REFUND.id, reason="Nothing.")
    about: dict[str, Any] = {"obligation_id": ONLY_REFUND.id, "files": (), "at": NOON, "by": SYSTEM}

    file = file_of(reported.after(disputing))

    decide_by = AT + timedelta(hours=48)
    assert file.debts == (Debt(obligation=ONLY_REFUND, status=DebtStatus.DISPUTED, decide_by=decide_by),)
    assert file.statements == (
        Statement(performed=True, words="Bank receipt 20261106.", **about),
        Statement(performed=False, words="Nothing.", **about),
    )


def test_enforcement_and_falling_due_are_shown_on_the_debt() -> None:
    ship, refund = the.ruled()
    enforcing = the.asked(EnforceObligation, at=AT + timedelta(days=30), obligation_id=ship.id)
    received = the.confirming(ship, the.QINGYAO)

    enforced = file_of(the.a_ruled_case().after(enforcing)).debts
    fallen_due = file_of(the.a_ruled_case().after(received)).debts

    assert [debt.enforced for debt in enforced] == [True, False]
    assert [debt.status for debt in fallen_due] == [DebtStatus.MET, DebtStatus.OWED]
    assert fallen_due[1].obligation == refund.model_copy(update={"comply_by": AT + timedelta(hours=48)})


def test_a_decided_appeal_shows_what_is_owed_now() -> None:
    assert file_of(the.a_decided_appeal()).debts == the.a_decided_appeal().state.debts


def delivered(notice_id: str, result: Literal["delivered", "failed"], detail: str = "") -> NoticeDelivered:
    return NoticeDelivered(case_id=the.CASE, at=NOON, version=1, notice_id=notice_id, result=result, detail=detail)


def test_a_notice_stands_in_the_contact_log_with_what_became_of_it() -> None:
    facts: tuple[Any, ...] = the.a_notified_mediation().facts
    notice_id = facts[-1].notice_id
    seen = {"channel": "sms", "with_side": "buyer", "note": "Please answer.", "notice_id": notice_id}

    def contact(*heard: NoticeDelivered) -> Contact:
        document = document_of(VIEW, *facts, *heard)
        assert document is not None
        return document.contacts[-1]

    assert contact() == Contact.model_validate({**seen, "outcome": "requested", "at": NOON, "by": SYSTEM})
    assert contact(delivered(notice_id, "delivered")).outcome == "delivered"
    assert contact(delivered(notice_id, "failed", "no such number")).outcome == "failed: no such number"
    assert contact(delivered("of-another-service", "failed")).outcome == "requested"


def test_reminders_stand_in_the_contact_log() -> None:
    key = the.offer_id()
    body: dict[str, Any] = {"clock": "offer_lapse", "key": key, "row": f"offer_lapse:{key}/1"}
    adjudicators: dict[str, Any] = {"clock": "mediation_due", "key": "", "row": "mediation_due:/1"}
    history = the.a_mediation_with_an_offer().after(the.asked(Remind, at=AT, **body))

    (to_buyer,) = file_of(history).contacts
    to_mei = file_of(history.after(the.asked(Remind, at=AT, name="2", **adjudicators))).contacts[-1]

    assert (to_buyer.with_side, to_buyer.purpose, to_buyer.outcome) == (Side.BUYER, "reminder", "requested")
    assert (to_mei.with_side, to_mei.purpose) == (None, "reminder")


def test_the_file_says_who_owes_what_by_when() -> None:
    for history in [*the.every_stage(), the.a_half_accepted_proposal()]:
        document = document_of(VIEW, *history.facts)

        assert (document.waiting_on if document else ()) == running(history.state)
    assert [clock.owner for clock in file_of(the.a_mediation_with_an_offer()).waiting_on] == ["frontline", "buyer"]


def test_a_withdrawn_offer_is_shown_as_such() -> None:
    withdrawing = the.asked(WithdrawOffer, by=the.QINGYAO, at=the.ANSWERED_AT, offer_id=the.offer_id())

    assert file_of(the.a_mediation_with_an_offer().after(withdrawing)).offers[0].outcome == "withdrawn"


def test_the_file_shows_who_had_the_case_and_who_is_sought() -> None:
    sought, taken = file_of(the.a_handed_over_mediation()), file_of(the.a_specialists_mediation())

    assert sought.successor is not None
    assert (sought.adjudicator, sought.successor.cause) == (the.MEI, "handed_over")
    assert (taken.adjudicator, taken.tier, taken.successor) == (the.GAO, "specialist", None)
    assert [(handing.adjudicator, handing.previous) for handing in taken.handings] == [
        (the.MEI, None),
        (the.GAO, the.MEI),
    ]
    assert taken.handled_at == NOON


def test_the_file_shows_drafted_rulings_and_who_agreed_or_why_not() -> None:
    disagreeing = the.asked(DisagreeWithRuling, by=the.TAO, at=AT, reason="Too much.")
    drafted = file_of(the.a_second_opinion())
    disagreed = file_of(the.a_second_opinion().after(disagreeing))
    agreed = file_of(the.an_agreed_ruling())

    assert (drafted.drafts[0].drafted_by, drafted.drafts[0].disagreed_by) == (the.GAO, None)
    assert (disagreed.drafts[0].disagreed_by, disagreed.drafts[0].reason) == (the.TAO, "Too much.")
    assert disagreed.due_at == AT + timedelta(hours=48)
    assert agreed.ruling is not None
    assert agreed.ruling.adjudicators == (the.GAO, the.TAO)
    assert agreed.violation == "counterfeit"


def test_the_adjudicators_word_on_a_dispute_stands_beside_the_sides() -> None:
    deciding = the.asked(
        DecideDispute, by=the.MEI, at=AT, obligation_id=ONLY_REFUND.id, performed=False, reason="No receipt."
    )

    file = file_of(the.a_disputed_refund().after(deciding))

    assert (file.statements[-1].performed, file.statements[-1].words) == (False, "No receipt.")
    assert file.debts == (Debt(obligation=ONLY_REFUND),)


def test_a_case_that_ends_while_suspended_is_not_shown_as_suspended() -> None:
    stopping = the.asked(StopMediation, at=AT, reason="withdrawn")

    assert file_of(the.a_suspended_mediation().after(stopping)).suspended_since is None
