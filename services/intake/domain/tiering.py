"""Simple cases go to the frontline, all others to a specialist, with the reasons on record."""

from services.intake.domain.screening import Claim
from shared.kernel.actors import Role


def tier_of(claim: Claim) -> tuple[Role, tuple[str, ...]]:
    """The tier for a complaint that is taken up, and why it is not the frontline; no reasons for a simple one."""
    reasons = tuple(reason for reason, holds in _reasons(claim) if holds)
    return (Role.SPECIALIST if reasons else Role.FRONTLINE), reasons


def _reasons(claim: Claim) -> tuple[tuple[str, bool], ...]:
    policy, held, listed, earlier = claim.policy, claim.negotiation, claim.listed, claim.earlier_cases
    paid, limit = claim.purchase.line.price_paid, policy.limits.frontline_amount
    return (
        (claim.category, listed is not None and listed.tier is not Role.FRONTLINE),
        (claim.sub_reason, claim.condition.tier not in {None, Role.FRONTLINE}),
        # An amount in another currency cannot be compared with the limit, so it gets the higher authority.
        ("high_amount", paid.currency != limit.currency or paid.exceeds(limit)),
        ("seller_not_cooperating", held is not None and held.outcome in policy.uncooperative),
        ("repeated_buyer", earlier.buyer >= policy.limits.repeated_buyer_cases),
        ("repeated_seller", earlier.seller >= policy.limits.repeated_seller_cases),
    )
