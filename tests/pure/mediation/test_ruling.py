"""Issuing a ruling: who, when, on what reasons, up to what amount."""

from datetime import timedelta
from typing import Any

import pytest

from services.mediation.domain.casefile import Unshown
from services.mediation.domain.events import (
    ObligationsFulfilled,
    RulingDrafted,
    RulingIssued,
    SuccessorSought,
    ViolationFound,
)
from services.mediation.domain.failing import FailMediation
from services.mediation.domain.ruling import IssueRuling
from services.mediation.domain.standing import Done
from shared.kernel.actors import Role, Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element
from shared.kernel.money import Money
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.remedies import Remedy, Terms
from tests.examples import mediation as the

NO_EVIDENCE: dict[str, Any] = {
    "kind": RulingKind.INSUFFICIENT_EVIDENCE,
    "terms": None,
    "clauses": ("evidence.burden",),
    "findings": (the.CRACK_IS_NOT_SHOWN,),
}


def citing(item_id: str) -> Finding:
    return Finding(element=Element.PROBLEM, shown=True, reasoning="It is plain to see.", cites=(item_id,))


def refunding(minor: int, compensation: int | None = None) -> Terms:
    extra = None if compensation is None else Money(minor=compensation)
    return Terms(remedy=Remedy.REFUND, amount=Money(minor=minor), compensation=extra)


def test_a_ruling_carries_everything_the_parties_and_the_reviewer_need() -> None:
    the.a_failed_mediation().when(the.a_ruling()).then(
        RulingIssued(
            ruling_id=derived_id("issue_ruling-1", "ruling"),
            kind=RulingKind.GRANT,
            findings=(the.SPOUT_IS_CRACKED,),
            unshown=(),
            clauses=("quality.2",),
            seller_liability_percent=100,
            terms=the.RETURN_REFUND,
            obligations=the.ruled(),
            freight_paid_by=Side.SELLER,
            explanation="The spout was cracked on arrival.",
            adjudicators=(the.MEI,),
            parties=the.PARTIES,
            price_paid=the.TEAPOT_PRICE,
            manifest_digest=the.DIGEST,
            appeal_until=the.RULED_AT + timedelta(days=7),
            policy_version=the.the_policy().version,
            remind_at=the.debtors_reminded(the.RULED_AT, *the.ruled()),
        )
    )


def test_a_dismissal_obliges_nobody_and_is_fulfilled_at_once() -> None:
    facts = the.a_failed_mediation().when(the.a_dismissal()).then_types(RulingIssued, ObligationsFulfilled)

    assert facts[1] == ObligationsFulfilled(basis="ruling", obligations=())
    assert isinstance(the.a_dismissed_case().state, Done)


def test_insufficient_evidence_names_the_element_and_who_bore_its_burden() -> None:
    facts = the.a_failed_mediation().when(the.a_ruling(**NO_EVIDENCE)).then_types(RulingIssued, ObligationsFulfilled)

    assert facts[0].unshown == (Unshown(element=Element.PROBLEM, bearer=Side.BUYER),)


def test_a_ruling_is_issued_once() -> None:
    for history in (the.a_ruled_case(), the.a_dismissed_case(), the.a_settled_case(), the.no_file()):
        history.when(the.a_ruling()).then_refused("ruling_must_be_due")


def test_a_ruling_waits_until_mediation_has_failed() -> None:
    the.an_open_mediation().when(the.a_ruling()).then_refused("mediation_must_have_failed")


def test_only_the_assigned_adjudicator_rules() -> None:
    for stranger in (the.BAO, the.GAO, the.LIN):
        ruling = the.a_ruling(by=stranger)

        the.a_failed_mediation().when(ruling).then_refused("only_the_assigned_adjudicator_may_do_this")


@pytest.mark.parametrize(
    ("ruling", "rule"),
    [
        (the.a_ruling(clauses=()), "decision_must_name_a_clause"),
        (the.a_ruling(clauses=("quality.2", "quality.99")), "clause_must_be_in_the_pinned_policy"),
        (the.a_ruling(findings=()), "each_element_must_have_one_finding"),
        (
            the.a_ruling(findings=(the.SPOUT_IS_CRACKED, the.CRACK_IS_NOT_SHOWN)),
            "each_element_must_have_one_finding",
        ),
        (the.a_ruling(findings=(citing("photo-of-a-bowl"),)), "cited_item_must_be_in_the_sealed_manifest"),
        (the.a_ruling(findings=(citing("kiln-certificate"),)), "cited_item_must_have_been_disclosed"),
        (the.a_ruling(None), "grant_must_have_terms"),
        (the.a_ruling(kind=RulingKind.DISMISS), "only_a_grant_has_terms"),
        (
            the.a_ruling(**{**NO_EVIDENCE, "findings": (the.SPOUT_IS_CRACKED,)}),
            "insufficient_evidence_must_name_an_element_not_shown",
        ),
        (
            the.a_ruling(**{**NO_EVIDENCE, "findings": (the.SELLER_PACKED_WELL_IS_NOT_SHOWN,)}),
            "insufficient_evidence_must_be_the_buyers_burden",
        ),
        (the.a_ruling(Terms(remedy=Remedy.REFUND)), "terms_must_name_an_amount"),
        (the.a_ruling(Terms(remedy=Remedy.REPAIR, amount=Money(minor=1))), "terms_must_fit_the_remedy"),
        (
            the.a_ruling(Terms(remedy=Remedy.REFUND, amount=Money(minor=1, currency="EUR"))),
            "currency_must_be_the_orders",
        ),
        (the.a_ruling(freight_paid_by=Side.BUYER), "who_errs_must_pay"),
        (the.a_ruling(inspection_paid_by=Side.BUYER), "who_errs_must_pay"),
        (the.a_ruling(seller_liability_percent=0), "who_errs_must_pay"),
        (the.a_ruling(released_to=Side.BUYER), "money_must_follow_the_terms"),
        (the.a_ruling(**NO_EVIDENCE, released_to=Side.BUYER), "money_must_stay_where_nothing_is_granted"),
        (the.a_ruling(violation="loud_music"), "violation_must_be_listed"),
        (the.a_ruling(refunding(100, 140_401)), "compensation_must_be_within_the_limit"),
        (
            the.a_ruling(Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=140_401))),
            "compensation_must_be_within_the_limit",
        ),
        (the.a_ruling(refunding(46_801)), "amount_must_not_exceed_price_paid"),
        (the.a_ruling(refunding(46_800, 3_201)), "amount_exceeds_authority"),
    ],
)
def test_a_ruling_without_sound_reasons_or_authority_is_refused(ruling: IssueRuling, rule: str) -> None:
    the.a_failed_mediation().when(ruling).then_refused(rule)


