"""The appeal file shows where the appeal stands at every stage."""

from services.appeals.views.appeal_file import VIEW
from services.appeals.views.shown import Admission, AppealFile, Status
from shared.kernel.actors import Side
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
        "under appeal": Status.EVIDENCE_OPEN,
        "ready": Status.AWAITING_REVIEWER,
        "under review": Status.UNDER_REVIEW,
        "overdue": Status.UNDER_REVIEW,
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
    assert file.status is Status.APPEALABLE


def test_a_second_appeal_joins_without_setting_the_review_back() -> None:
    file = shown(ex.an_appeal_under_review().after(ex.an_appeal(ex.LIN)))
    assert file.status is Status.UNDER_REVIEW
    assert [(appeal.side, appeal.admission) for appeal in file.appeals] == [
        (Side.SELLER, Admission.ADMITTED),
        (Side.BUYER, Admission.ADMITTED),
    ]


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
    assert decision.what_changed == ex.an_amendment().what_changed


def test_a_document_reads_back_as_it_was_stored() -> None:
    for history in ex.every_state().values():
        file = shown(history)
        assert AppealFile.model_validate_json(file.model_dump_json()) == file
