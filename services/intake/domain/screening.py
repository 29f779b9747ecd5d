"""Screening answers at once: every rule a complaint fails, the clause it stands on, and what would cure it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from services.intake.domain.standing import Purchase
from services.intake.domain.words import EarlierCases, HeldNegotiation, TakenUp
from shared.kernel.policy import Category, Condition, Policy
from shared.kernel.reasons import Failure
from shared.kernel.remedies import Demand, Remedy
from shared.kernel.values import said

MONEY = frozenset({Remedy.REFUND, Remedy.RETURN_REFUND, Remedy.COMPENSATION})
OTHER_GOODS = frozenset({Remedy.RETURN_REFUND, Remedy.EXCHANGE, Remedy.REPAIR})


@dataclass(frozen=True, slots=True)
class Claim:
    """A complaint with everything that screening looks at.

    `taken_up` is how another case about this line and ground stands, `caution_unread` that the buyer regrets what
    the listing cautions of, and `earlier_cases` in how many others the parties were lately.
    """

    at: datetime
    category: str
    sub_reason: str
    demand: Demand
    purchase: Purchase
    negotiation: HeldNegotiation | None
    taken_up: TakenUp | None
    policy: Policy
    last_update_at: datetime | None = None
    caution_unread: bool = False
    earlier_cases: EarlierCases = field(default_factory=EarlierCases)

    @property
    def listed(self) -> Category | None:
        """The policy's entry for the category, if it lists the category."""
        return self.policy.categories.get(self.category)

    @property
    def condition(self) -> Condition:
        """What the policy asks for the sub-reason beside what it asks for the category."""
        return self.listed.condition(self.sub_reason) if self.listed else Condition()

    @property
    def needs_delivery(self) -> bool:
        asked = self.condition.needs_delivery
        return asked if asked is not None else self.listed is None or self.listed.needs_delivery

    @property
    def file_by(self) -> datetime | None:
        """The last instant to file: the end of a warranty, or a window after delivery; None while undelivered."""
        warranty_until = self.purchase.line.warranty_until
        if self.condition.until_warranty and warranty_until is not None:
            return warranty_until
        delivered_at = self.purchase.order.delivered_at
        of_category = self.listed.filing if self.listed else None
        hours = self.condition.filing or of_category or self.policy.windows.filing
        return delivered_at and delivered_at + timedelta(hours=hours)

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
    detail = f"the seller was asked at {said(held.opened_at)}"
    return claim.fails("silence_must_last_before_it_counts", detail, f"file again from {said(counts_from)} on")


def _refusal(claim: Claim) -> Failure | None:
    held = claim.negotiation
    if claim.listed is None or not claim.listed.needs_refusal or held is None or held.outcome != "offer_unacceptable":
        return None
    if held.offered is not None and held.offered.remedy not in OTHER_GOODS:
        return None
    detail = "the seller made an offer and is not known to have refused return, exchange or repair"
    cure = "ask for return, exchange or repair and file when the seller refuses, or choose another category"
    return claim.fails("seller_must_have_refused_a_remedy", detail, cure)


def _real(claim: Claim) -> Failure | None:
    why = claim.purchase.order.unreal
    if why is None:
        return None
    cure = "nothing cures this here; if it is a mistake, ask the platform to put the order right"
    return claim.fails("order_must_be_real", f"the platform holds the order for not real: {why}", cure)


def _promised(claim: Claim) -> Failure | None:
    promise = claim.condition.promise
    if promise is None or promise in claim.purchase.order.promises:
        return None
    promised = ", ".join(claim.purchase.order.promises) or "none"
    detail = f"{promise} was not promised with this order; promised services: {promised}"
    return claim.fails("service_must_have_been_promised", detail, "choose the category that fits what happened")


def _stalled(claim: Claim) -> Failure | None:
    hours = claim.condition.stalled
    if hours is None:
        return None
    last = claim.last_update_at
    if last is None or last > claim.at:
        detail = f"tracking counts as stalled after {hours:g} hours without an update"
        return claim.fails("tracking_must_have_stalled", detail, "say when tracking was last updated: last_update_at")
    stalled_from = last + timedelta(hours=hours)
    if claim.at >= stalled_from:
        return None
    cure = f"file again from {said(stalled_from)} on, if nothing moved and the seller gave no reasonable explanation"
    return claim.fails("tracking_must_have_stalled", f"tracking was last updated at {said(last)}", cure)


def _caution(claim: Claim) -> Failure | None:
    cautions = claim.purchase.line.listing.cautions
    if not claim.caution_unread or not cautions or claim.condition.regret_allowed:
        return None
    cure = "name a fault that the caution does not speak of, or return the goods where seven-day return was promised"
    return claim.fails("caution_must_have_been_read", f"the listing says: {cautions}", cure)


def _delivered(claim: Claim) -> Failure | None:
    if not claim.needs_delivery or claim.purchase.order.delivered_at is not None:
        return None
    carried = [name for name, listed in claim.policy.categories.items() if not listed.needs_delivery]
    cure = f"file after delivery, or under {' or '.join(carried)} if the goods do not arrive"
    return claim.fails("order_must_be_delivered", "the order is not recorded as delivered", cure)


def _in_time(claim: Claim) -> Failure | None:
    if claim.file_by is None or claim.at <= claim.file_by:
        return None
    cure = "nothing cures this; the seller may still help freely"
    return claim.fails("complaint_must_be_filed_in_time", f"filing ended at {said(claim.file_by)}", cure)


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
    match claim.taken_up:
        case None:
            return None
        case "pending":
            detail, cure = "is pending", "follow the other case, or state another ground"
        case "settled":
            detail, cure = "was settled, and the settlement was carried out", "state another ground"
        case "decided":
            detail, cure = (
                "was decided",
                "appeal in the other case while its appeal window is open, or state another ground",
            )
        case _:
            assert_never(claim.taken_up)
    return claim.fails("line_and_ground_must_be_new", f"another case about this line and ground {detail}", cure)


RULES: tuple[Callable[[Claim], Failure | None], ...] = (
    _category,
    _real,
    _negotiated,
    _silence,
    _refusal,
    _delivered,
    _promised,
    _stalled,
    _in_time,
    _caution,
    _remedy,
    _amount_named,
    _amount,
    _new,
)
