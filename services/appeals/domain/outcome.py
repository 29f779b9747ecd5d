"""Upholding keeps the ruling; amending or overturning changes it, says how, and grants only what can be carried out."""

from collections.abc import Iterator
from typing import assert_never

from services.appeals.domain.case_file import ContestedRuling
from shared.kernel.money import Money
from shared.kernel.reasons import AppealOutcome
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Remedy, Terms


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
    if terms is not None:
        yield from _terms_failing(terms, ruling.price_paid)


def _terms_failing(terms: Terms, price_paid: Money) -> Iterator[Refused]:
    pays = terms.remedy not in {Remedy.EXCHANGE, Remedy.REPAIR}
    if pays and (terms.amount is None or terms.amount.minor == 0):
        yield Refused(
            "terms_must_name_the_amount", detail=f"a {terms.remedy} is owed in an amount above zero", field="terms"
        )
    if not pays and terms.amount is not None:
        yield Refused(
            "only_money_remedies_name_an_amount",
            detail=f"nobody would owe the {terms.amount} beside the {terms.remedy}",
            field="terms",
            cure="name money beside it as compensation",
        )
    amounts = [amount for amount in (terms.amount, terms.compensation) if amount is not None]
    if any(amount.currency != price_paid.currency for amount in amounts):
        yield Refused(
            "amounts_must_be_in_the_currency_paid", detail=f"the order was paid in {price_paid.currency}", field="terms"
        )
    elif terms.remedy in {Remedy.REFUND, Remedy.RETURN_REFUND} and any(a.exceeds(price_paid) for a in amounts[:1]):
        yield Refused(
            "refund_must_not_exceed_the_price_paid",
            detail=f"{terms.amount} is more than the {price_paid} paid",
            clause="process.demand",
            field="terms",
            cure="grant what goes beyond the price as compensation",
        )