def test_frontline_awards_up_to_its_whole_authority() -> None:
    the.a_failed_mediation().when(the.a_ruling(refunding(46_800, 3_200))).then_types(RulingIssued)


def test_compensation_may_exceed_the_price_within_authority() -> None:
    compensation = Terms(remedy=Remedy.COMPENSATION, amount=Money(minor=50_000))

    the.a_failed_mediation().when(the.a_ruling(compensation)).then_types(RulingIssued)


def test_a_specialist_awards_more_until_two_must_agree() -> None:
    history = the.a_failed_mediation(Money(minor=3_000_000), Role.SPECIALIST)

    history.when(the.a_ruling(refunding(2_000_000), by=the.GAO)).then_types(RulingIssued)
    history.when(the.a_ruling(refunding(2_000_001), by=the.GAO)).then_types(RulingDrafted, SuccessorSought)


def test_an_amount_in_a_currency_the_policy_does_not_bound_is_beyond_anyones_authority() -> None:
    dollars = Money(minor=100, currency="USD")
    ruling = the.a_ruling(Terms(remedy=Remedy.REFUND, amount=dollars))

    the.a_failed_mediation(dollars).when(ruling).then_refused("amount_exceeds_authority")


def test_a_grant_may_rest_on_what_the_seller_did_not_show() -> None:
    ruling = the.a_ruling(findings=(the.SPOUT_IS_CRACKED, the.SELLER_PACKED_WELL_IS_NOT_SHOWN))

    facts = the.a_failed_mediation().when(ruling).then_types(RulingIssued)

    assert facts[0].unshown == (Unshown(element=Element.RESPONSIBILITY, bearer=Side.SELLER),)


def test_what_is_granted_in_part_and_compensated_is_owed_together() -> None:
    ruling = the.a_ruling(refunding(15_000, 20_000))

    facts = the.a_failed_mediation().when(ruling).then_types(RulingIssued)

    assert [owed.amount for owed in facts[0].obligations] == [Money(minor=15_000), Money(minor=20_000)]


@pytest.mark.parametrize("kind", [RulingKind.INSUFFICIENT_EVIDENCE, RulingKind.DISMISS])
@pytest.mark.parametrize("said", [None, Side.SELLER])
def test_where_nothing_is_granted_the_money_goes_to_the_seller(kind: RulingKind, said: Side | None) -> None:
    ruling = the.a_ruling(**{**NO_EVIDENCE, "kind": kind}, released_to=said)

    facts = the.a_failed_mediation().when(ruling).then_types(RulingIssued, ObligationsFulfilled)

    assert facts[0].released_to is Side.SELLER


def test_freight_and_inspection_may_be_shared_out_where_both_err() -> None:
    ruling = the.a_ruling(seller_liability_percent=60, freight_paid_by=Side.SELLER, inspection_paid_by=Side.BUYER)

    facts = the.a_failed_mediation().when(ruling).then_types(RulingIssued)

    assert (facts[0].freight_paid_by, facts[0].inspection_paid_by) == (Side.SELLER, Side.BUYER)


def test_a_violation_that_is_found_is_reported_beside_the_ruling() -> None:
    ruling = the.a_ruling(violation="counterfeit")

    facts = the.a_failed_mediation().when(ruling).then_types(RulingIssued, ViolationFound)

    assert facts[1] == ViolationFound(
        parties=the.PARTIES, order_id="order-7", line_id="line-1", violation="counterfeit"
    )


def test_a_file_without_its_order_reports_no_violation() -> None:
    """As files opened by earlier versions are: they keep neither their order nor newer rules."""
    opened: Any = the.a_failed_mediation().facts[0]
    rules = opened.file.rules.model_copy(update={"mediation": None})
    old = opened.file.model_copy(update={"order_id": None, "rules": rules})
    history = the.no_file()
    facts = (opened.model_copy(update={"file": old}), *the.a_failed_mediation().facts[1:])
    history = type(history)(history.decider, facts)

    history.when(the.a_ruling(violation="counterfeit")).then_refused("violation_must_name_its_order")


def test_everyone_who_had_the_case_stands_on_the_ruling() -> None:
    failing = the.asked(FailMediation, by=the.GAO, at=the.FAILED_AT, reason="No way.")
    history = the.a_specialists_mediation().after(failing)

    facts = history.when(the.a_ruling(by=the.GAO)).then_types(RulingIssued)

    assert facts[0].adjudicators == (the.MEI, the.GAO)
