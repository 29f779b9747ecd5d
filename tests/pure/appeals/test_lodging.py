"""Either party, once, in time, and with a reason: how an appeal is lodged and admitted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.appeals.domain.decider import APPEALS
from services.appeals.domain.events import AppealDismissed, AppealLodged, AppealOpened
from services.appeals.domain.lodging import LodgeAppeal
from services.appeals.domain.standing import Appealable, UnderAppeal, UnderReview
from shared.kernel.actors import Actor, Side
from shared.kernel.reasons import AppealGround
from shared.kernel.values import said
from tests.examples import appeals as ex
from tests.kit.deciding import NOON, History

OPEN_APPEALS = [ex.an_appeal_with_open_evidence, ex.an_appeal_ready_for_review, ex.an_appeal_under_review]
SHORT = "Wrong facts, sorry."


def test_an_appeal_in_time_with_new_evidence_is_admitted_and_opens_an_evidence_round() -> None:
    command = ex.an_appeal()
    appeal_id = ex.appeal_id_of(command)
    ex.an_appealable_ruling().when(command).then(
        AppealLodged(
            appeal_id=appeal_id,
            side=Side.SELLER,
            grounds=command.grounds,
            reason=command.reason,
            new_evidence=command.new_evidence,
            late_evidence=(),
        ),
        AppealOpened(
            appeal_id=appeal_id,
            appellant=ex.QINGYAO,
            parties=ex.PARTIES,
            grounds=command.grounds,
            reason=command.reason,
            evidence_due_at=NOON + timedelta(hours=72),
            policy_version="2026-11",
            opened_at=NOON,
        ),
    )
    assert isinstance(ex.an_appeal_with_open_evidence().state, UnderAppeal)


def test_an_appeal_at_the_last_instant_of_the_window_is_in_time() -> None:
    last = ex.an_appeal(at=ex.APPEAL_UNTIL)
    ex.an_appealable_ruling().when(last).then_types(AppealLodged, AppealOpened)


def test_a_reasoned_appeal_needs_no_new_evidence() -> None:
    command = ex.an_appeal(grounds=(AppealGround.WRONG_CLAUSE,), reason="Twenty characters ok", new_evidence=())
    ex.an_appealable_ruling().when(command).then_types(AppealLodged, AppealOpened)


def test_an_appeal_on_new_evidence_alone_needs_no_long_reason() -> None:
    ex.an_appealable_ruling().when(ex.an_appeal(reason="See it.")).then_types(AppealLodged, AppealOpened)


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        (ex.a_late_appeal(), {"appeal_must_be_lodged_within_the_window": "appeal.window"}),
        (ex.an_appeal(new_evidence=()), {"new_evidence_must_be_described": "appeal.reason"}),
        (
            ex.an_appeal(new_evidence=("a photo of the kiln", "a paper")),
            {"new_evidence_must_be_described": "appeal.reason"},
        ),
        (
            ex.an_appeal(grounds=(AppealGround.LATE_EVIDENCE_JUSTIFIED,), new_evidence=()),
            {"late_evidence_must_be_named": "appeal.reason"},
        ),
        (
            ex.an_appeal(grounds=(AppealGround.LATE_EVIDENCE_JUSTIFIED,), late_evidence=("a paper",), reason=SHORT),
            {"late_evidence_must_be_named": "appeal.reason", "ground_must_be_explained": "appeal.reason"},
        ),
        (
            ex.an_appeal(grounds=(AppealGround.WRONG_FACTS,), reason=SHORT),
            {"ground_must_be_explained": "appeal.reason"},
        ),
        (
            ex.an_appeal(
                grounds=(AppealGround.PROCEDURE, AppealGround.NEW_EVIDENCE),
                reason=SHORT,
                new_evidence=(),
                at=ex.APPEAL_UNTIL + timedelta(days=1),
            ),
            {
                "appeal_must_be_lodged_within_the_window": "appeal.window",
                "new_evidence_must_be_described": "appeal.reason",
                "ground_must_be_explained": "appeal.reason",
            },
        ),
    ],
)
def test_an_inadmissible_appeal_is_dismissed_with_every_failed_rule_and_its_clause(
    command: LodgeAppeal, rules: dict[str, str]
) -> None:
    lodged, dismissed = ex.an_appealable_ruling().when(command).then_types(AppealLodged, AppealDismissed)
    assert lodged.appeal_id == dismissed.appeal_id == ex.appeal_id_of(command)
    assert dismissed.appellant == ex.QINGYAO
    assert {failure.rule: failure.clause for failure in dismissed.failures} == rules
    assert all(failure.detail and failure.cure for failure in dismissed.failures)


def test_late_evidence_that_is_named_and_explained_is_a_ground() -> None:
    late = ("the carrier's report, which the carrier handed out only yesterday",)
    command = ex.an_appeal(grounds=(AppealGround.LATE_EVIDENCE_JUSTIFIED,), new_evidence=(), late_evidence=late)
    lodged, _ = ex.an_appealable_ruling().when(command).then_types(AppealLodged, AppealOpened)
    assert lodged.late_evidence == late


def test_a_dismissed_appeal_may_be_mended_while_the_window_runs() -> None:
    empty = ex.an_appeal(new_evidence=())
    _, dismissed = ex.an_appealable_ruling().when(empty).then_types(AppealLodged, AppealDismissed)
    assert dismissed.again_until == ex.APPEAL_UNTIL
    assert all(said(ex.APPEAL_UNTIL) in failure.cure for failure in dismissed.failures)
    after = ex.an_appealable_ruling().after(empty)
    assert isinstance(after.state, Appealable)
    after.when(empty).then_nothing()
    after.when(ex.an_appeal(request="mended")).then_types(AppealLodged, AppealOpened)
    after.when(ex.an_appeal(ex.LIN)).then_types(AppealLodged, AppealOpened)


def test_an_appeal_that_came_too_late_cannot_be_mended() -> None:
    late = ex.a_late_appeal().model_copy(update={"new_evidence": ()})
    _, dismissed = ex.an_appealable_ruling().when(late).then_types(AppealLodged, AppealDismissed)
    assert dismissed.again_until is None
    assert not any("lodge it again" in failure.cure for failure in dismissed.failures)


def test_the_policy_limits_how_often_a_party_may_try() -> None:
    tried = ex.an_appealable_ruling()
    for n in range(ex.FILE.rules.attempts):
        last = ex.an_appeal(new_evidence=(), request=f"try-{n}")
        _, dismissed = tried.when(last).then_types(AppealLodged, AppealDismissed)
        tried = tried.after(last)
    assert dismissed.again_until is None
    refused = tried.when(ex.an_appeal(request="one-more")).then_refused("attempts_to_appeal_are_limited")
    assert (refused.clause, refused.field) == ("appeal.window", "by")
    tried.when(ex.an_appeal(ex.LIN)).then_types(AppealLodged, AppealOpened)


@pytest.mark.parametrize("state", OPEN_APPEALS)
def test_the_second_partys_appeal_is_heard_together_with_the_first(state: Callable[[], History]) -> None:
    command = ex.a_second_appeal()
    before = state()
    _, opened = before.when(command).then_types(AppealLodged, AppealOpened)
    assert (opened.evidence_due_at, opened.opened_at) == (ex.SECOND_DUE, command.at)
    after = before.after(command).state
    assert isinstance(after, UnderAppeal), "the review waits until what the second appeal brings is sealed"
    assert after.evidence_due_at == ex.SECOND_DUE
    assert [(one.side, one.became) for one in after.lodged] == [(Side.SELLER, "admitted"), (Side.BUYER, "admitted")]
    assert after.reviewer == (ex.SONG if isinstance(before.state, UnderReview) else None)


def test_a_second_appeal_never_shortens_the_round_that_is_open() -> None:
    prolonged = ex.an_appeal_with_open_evidence().facts[-1].model_copy(update={"evidence_due_at": ex.DECIDED})
    history = History(APPEALS, (*ex.an_appealable_ruling().facts, prolonged))
    _, opened = history.when(ex.an_appeal(ex.LIN)).then_types(AppealLodged, AppealOpened)
    assert opened.evidence_due_at == ex.DECIDED


def test_a_second_appeal_stored_before_rounds_were_opened_again_joined_the_review() -> None:
    second = ex.an_appeal_opened_again().facts[-1].model_copy(update={"opened_at": None})
    before = ex.an_appeal_under_review()
    state = History(APPEALS, (*before.facts, second)).state
    assert isinstance(state, UnderReview)
    assert state.due_at == before.state.due_at


def test_the_second_partys_late_appeal_is_dismissed_and_the_first_one_goes_on() -> None:
    history = ex.an_appeal_under_review()
    history.when(ex.a_late_appeal(ex.LIN)).then_types(AppealLodged, AppealDismissed)


@pytest.mark.parametrize("state", OPEN_APPEALS)
def test_the_same_request_again_changes_nothing_and_another_one_is_refused(state: Callable[[], History]) -> None:
    state().when(ex.an_appeal()).then_nothing()
    refused = state().when(ex.an_appeal(request="another")).then_refused("a_party_appeals_once")
    assert refused.clause == "appeal.window"


@pytest.mark.parametrize("state", [ex.nothing_known, ex.a_case_in_its_first_round])
def test_without_a_ruling_there_is_nothing_to_appeal(state: Callable[[], History]) -> None:
    state().when(ex.an_appeal()).then_refused("there_must_be_a_ruling_to_appeal")


def test_a_settlement_cannot_be_appealed() -> None:
    ex.a_settled_case().when(ex.an_appeal()).then_refused("settlements_cannot_be_appealed")


def test_after_the_review_nobody_appeals_again() -> None:
    for party in (ex.LIN, ex.QINGYAO):
        refused = ex.a_final_decision().when(ex.an_appeal(party, request="again")).then_refused("decision_is_final")
        assert refused.clause == "appeal.final"


@pytest.mark.parametrize(
    "state",
    [ex.a_case_in_its_first_round, ex.a_settled_case, ex.an_appealable_ruling, ex.a_final_decision, *OPEN_APPEALS],
)
@pytest.mark.parametrize("by", [ex.STRANGER, ex.WEN, ex.SONG, ex.LIN.model_copy(update={"role": ex.QINGYAO.role})])
def test_nobody_but_a_party_appeals(state: Callable[[], History], by: Actor) -> None:
    state().when(ex.an_appeal(by)).then_refused("only_a_party_may_appeal")


def test_an_appeal_names_at_least_one_ground() -> None:
    with pytest.raises(ValidationError, match="grounds"):
        ex.an_appeal(grounds=())
