"""An appellant withdraws its appeal: the other one goes on, or the ruling stands."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.appeals.domain.events import AppealDecided, AppealLodged, AppealOpened, AppealWithdrawn, ReviewerAssigned
from services.appeals.domain.standing import Appealable, UnderAppeal
from services.appeals.domain.withdrawal import WithdrawAppeal
from shared.kernel.actors import SYSTEM, Actor
from tests.examples import appeals as ex
from tests.kit.deciding import History

OPEN_APPEALS = [ex.an_appeal_with_open_evidence, ex.an_appeal_ready_for_review, ex.an_appeal_under_review]


@pytest.mark.parametrize("state", OPEN_APPEALS)
def test_when_the_only_appeal_is_withdrawn_the_ruling_stands(state: Callable[[], History]) -> None:
    command = ex.a_withdrawal()
    state().when(command).then(
        AppealWithdrawn(
            appeal_id=ex.appeal_id_of(ex.an_appeal()),
            appellant=ex.QINGYAO,
            reason=command.reason,
            ruling_stands=True,
        )
    )
    assert isinstance(state().after(command).state, Appealable)


def test_when_one_of_two_is_withdrawn_the_other_goes_on() -> None:
    both = ex.an_appeal_opened_again()
    (withdrawn,) = both.when(ex.a_withdrawal()).then_types(AppealWithdrawn)
    assert not withdrawn.ruling_stands
    left = both.after(ex.a_withdrawal())
    assert isinstance(left.state, UnderAppeal)
    assert left.state.admitted == {ex.appeal_id_of(ex.a_second_appeal())}
    (last,) = left.when(ex.a_withdrawal(ex.LIN)).then_types(AppealWithdrawn)
    assert last.ruling_stands
    decided = left.after(ex.note_appeal_evidence(at=ex.SECOND_DUE)).after(ex.assign_reviewer())
    decided.when(ex.a_decision()).then_types(AppealDecided)


def test_a_withdrawal_told_again_changes_nothing() -> None:
    again = WithdrawAppeal(id="again", case_id=ex.CASE, at=ex.DECIDED, by=ex.QINGYAO, reason="As we said.")
    ex.a_withdrawn_appeal().when(again).then_nothing()


def test_a_withdrawn_appeal_is_the_one_appeal_of_its_party_but_not_of_the_other() -> None:
    withdrawn = ex.a_withdrawn_appeal()
    withdrawn.when(ex.an_appeal(request="once-more")).then_refused("a_party_appeals_once")
    _, opened = withdrawn.when(ex.a_second_appeal()).then_types(AppealLodged, AppealOpened)
    assert opened.evidence_due_at == ex.a_second_appeal().at + timedelta(hours=72)
    ready = withdrawn.after(ex.a_second_appeal()).after(ex.note_appeal_evidence(at=ex.SECOND_DUE))
    (assigned,) = ready.when(ex.assign_reviewer(ex.on_duty(ex.TANG))).then_types(ReviewerAssigned)
    assert assigned.reviewer == ex.TANG


@pytest.mark.parametrize(
    ("state", "by"),
    [
        (ex.nothing_known, ex.LIN),
        (ex.a_case_in_its_first_round, ex.LIN),
        (ex.a_settled_case, ex.LIN),
        (ex.an_appealable_ruling, ex.QINGYAO),
        (ex.an_appeal_under_review, ex.LIN),
        (lambda: ex.an_appealable_ruling().after(ex.an_appeal(new_evidence=())), ex.QINGYAO),
    ],
    ids=["no case", "first round", "settled", "no appeal", "the other party's appeal", "a dismissed appeal"],
)
def test_only_an_open_appeal_can_be_withdrawn(state: Callable[[], History], by: Actor) -> None:
    refused = state().when(ex.a_withdrawal(by)).then_refused("there_must_be_an_appeal_to_withdraw")
    assert refused.clause == "appeal.withdrawal"


@pytest.mark.parametrize("by", [ex.STRANGER, ex.SONG, SYSTEM])
def test_nobody_but_a_party_withdraws(by: Actor) -> None:
    for state in (ex.an_appeal_under_review, ex.a_final_decision):
        state().when(ex.a_withdrawal(by)).then_refused("only_the_appellant_may_withdraw")


def test_after_the_decision_nothing_is_withdrawn() -> None:
    ex.a_final_decision().when(ex.a_withdrawal()).then_refused("decision_is_final")
