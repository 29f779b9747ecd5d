"""The appeal file shows where the appeal stands at every stage."""

from datetime import timedelta

from services.appeals.domain.decider import APPEALS
from services.appeals.views.appeal_file import VIEW, as_seen_by
from services.appeals.views.shown import Admission, AppealFile, LateReview, Status
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.reasons import AppealOutcome
from tests.examples import appeals as ex
from tests.examples import appeals_heard as heard
from tests.kit.deciding import NOON, History, document_of


def shown(history: History) -> AppealFile:
    document = document_of(VIEW, heard.a_complaint_accepted(), heard.a_ruling_issued(), *history.facts)
    assert document is not None
    return document


def test_nothing_is_shown_of_a_case_nobody_told_of() -> None:
    assert document_of(VIEW, heard.a_complaint_accepted()) is None


def test_the_status_follows_the_appeal() -> None:
    assert {name: shown(history).status for name, history in ex.every_state().items() if history.facts} == {
        "settled before it was filed": Status.SETTLED,
        "first round": Status.FIRST_ROUND,
        "settled": Status.SETTLED,
        "appealable": Status.APPEALABLE,
        "dismissed": Status.APPEALABLE,
        "under appeal": Status.EVIDENCE_OPEN,
        "ready": Status.AWAITING_REVIEWER,
        "nobody found": Status.AWAITING_REVIEWER,
        "under review": Status.UNDER_REVIEW,
        "overdue": Status.UNDER_REVIEW,
        "reassigned": Status.UNDER_REVIEW,
        "opened again": Status.EVIDENCE_OPEN,
        "withdrawn": Status.APPEALABLE,
        "suspended": Status.UNDER_REVIEW,
        "suspended in the first round": Status.FIRST_ROUND,
        "resumed": Status.UNDER_REVIEW,
        "final": Status.FINAL,
    }


def test_a_settlement_heard_early_stays_when_the_file_opens() -> None:
    assert shown(ex.after(ex.note_settlement(), ex.open_file())).status is Status.SETTLED


def test_the_ruling_is_shown_in_full() -> None:
    ruling = shown(ex.an_appealable_ruling()).ruling
    issued = heard.a_ruling_issued().model_dump()
    assert ruling is not None
    assert ruling.model_dump() == {name: issued[name] for name in type(ruling).model_fields}


def test_an_admitted_appeal_shows_its_grounds_and_when_evidence_is_due() -> None:
    file = shown(ex.an_appeal_with_open_evidence())
    (appeal,) = file.appeals
    assert (appeal.side, appeal.admission, appeal.lodged_at) == (Side.SELLER, Admission.ADMITTED, NOON)
    assert appeal.grounds == ex.an_appeal().grounds
    assert file.evidence_due_at == ex.EVIDENCE_DUE
    assert (file.parties, file.policy_version) == (ex.PARTIES, "2026-11")


def test_a_dismissed_appeal_shows_why_and_the_ruling_stays_open_to_the_other_party() -> None:
    file = shown(ex.an_appealable_ruling().after(ex.an_appeal(new_evidence=())))
    (appeal,) = file.appeals
    assert appeal.admission is Admission.DISMISSED
    assert [failure.rule for failure in appeal.failures] == ["new_evidence_must_be_described"]
    assert appeal.again_until == ex.APPEAL_UNTIL
    assert file.status is Status.APPEALABLE


def test_whom_the_case_waits_for_is_shown_and_until_when() -> None:
    waiting = {name: shown(history) for name, history in ex.every_state().items() if history.facts}
    told = {name: (file.waiting_on, file.waiting_until) for name, file in waiting.items() if file.waiting_on}
    review = ((Role.REVIEWER,), ex.REVIEW_DUE)
    assert told == {
        "under appeal": ((Side.BUYER, Side.SELLER), ex.EVIDENCE_DUE),
        "ready": ((Role.PLATFORM,), ex.ASSIGN_BY),
        "nobody found": ((Role.PLATFORM,), ex.ASSIGN_BY + timedelta(hours=24)),
        "under review": review,
        "overdue": review,
        "reassigned": ((Role.REVIEWER,), ex.REVIEW_DUE + timedelta(days=10)),
        "opened again": ((Side.BUYER, Side.SELLER), ex.SECOND_DUE),
        "resumed": ((Role.REVIEWER,), ex.REVIEW_DUE + ex.PAUSE),
    }
    assert all(file.waiting_until is None for file in waiting.values() if not file.waiting_on)


def test_a_second_appeal_opens_the_round_again_and_the_reviewer_waits() -> None:
    file = shown(ex.an_appeal_opened_again())
    assert (file.status, file.evidence_due_at) == (Status.EVIDENCE_OPEN, ex.SECOND_DUE)
    assert (file.reviewer, file.review_due_at) == (ex.SONG, None)
    assert [(appeal.side, appeal.admission) for appeal in file.appeals] == [
        (Side.SELLER, Admission.ADMITTED),
        (Side.BUYER, Admission.ADMITTED),
    ]


