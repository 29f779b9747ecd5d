"""Upholding keeps the ruling; amending or overturning changes it, says how, and grants only what can be carried out."""

from collections.abc import Iterator
from typing import assert_never

from services.appeals.domain.case_file import ContestedRuling
from shared.kernel.reasons import AppealOutcome
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Terms
from shared.kernel.terms import award_fault


def outcome_failing(
    outcome: AppealOutcome, terms: Terms | None, liability: int, what_changed: str, ruling: ContestedRuling
) -> Refused | None:
    """The first rule the outcome breaks, or None."""
    match outcome:
        case AppealOutcome.UPHOLD:
            return next(_upholding_failing(terms, liability, ruling), None)
        case AppealOutcome.AMEND | AppealOutcome.OVERTURN:
            return next(_changing_failing(outcome, terms, what_changed, ruling), None)
        case _:
            assert_never(outcome)


def _upholding_failing(terms: Terms | None, liability: int, ruling: ContestedRuling) -> Iterator[Refused]:
    if terms is not None and terms != ruling.terms:
        yield _upholding_changes("terms")
    if liability != ruling.seller_liability_percent:
        yield _upholding_changes("seller_liability_percent")


def _upholding_changes(field: str) -> Refused:
    return Refused(
        "upholding_keeps_the_ruling",
        detail=f"{field} differs from the ruling",
        field=field,
        cure="keep it as ruled, or amend the ruling",
    )


def _changing_failing(
    outcome: AppealOutcome, terms: Terms | None, what_changed: str, ruling: ContestedRuling
) -> Iterator[Refused]:
    if not what_changed:
        yield Refused(
            "change_must_be_explained",
            detail=f"the outcome is {outcome}, but nothing says what changed and why",
            field="what_changed",
        )
    if outcome is AppealOutcome.AMEND and terms is None:
        yield Refused(
            "amending_must_name_the_terms",
            detail="an amended ruling still grants something",
            field="terms",
            cure="name the terms, or overturn the ruling to grant nothing",
        )
    if outcome is AppealOutcome.OVERTURN and terms == ruling.terms:
        yield Refused(
            "overturning_must_change_the_terms",
            detail="the terms are those of the ruling",
            field="terms",
            cure="name other terms, or uphold or amend the ruling",
        )
    if terms is not None and (fault := award_fault(terms, ruling.price_paid)):
        yield fault
