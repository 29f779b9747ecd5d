"""Upholding keeps the ruling; amending or overturning changes it, says how, and grants only what can be carried out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from services.appeals.domain.case_file import ContestedRuling
from shared.kernel.actors import Side
from shared.kernel.reasons import AppealOutcome
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms, against_seller
from shared.kernel.terms import award_fault, compensation_fault


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer answers to the ruling."""

    outcome: AppealOutcome
    terms: Terms | None
    liability: int
    freight_paid_by: Side | None
    what_changed: str


def outcome_failing(answer: Answer, ruling: ContestedRuling, compensation_percent: int) -> Refused | None:
    """The first rule the outcome breaks, or None."""
    match answer.outcome:
        case AppealOutcome.UPHOLD:
            return next(_upholding_failing(answer, ruling), None)
        case AppealOutcome.AMEND | AppealOutcome.OVERTURN:
            fault = next(_changing_failing(answer, ruling), None)
            if fault or answer.terms is None:
                return fault
            return award_fault(answer.terms, ruling.price_paid) or compensation_fault(
                answer.terms, ruling.price_paid, compensation_percent
            )
        case _:
            assert_never(answer.outcome)


def counts_against_seller(answer: Answer, ruling: ContestedRuling) -> bool:
    """Whether the case stays on the seller's scorecard.

    A ruling against the seller that is overturned never counts, whatever takes its place.
    """
    terms = ruling.terms if answer.outcome is AppealOutcome.UPHOLD else answer.terms
    if answer.outcome is AppealOutcome.OVERTURN and against_seller(ruling.terms, ruling.seller_liability_percent):
        return False
    return against_seller(terms, answer.liability)


def _upholding_failing(answer: Answer, ruling: ContestedRuling) -> Iterator[Refused]:
    if answer.terms is not None and answer.terms != ruling.terms:
        yield _upholding_changes("terms")
    if answer.liability != ruling.seller_liability_percent:
        yield _upholding_changes("seller_liability_percent")
    if not _freight_stays(answer, ruling):
        yield _upholding_changes("freight_paid_by")


def _freight_stays(answer: Answer, ruling: ContestedRuling) -> bool:
    return answer.freight_paid_by in {None, ruling.freight_paid_by}


def _upholding_changes(field: str) -> Refused:
    return Refused(
        "upholding_keeps_the_ruling",
        detail=f"{field} is not as ruled",
        field=field,
        cure="keep it as ruled, or amend the ruling",
    )


def _changing_failing(answer: Answer, ruling: ContestedRuling) -> Iterator[Refused]:
    if not answer.what_changed:
        yield Refused(
            "change_must_be_explained",
            detail=f"the outcome is {answer.outcome}, but nothing says what changed and why",
            field="what_changed",
        )
    if answer.outcome is AppealOutcome.AMEND and answer.terms is None:
        yield Refused(
            "amending_must_name_the_terms",
            detail="an amended ruling still grants something",
            field="terms",
            cure="name the terms, or overturn the ruling to grant nothing",
        )
    same_terms = answer.terms == ruling.terms
    if answer.outcome is AppealOutcome.OVERTURN and same_terms:
        yield Refused(
            "overturning_must_change_the_terms",
            detail="the terms are those of the ruling",
            field="terms",
            cure="name other terms, or uphold or amend the ruling",
        )
    same_share = answer.liability == ruling.seller_liability_percent and _freight_stays(answer, ruling)
    if same_terms and same_share:
        yield Refused(
            "amending_must_change_the_ruling",
            detail="terms, liability and freight are those of the ruling",
            field="outcome",
            cure="change one of them, or uphold the ruling",
        )
