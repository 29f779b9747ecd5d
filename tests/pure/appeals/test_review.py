"""The assigned reviewer decides with reasons, and the decision is final."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from services.appeals.domain.events import AppealDecided
from services.appeals.domain.review import DecideAppeal
from services.appeals.domain.standing import Final
from shared.kernel.actors import SYSTEM, Actor, Role, Side
from shared.kernel.items import Element
from shared.kernel.money import Money
from shared.kernel.obligations import obligations_for
from shared.kernel.reasons import AppealOutcome
from shared.kernel.remedies import Remedy, Terms
from tests.examples import appeals as ex
from tests.kit.deciding import History

NOT_UNDER_REVIEW = [
    ex.nothing_known,
    ex.a_case_in_its_first_round,
    ex.a_settled_case,
    ex.an_appealable_ruling,
    ex.an_appeal_with_open_evidence,
    ex.an_appeal_ready_for_review,
    ex.an_appeal_opened_again,
    ex.a_withdrawn_appeal,
]


@pytest.mark.parametrize("terms", [None, ex.RETURN_REFUND])
def test_upholding_keeps_terms_and_obligations_as_ruled(terms: Terms | None) -> None:
    command = ex.a_decision(terms=terms)
    ex.an_appeal_under_review().when(command).then(
        AppealDecided(
            outcome=AppealOutcome.UPHOLD,
            reviewer=ex.SONG,
            findings=command.findings,
            clauses=command.clauses,
            seller_liability_percent=100,
            terms=ex.RETURN_REFUND,
            obligations=ex.RULED,
            what_changed="",
            explanation=command.explanation,
            freight_paid_by=Side.SELLER,
            counts_against_seller=True,
        )
    )
    assert isinstance(ex.a_final_decision().state, Final)


def test_amending_replaces_the_obligations_by_those_of_the_new_terms() -> None:
    command = ex.an_amendment()
    (decided,) = ex.an_appeal_under_review().when(command).then_types(AppealDecided)
    assert decided.terms == ex.PARTIAL
    assert decided.obligations == obligations_for(ex.PARTIAL, command.id, ex.DECIDED, ex.HOURS)
    assert decided.what_changed == command.what_changed


def test_overturning_can_leave_nothing_owed() -> None:
    (decided,) = ex.an_appeal_under_review().when(ex.an_overturning()).then_types(AppealDecided)
    assert (decided.outcome, decided.terms, decided.obligations) == (AppealOutcome.OVERTURN, None, ())


def test_overturning_a_dismissal_can_grant_terms() -> None:
    dismissed = ex.an_appeal_under_review(terms=None)
    (decided,) = dismissed.when(ex.an_overturning(ex.PARTIAL)).then_types(AppealDecided)
    assert decided.terms == ex.PARTIAL


@pytest.mark.parametrize(
    "command", [ex.a_decision(), ex.an_amendment(), ex.an_overturning()], ids=["uphold", "amend", "overturn"]
)
def test_after_the_decision_every_further_one_is_refused(command: DecideAppeal) -> None:
    assert ex.a_final_decision().when(command).then_refused("decision_is_final").clause == "appeal.final"


@pytest.mark.parametrize("by", [ex.WEN, ex.GAO, ex.GAO_AS_REVIEWER])
def test_nobody_of_the_first_round_decides_the_appeal(by: Actor) -> None:
    for state in (ex.an_appeal_ready_for_review, ex.an_appeal_under_review, ex.a_final_decision):
        refused = state().when(ex.a_decision(by=by)).then_refused("reviewer_took_no_part_in_the_first_round")
        assert refused.clause == "appeal.independence"


@pytest.mark.parametrize("by", [ex.TANG, ex.LIN, ex.QINGYAO, SYSTEM, Actor(role=Role.SPECIALIST, id="he")])
def test_only_the_assigned_reviewer_decides(by: Actor) -> None:
    for state in (ex.an_appeal_under_review, ex.a_final_decision):
        state().when(ex.a_decision(by=by)).then_refused("only_the_assigned_reviewer_decides")


@pytest.mark.parametrize("state", NOT_UNDER_REVIEW)
def test_only_an_appeal_under_review_is_decided(state: Callable[[], History]) -> None:
    state().when(ex.a_decision()).then_refused("appeal_must_be_under_review")
    state().when(ex.a_decision(by=ex.LIN)).then_refused("only_the_assigned_reviewer_decides")


@pytest.mark.parametrize(
    ("command", "rule", "field"),
    [
        (ex.a_decision(clauses=("quality.2", "quality.9")), "clause_must_be_in_the_pinned_policy", "clauses"),
        (
            ex.a_decision(findings=(ex.a_finding("a-rumour"),)),
            "cited_item_must_be_in_the_sealed_manifest",
            "findings",
        ),
        (
            ex.a_decision(findings=(ex.a_finding(ex.UNSEEN_VIDEO.item_id),)),
            "cited_item_must_have_been_disclosed",
            "findings",
        ),
        (
            ex.a_decision(findings=(ex.a_finding(), ex.a_finding())),
            "each_element_must_have_one_finding",
            "findings",
        ),
        (ex.a_decision(terms=ex.PARTIAL), "upholding_keeps_the_ruling", "terms"),
        (ex.a_decision(liability=50), "upholding_keeps_the_ruling", "seller_liability_percent"),
        (
            ex.a_decision(AppealOutcome.AMEND, terms=ex.PARTIAL, what_changed="  "),
            "change_must_be_explained",
            "what_changed",
        ),
        (ex.a_decision(AppealOutcome.OVERTURN), "change_must_be_explained", "what_changed"),
        (ex.a_decision(freight=Side.BUYER), "upholding_keeps_the_ruling", "freight_paid_by"),
        (
            ex.a_decision(AppealOutcome.AMEND, terms=ex.RETURN_REFUND, freight=Side.SELLER, what_changed="Nothing."),
            "amending_must_change_the_ruling",
            "outcome",
        ),
        (ex.an_amendment(terms=None), "amending_must_name_the_terms", "terms"),
        (ex.an_overturning(ex.RETURN_REFUND), "overturning_must_change_the_terms", "terms"),
    ],
)
def test_a_decision_without_its_reasons_is_refused(command: DecideAppeal, rule: str, field: str) -> None:
    under_review = ex.an_appeal_under_review(ex.KILN_CERTIFICATE, ex.UNSEEN_VIDEO)
    assert under_review.when(command).then_refused(rule).field == field


@pytest.mark.parametrize("change", [{"liability": 80}, {"freight": Side.BUYER}])
def test_an_amendment_may_keep_the_terms_and_change_who_bears_what(change: dict[str, Any]) -> None:
    command = ex.a_decision(AppealOutcome.AMEND, terms=ex.RETURN_REFUND, what_changed="Both packed badly.", **change)
    (decided,) = ex.an_appeal_under_review().when(command).then_types(AppealDecided)
    assert decided.seller_liability_percent == change.get("liability", 100)
    assert decided.freight_paid_by == change.get("freight", Side.SELLER)


@pytest.mark.parametrize(
    ("ruled", "command", "counts"),
    [
        (ex.RETURN_REFUND, ex.a_decision(), True),
        (ex.RETURN_REFUND, ex.an_amendment(), True),
        (ex.RETURN_REFUND, ex.an_amendment().model_copy(update={"seller_liability_percent": 0}), False),
        (ex.RETURN_REFUND, ex.an_overturning(), False),
        (ex.RETURN_REFUND, ex.an_overturning(ex.PARTIAL).model_copy(update={"seller_liability_percent": 50}), False),
        (None, ex.a_decision(), False),
        (None, ex.an_overturning(ex.PARTIAL).model_copy(update={"seller_liability_percent": 50}), True),
        (None, ex.an_overturning(ex.PARTIAL), False),
    ],
    ids=[
        "upheld against the seller",
        "amended against the seller",
        "amended as a gesture",
        "overturned",
        "overturned and replaced by less",
        "an upheld dismissal",
        "an overturned dismissal",
        "an overturned dismissal without liability",
    ],
)
def test_the_decision_says_whether_the_case_counts_against_the_seller(
    ruled: Terms | None, command: DecideAppeal, counts: bool
) -> None:
    (decided,) = ex.an_appeal_under_review(terms=ruled).when(command).then_types(AppealDecided)
    assert decided.counts_against_seller is counts


def test_findings_on_different_elements_stand_side_by_side() -> None:
    findings = (ex.a_finding(element=Element.PROBLEM), ex.a_finding(element=Element.LOSS))
    ex.an_appeal_under_review().when(ex.a_decision(findings=findings)).then_types(AppealDecided)


@pytest.mark.parametrize(
    ("terms", "rule"),
    [
        (Terms(remedy=Remedy.REFUND), "terms_must_name_an_amount"),
        (Terms(remedy=Remedy.RETURN_REFUND, amount=Money(minor=0)), "terms_must_name_an_amount"),
        (Terms(remedy=Remedy.COMPENSATION), "terms_must_name_an_amount"),
        (Terms(remedy=Remedy.REPAIR, amount=ex.PAID), "terms_must_fit_the_remedy"),
        (
            Terms(remedy=Remedy.REFUND, amount=Money(minor=1, currency="EUR")),
            "currency_must_be_the_orders",
        ),
        (
            Terms(remedy=Remedy.REPAIR, compensation=Money(minor=1, currency="EUR")),
            "currency_must_be_the_orders",
        ),
        (Terms(remedy=Remedy.REFUND, amount=Money(minor=68_801)), "amount_must_not_exceed_price_paid"),
        (Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=206_401)), "compensation_must_be_within_the_limit"),
        (
            Terms(remedy=Remedy.REFUND, amount=ex.PAID, compensation=Money(minor=206_401)),
            "compensation_must_be_within_the_limit",
        ),
        (Terms(remedy=Remedy.RETURN_REFUND, amount=Money(minor=68_801)), "amount_must_not_exceed_price_paid"),
    ],
)
def test_terms_that_cannot_be_carried_out_are_refused(terms: Terms, rule: str) -> None:
    field = ex.an_appeal_under_review().when(ex.an_amendment(terms)).then_refused(rule).field
    assert field in {"terms", "terms.amount"}


@pytest.mark.parametrize(
    "terms",
    [
        Terms(remedy=Remedy.REFUND, amount=ex.PAID, compensation=Money(minor=200_000)),
        Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=200_000)),
        Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=206_400)),
        Terms(remedy=Remedy.EXCHANGE),
    ],
)
def test_compensation_may_go_beyond_the_price_up_to_the_limit_of_the_policy(terms: Terms) -> None:
    ex.an_appeal_under_review().when(ex.an_amendment(terms)).then_types(AppealDecided)


@pytest.mark.parametrize("empty", [{"findings": ()}, {"clauses": ()}])
def test_a_decision_has_at_least_one_finding_and_one_clause(empty: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        DecideAppeal.model_validate({**ex.a_decision().model_dump(), **empty})
