"""What a review must know of a case: its parties, the rules it is pinned to, and the ruling that is contested."""

from collections.abc import Iterable

from shared.kernel.actors import Parties, Side
from shared.kernel.ids import Id
from shared.kernel.items import ManifestItem
from shared.kernel.money import Money
from shared.kernel.obligations import ComplianceHours
from shared.kernel.policy import Hours, Policy
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment, Value


class AppealRules(Value):
    """The numbers and clause ids of the pinned policy version that an appeal needs."""

    policy_version: str
    appeal_evidence: Hours
    review: Hours
    compliance: ComplianceHours
    clauses: tuple[str, ...]
    # Files that were opened before the policy had these keep what a new policy file starts with.
    review_assignment: Hours = 24
    reminder_percents: tuple[int, ...] = ()
    attempts: int = 3
    reason_characters: int = 20
    item_characters: int = 10
    compensation_percent: int = 300

    @classmethod
    def of(cls, policy: Policy) -> "AppealRules":
        windows = policy.windows
        return cls(
            policy_version=policy.version,
            appeal_evidence=windows.appeal_evidence,
            review=windows.review,
            compliance=ComplianceHours(
                ship_return=windows.ship_return,
                refund=windows.refund,
                refund_after_receipt=windows.refund_after_receipt,
                remedy=windows.remedy,
            ),
            clauses=tuple(clause.id for clause in policy.clauses),
            review_assignment=windows.review_assignment,
            reminder_percents=policy.reminders.percents,
            attempts=policy.limits.appeal_attempts,
            reason_characters=policy.limits.appeal_reason_characters,
            item_characters=policy.limits.appeal_item_characters,
            compensation_percent=policy.limits.compensation_percent,
        )


class CaseFile(Value):
    """Whose case it is and which rules hold for it."""

    parties: Parties
    rules: AppealRules


class ContestedRuling(Value):
    """What a review can keep or replace, and until when it can be asked to."""

    ruling_id: Id
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    seller_liability_percent: int
    price_paid: Money
    appeal_until: Moment
    freight_paid_by: Side | None = None


class SealedItem(Value):
    """An item of a sealed manifest and when the other side could first see it."""

    item_id: Id
    disclosed_at: Moment


def sealed(manifest: Iterable[ManifestItem]) -> tuple[SealedItem, ...]:
    """The manifest as far as citing from it goes."""
    return tuple(SealedItem(item_id=item.item_id, disclosed_at=item.disclosed_at) for item in manifest)