def test_a_second_appeal_stored_before_rounds_were_opened_again_joins_the_review() -> None:
    joined = ex.an_appeal_opened_again().facts[-1].model_copy(update={"opened_at": None})
    file = shown(History(APPEALS, (*ex.an_appeal_under_review().facts, joined)))
    assert (file.status, file.review_due_at) == (Status.UNDER_REVIEW, ex.REVIEW_DUE)


def test_a_withdrawn_appeal_shows_why_and_leaves_the_ruling() -> None:
    file = shown(ex.a_withdrawn_appeal())
    (appeal,) = file.appeals
    assert (appeal.admission, appeal.withdrawn_because) == (Admission.WITHDRAWN, ex.a_withdrawal().reason)
    assert (file.status, file.reviewer, file.review_due_at) == (Status.APPEALABLE, None, None)
    left = shown(ex.an_appeal_opened_again().after(ex.a_withdrawal()))
    assert (left.status, left.evidence_due_at) == (Status.EVIDENCE_OPEN, ex.SECOND_DUE)


def test_who_was_late_stays_on_record() -> None:
    file = shown(ex.a_reassigned_review())
    assert (file.reviewer, file.overdue) == (ex.TANG, False)
    assert file.late_reviews == (LateReview(reviewer=ex.SONG, due_at=ex.REVIEW_DUE, reassigned=True),)


def test_reminders_stay_on_record() -> None:
    (reminder,) = shown(ex.an_appeal_under_review().after(ex.remind())).reminders
    assert (reminder.recipient, reminder.due_at, reminder.sent_at) == (ex.SONG, ex.REVIEW_DUE, NOON)


def test_a_pause_moves_every_instant_shown() -> None:
    dismissed = ex.an_appealable_ruling().after(ex.an_appeal(ex.LIN, new_evidence=()))
    history = dismissed.after(ex.an_appeal()).after(ex.suspend())
    assert shown(history).suspended_at == ex.SUSPENDED
    file = shown(history.after(ex.resume()))
    assert file.suspended_at is None
    assert file.evidence_due_at == ex.EVIDENCE_DUE + ex.PAUSE
    assert file.ruling is not None
    assert file.ruling.appeal_until == ex.APPEAL_UNTIL + ex.PAUSE
    assert [appeal.again_until for appeal in file.appeals] == [ex.APPEAL_UNTIL + ex.PAUSE, None]


def test_the_reviewer_and_the_due_instant_are_shown_and_can_be_queried() -> None:
    file = shown(ex.an_appeal_under_review())
    assert (file.reviewer, file.review_due_at, file.overdue) == (ex.SONG, ex.REVIEW_DUE, False)
    assert VIEW.keys(file) == {"status": "under_review", "reviewer_id": "reviewer-song"}
    assert VIEW.keys(AppealFile()) == {"status": "first_round", "reviewer_id": None}
    assert shown(ex.an_appeal_under_review().after(ex.note_review_overdue())).overdue


def test_the_decision_shows_what_changed() -> None:
    decision = shown(ex.an_appeal_under_review().after(ex.an_amendment())).decision
    assert decision is not None
    assert (decision.outcome, decision.terms, decision.decided_at) == (AppealOutcome.AMEND, ex.PARTIAL, NOON)
    assert (decision.counts_against_seller, decision.freight_paid_by) == (True, Side.SELLER)
    assert decision.what_changed == ex.an_amendment().what_changed


def test_a_document_reads_back_as_it_was_stored() -> None:
    for history in ex.every_state().values():
        file = shown(history)
        assert AppealFile.model_validate_json(file.model_dump_json()) == file


def test_each_side_reads_the_others_appeal_masked_and_staff_read_it_as_written() -> None:
    call, masked = "Call 13812345678.", "Call [phone number masked]."
    words = {"reason": call, "new_evidence": (call, "A certificate."), "late_evidence": (call,)}
    words["withdrawn_because"] = call
    file = shown(ex.after(ex.open_file(), ex.note_ruling(), ex.an_appeal(), ex.a_second_appeal()))
    file = file.having(appeals=tuple(one.model_copy(update=words) for one in file.appeals))
    hidden = {"reason": masked, "new_evidence": (masked, "A certificate."), "late_evidence": (masked,)}
    hidden["withdrawn_because"] = masked

    def read(by: Actor | None) -> dict[Side, dict[str, object]]:
        return {one.side: one.model_dump(include=set(words)) for one in as_seen_by(file, by).appeals}

    assert read(ex.LIN) == {Side.BUYER: words, Side.SELLER: hidden}
    assert read(ex.QINGYAO) == {Side.BUYER: hidden, Side.SELLER: words}
    assert read(None) == read(ex.STRANGER) == {Side.BUYER: hidden, Side.SELLER: hidden}
    assert as_seen_by(file, Actor(role=Role.REVIEWER, id="wen")) is file
    assert as_seen_by(AppealFile(), ex.LIN) == AppealFile()
