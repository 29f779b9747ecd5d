"""Terms must say what they give: money where money is due, in the order's currency, within the price paid."""

from shared.kernel.money import Money
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Remedy, Terms

REFUNDS = frozenset({Remedy.REFUND, Remedy.RETURN_REFUND})
PAID = REFUNDS | {Remedy.COMPENSATION}


def shape_fault(terms: Terms, price_paid: Money) -> Refused | None:
    """What is wrong with the terms in themselves."""
    if terms.remedy in PAID and (terms.amount is None or terms.amount.minor == 0):
        return Refused(
            "terms_must_name_an_amount", f"{terms.remedy} is paid in money", field="terms.amount", cure="give an amount"
        )
    misplaced = terms.compensation if terms.remedy is Remedy.COMPENSATION else None
    if terms.remedy not in PAID:
        misplaced = terms.amount
    if misplaced is not None:
        return Refused(
            "terms_must_fit_the_remedy",
            f"{terms.remedy} does not carry that amount",
            field="terms",
            cure="leave out the amount, or give it as compensation beside a refund, exchange or repair",
        )
    if any(part.currency != price_paid.currency for part in parts(terms)):
        return Refused(
            "currency_must_be_the_orders",
            f"the order was paid in {price_paid.currency}",
            field="terms",
            cure=f"state every amount in {price_paid.currency}",
        )
    return None


def award_fault(terms: Terms, price_paid: Money) -> Refused | None:
    """What is wrong with terms that a ruling or an appeal decision orders; compensation may go beyond the price."""
    return shape_fault(terms, price_paid) or (price_fault(terms, price_paid) if terms.remedy in REFUNDS else None)


def compensation_fault(terms: Terms, price_paid: Money, percent: int) -> Refused | None:
    """A refusal of compensation above so many percent of the price paid; the terms' currency is the price's."""
    bound = Money(minor=price_paid.minor * percent // 100, currency=price_paid.currency)
    part = terms.amount if terms.remedy is Remedy.COMPENSATION else terms.compensation
    if part is None or not part.exceeds(bound):
        return None
    return Refused(
        "compensation_must_be_within_the_limit",
        f"{part} is more than {percent} % of the {price_paid} paid",
        clause="ruling.compensation",
        field="terms",
        cure=f"at most {bound}",
    )


def price_fault(terms: Terms, price_paid: Money) -> Refused | None:
    """A refusal of an amount above the price paid; compensation beside the remedy is not bounded by it."""
    if terms.amount is None or not terms.amount.exceeds(price_paid):
        return None
    return Refused(
        "amount_must_not_exceed_price_paid",
        f"{terms.amount} is more than the {price_paid} paid",
        clause="process.demand",
        field="terms.amount",
        cure=f"at most {price_paid}",
    )


def parts(terms: Terms) -> list[Money]:
    """The amounts the terms name."""
    return [part for part in (terms.amount, terms.compensation) if part is not None]
