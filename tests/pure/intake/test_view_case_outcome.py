"""One row per case: how it came out, who decided it, how long each step took."""

from datetime import datetime, timedelta

import pytest

from services.intake.domain.events import ComplaintClosed
from services.intake.views.case_outcome import STEPS, VIEW, CaseOutcome
from shared.eventing.messages import Fact, Published
from shared.eventing.model import Entry
from shared.kernel.actors import SYSTEM
from shared.kernel.items import Element
from shared.kernel.reasons import AppealOutcome, Finding
from tests.examples.intake import (
    CASE,
    a_case_suspended_by_consent,
    a_complaint_rejected_after_negotiation,
    a_filed_complaint,
    a_known_order,
    a_rejected_complaint,
    a_withdrawn_complaint,
    an_agreed_negotiation,
    an_open_negotiation,
    file_complaint,
)
from tests.kit.deciding import NOON, document_of
from tests.pure.intake import heard

FILED = a_filed_complaint().facts


def shown(*messages: Fact | Published) -> CaseOutcome:
    case = document_of(VIEW, *messages, stream=CASE)
    assert case is not None
    return case


@pytest.mark.parametrize(
    ("messages", "result"),
    [
        (an_open_negotiation().facts, "negotiating"),
        (an_agreed_negotiation().facts[:-1], "negotiating"),
        (an_agreed_negotiation().facts, "negotiated"),
        (a_rejected_complaint().facts, "rejected"),
        (a_complaint_rejected_after_negotiation().facts, "rejected"),
        (a_withdrawn_complaint().facts, "withdrawn"),
        (FILED[:1], "open"),
        (FILED, "open"),
        (a_case_suspended_by_consent().facts, "open"),
        ((*FILED, heard.a_settlement()), "settled"),
        ((*FILED, heard.a_ruling()), "lost"),
        ((*FILED, heard.a_ruling(terms=None)), "won"),
        ((*FILED, heard.a_ruling(), heard.an_appeal_opened()), "lost"),
        ((*FILED, heard.a_ruling(), heard.an_appeal_decided(AppealOutcome.UPHOLD)), "lost"),
        ((*FILED, heard.a_ruling(), heard.an_appeal_decided(AppealOutcome.AMEND)), "lost"),
        ((*FILED, heard.a_ruling(terms=None), heard.an_appeal_decided(AppealOutcome.OVERTURN)), "lost"),
    ],
)
def test_a_case_comes_out_as_its_facts_say(messages: tuple[Fact | Published, ...], result: str) -> None:
    assert shown(*messages).result == result


def test_an_overturned_ruling_no_longer_counts_against_the_seller() -> None:
    """INVARIANT: product.md 6.5.

    It breaks when the ruling outweighs the review, or when it matters which of the two is heard first.
    """
    ruling, review = heard.a_ruling(), heard.an_appeal_decided(AppealOutcome.OVERTURN)

    assert shown(*FILED, ruling, review).result == "overturned"
    assert shown(*FILED, review, ruling).result == "overturned"


def test_what_the_review_says_of_the_scorecard_is_taken_as_told() -> None:
    told = heard.an_appeal_decided(AppealOutcome.AMEND).model_copy(update={"counts_against_seller": False})

    assert shown(*FILED, heard.a_ruling(), told).result == "won"


def test_a_stream_of_an_order_is_no_case() -> None:
    assert document_of(VIEW, heard.an_order_recorded(), *a_known_order().facts) is None


def test_a_case_that_is_filed_again_counts_from_its_first_filing() -> None:
    rejected = a_rejected_complaint()
    again = rejected.after(file_complaint(at=NOON + timedelta(days=1)))
    case = shown(*again.facts)

    assert (case.result, case.filed_at) == ("open", NOON)

    unanswered = shown(*again.facts[:-1])
    assert (unanswered.result, unanswered.screened_at) == ("open", None)


def test_each_step_is_measured_from_its_start_to_its_end() -> None:
    def at(hours: int) -> datetime:
        return NOON + timedelta(hours=hours)

    steps: list[tuple[int, Fact | Published]] = [
        *((0, fact) for fact in FILED),
        (72, heard.evidence_closed()),
        (80, heard.evidence_closed()),
        (73, heard.mediation_opened()),
        (100, heard.a_ruling()),
        (130, heard.an_appeal_opened()),
        (140, heard.an_appeal_opened()),
        (200, heard.an_appeal_decided()),
        (248, heard.a_fulfilment()),
        (249, ComplaintClosed(outcome="appeal_decided")),
    ]
    case: CaseOutcome | None = None
    for version, (hours, message) in enumerate(steps, start=1):
        told = message.model_copy(update={"at": at(hours)}) if isinstance(message, Published) else message
        # What is heard is stored later than it happened.
        entry = Entry(CASE, version, at(hours + isinstance(message, Published)), SYSTEM, told, version)
        case = VIEW.evolve(case, entry)

    assert case is not None
    assert dict(case.steps) == {
        "negotiation": None,
        "screening": 0,
        "evidence": 72,
        "decision": 28,
        "compliance": 148,
        "appeal": 70,
        "whole": 249,
    }
    assert tuple(case.steps) == STEPS


def test_the_keys_are_what_figures_count_by() -> None:
    found = tuple(Finding(element=one, shown=one is not Element.LOSS, reasoning="seen") for one in Element)
    ruling = heard.a_ruling().model_copy(update={"findings": found})
    keys = VIEW.keys(shown(*FILED, heard.mediation_opened(), ruling, heard.an_appeal_decided()))

    assert {name: keys[name] for name in ("seller_id", "buyer_id", "category", "month", "filed_on", "taken_up")} == {
        "seller_id": "qingyao-ceramics",
        "buyer_id": "lin",
        "category": "product_quality",
        "month": "2026-11",
        "filed_on": "2026-11-02",
        "taken_up": True,
    }
    assert keys["basis"] == "product_quality/broken/problem+purchase+responsibility"
    assert (keys["kind"], keys["review"], keys["result"]) == ("grant", "amend", "lost")
    assert (keys["adjudicator_id"], keys["reviewer_id"], keys["days"]) == (("zhao",), "zhao", None)


def test_a_case_that_was_never_filed_counts_in_the_month_of_its_negotiation() -> None:
    keys = VIEW.keys(shown(*an_open_negotiation().facts))

    assert (keys["month"], keys["filed_on"], keys["basis"], keys["days"]) == ("2026-11", None, None, None)
    assert VIEW.keys(shown(*FILED, ComplaintClosed(outcome="settled")))["days"] == 0
