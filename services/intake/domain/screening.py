"""Screening answers at once: every rule a complaint fails, the clause it stands on, and what would cure it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.standing import Purchase
from services.intake.domain.words import HeldNegotiation
from shared.kernel.policy import Category, Policy
from shared.kernel.reasons import Failure
from shared.kernel.remedies import Demand, Remedy

# What is lost or late on its way may never be delivered, so carriage alone is screened without a delivery.
CARRIAGE = "logistics"
WARRANTY = "warranty_repair_refused"
MONEY = frozenset({Remedy.REFUND, Remedy.RETURN_REFUND, Remedy.COMPENSATION})
OTHER_GOODS = frozenset({Remedy.RETURN_REFUND, Remedy.EXCHANGE, Remedy.REPAIR})


@dataclass(frozen=True, slots=True)
class Claim:
    """A complaint with everything that screening looks at. `taken_up`: another case has this line and ground."""

    at: datetime
    category: str
    sub_reason: str
    demand: Demand
    purchase: Purchase
    negotiation: HeldNegotiation | None
    taken_up: bool
    policy: Policy

    @property
    def listed(self) -> Category | None:
        """The policy's entry for the category, if it lists the category."""
        return self.policy.categories.get(self.category)

    @property
    def file_by(self) -> datetime | None:
        """The last instant to file: the end of a warranty, or a window after delivery; None while undelivered."""
        warranty_until = self.purchase.line.warranty_until
        if self.sub_reason == WARRANTY and warranty_until is not None:
            return warranty_until
        delivered_at = self.purchase.order.delivered_at
        return delivered_at and delivered_at + self.policy.windows.of("filing")

    def fails(self, rule: str, detail: str, cure: str) -> Failure:
        return Failure(rule=rule, clause=self.policy.screening.get(rule), detail=detail, cure=cure)


def screen(claim: Claim) -> tuple[Failure, ...]:
    """Every failed rule, in the order a reader would check them."""
    return tuple(failure for rule in RULES if (failure := rule(claim)) is not None)


def _category(claim: Claim) -> Failure | None:
    if claim.listed is None:
        cure = f"choose one of: {', '.join(claim.policy.categories)}"
        return claim.fails("category_must_be_listed", f"no category {claim.category}", cure)
    if claim.sub_reason not in claim.listed.sub_reasons:
        cure = f"choose one of: {', '.join(claim.listed.sub_reasons)}"
        return claim.fails("category_must_be_listed", f"{claim.category} has no reason {claim.sub_reason}", cure)
    return None


def _negotiated(claim: Claim) -> Failure | None:
    cure = "ask the seller first, here or elsewhere, and say how it ended"
    if claim.negotiation is None:
        return claim.fails("negotiation_must_have_failed", "no negotiation with the seller is known", cure)
    if claim.negotiation.opened_at > claim.at:
        return claim.fails("negotiation_must_have_failed", "the negotiation is said to begin in the future", cure)
    return None


def _silence(claim: Claim) -> Failure | None:
    held = claim.negotiation
    if held is None or held.outcome != "no_response":
        return None
    counts_from = held.opened_at + claim.policy.windows.of("no_response_counts_after")
    if claim.at >= counts_from:
        return None
    detail = f"the seller was asked at {held.opened_at}"
    return claim.fails("silence_must_last_before_it_counts", detail, f"file again from {counts_from} on")


def _refusal(claim: Claim) -> Failure | None:
    held = claim.negotiation
    if claim.listed is None or not claim.listed.needs_refusal or held is None or held.outcome != "offer_unacceptable":
        return None
    if held.offered is not None and held.offered.remedy not in OTHER_GOODS:
        return None
    detail = "the seller made an offer and is not known to have refused return, exchange or repair"
    cure = "ask for return, exchange or repair and file when the seller refuses, or choose another category"
    return claim.fails("seller_must_have_refused_a_remedy", detail, cure)


def _delivered(claim: Claim) -> Failure | None:
    if claim.category == CARRIAGE or claim.purchase.order.delivered_at is not None:
        return None
    cure = f"file after delivery, or under {CARRIAGE} if the goods do not arrive"
    return claim.fails("order_must_be_delivered", "the order is not recorded as delivered", cure)


def _in_time(claim: Claim) -> Failure | None:
    if claim.file_by is None or claim.at <= claim.file_by:
        return None
    cure = "nothing cures this; the seller may still help freely"
    return claim.fails("complaint_must_be_filed_in_time", f"filing ended at {claim.file_by}", cure)


def _remedy(claim: Claim) -> Failure | None:
    if claim.listed is None or claim.demand.remedy in claim.listed.remedies:
        return None
    detail = f"{claim.category} does not allow {claim.demand.remedy}"
    return claim.fails("demand_must_fit_the_category", detail, f"demand one of: {', '.join(claim.listed.remedies)}")


def _amount_named(claim: Claim) -> Failure | None:
    amount = claim.demand.amount
    if claim.demand.remedy not in MONEY or (amount is not None and amount.minor > 0):
        return None
    detail = f"{claim.demand.remedy} asks for money but names no amount"
    return claim.fails("demand_must_name_its_amount", detail, f"name up to {claim.purchase.line.price_paid}")


def _amount(claim: Claim) -> Failure | None:
    amount, paid = claim.demand.amount, claim.purchase.line.price_paid
    if amount is None:
        return None
    if amount.currency != paid.currency:
        return claim.fails("demand_must_be_in_the_order_currency", f"paid was {paid}", f"ask in {paid.currency}")
    if amount.exceeds(paid):
        return claim.fails("demand_must_not_exceed_price_paid", f"{amount} is asked, paid was {paid}", f"up to {paid}")
    return None


def _new(claim: Claim) -> Failure | None:
    if not claim.taken_up:
        return None
    detail = "another case about this line and ground is pending or decided"
    return claim.fails("line_and_ground_must_be_new", detail, "follow the other case, or state another ground")


RULES: tuple[Callable[[Claim], Failure | None], ...] = (
    _category,
    _negotiated,
    _silence,
    _refusal,
    _delivered,
    _in_time,
    _remedy,
    _amount_named,
    _amount,
    _new,
)
