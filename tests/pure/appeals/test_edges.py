"""Instants and numbers at the very edge, and facts that come when they no longer fit."""

from datetime import timedelta

import pytest

from services.appeals.domain.admission import Brought, again_until, failures_of
from services.appeals.domain.appeal import evolve
from services.appeals.domain.case_file import AppealRules
from services.appeals.domain.events import CaseSuspended, SettlementNoted
from services.appeals.domain.pausing import moved
from services.appeals.domain.standing import Appealable, Ready, Suspended, UnderAppeal, UnderReview
from shared.kernel.reasons import AppealGround
from tests.examples import appeals as ex
from tests.kit.deciding import History


def brought(*items: str) -> Brought:
    return Brought((AppealGround.NEW_EVIDENCE,), "", items, (), at=ex.APPEAL_UNTIL, may_mend=True)


def test_an_appeal_at_the_last_instant_may_be_mended_at_that_instant() -> None:
    assert again_until(brought(), ex.a_contested_ruling()) == ex.APPEAL_UNTIL


def test_a_description_of_just_enough_characters_is_enough() -> None:
    rules = ex.FILE.rules
    just, short = "x" * rules.item_characters, "x" * (rules.item_characters - 1)
    assert failures_of(brought(just), ex.a_contested_ruling(), rules) == ()
    (failure,) = failures_of(brought(just, short), ex.a_contested_ruling(), rules)
    assert "1 of 2 descriptions" in failure.detail


@pytest.mark.parametrize(
    ("limit", "field"),
    [
        ("appeal_attempts", "attempts"),
        ("appeal_reason_characters", "reason_characters"),
        ("appeal_item_characters", "item_characters"),
        ("compensation_percent", "compensation_percent"),
    ],
)
def test_the_rules_of_an_appeal_are_those_of_the_policy(limit: str, field: str) -> None:
    limits = ex.POLICY.limits.model_copy(update={limit: 47})
    assert getattr(AppealRules.of(ex.POLICY.model_copy(update={"limits": limits})), field) == 47


def test_the_time_to_assign_a_reviewer_is_that_of_the_policy() -> None:
    windows = ex.POLICY.windows.model_copy(update={"review_assignment": 47})
    assert AppealRules.of(ex.POLICY.model_copy(update={"windows": windows})).review_assignment == 47


@pytest.mark.parametrize(
    "history", [ex.an_appeal_with_open_evidence(), ex.an_appeal_ready_for_review(), ex.an_appeal_under_review()]
)
def test_a_pause_moves_the_end_of_the_evidence_and_of_the_window(history: History) -> None:
    case = history.state
    assert isinstance(case, UnderAppeal | Ready | UnderReview)
    later = moved(case, ex.PAUSE)
    assert isinstance(later, UnderAppeal | Ready | UnderReview)
    assert later.evidence_due_at == case.evidence_due_at + ex.PAUSE
    assert later.ruling.appeal_until == case.ruling.appeal_until + ex.PAUSE


def test_a_case_that_stands_still_is_not_suspended_again() -> None:
    once = evolve(ex.an_appealable_ruling().state, CaseSuspended(suspended_at=ex.SUSPENDED))
    assert isinstance(once, Suspended)
    assert evolve(once, CaseSuspended(suspended_at=ex.SUSPENDED + timedelta(days=1))) == once


def test_a_settlement_after_the_ruling_changes_nothing() -> None:
    ruled = ex.an_appealable_ruling().state
    assert evolve(ruled, SettlementNoted.model_construct()) == ruled


def test_a_dismissed_appeal_is_remembered_as_dismissed() -> None:
    history = ex.an_appealable_ruling().after(ex.a_late_appeal())
    assert isinstance(history.state, Appealable)
    assert [one.became for one in history.state.lodged] == ["dismissed"]
