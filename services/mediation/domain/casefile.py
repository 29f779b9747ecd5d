"""What mediation keeps of an accepted complaint: who, how much, and the numbers of the pinned policy."""

from shared.kernel.actors import Parties, Role, Side
from shared.kernel.items import Element, ManifestItem
from shared.kernel.money import Money
from shared.kernel.policy import Burden, Limits, Policy, Windows
from shared.kernel.values import Moment, Value


class CaseRules(Value):
    """The part of the pinned policy version that this case is decided by."""

    windows: Windows
    limits: Limits
    clauses: tuple[str, ...]
    burden: tuple[Burden, ...]

    def authority(self, role: Role) -> Money:
        """The highest amount this role may award alone."""
        return self.limits.specialist_amount if role is Role.SPECIALIST else self.limits.frontline_amount

    def bearer_of(self, element: Element) -> Side:
        """Who must show an element; who claims must show what the policy does not assign."""
        return next((burden.bearer for burden in self.burden if burden.element is element), Side.BUYER)


class CaseFile(Value):
    """The file of one case, unchanged from acceptance to the end."""

    parties: Parties
    tier: Role
    price_paid: Money
    policy_version: str
    rules: CaseRules


class SealedEvidence(Value):
    """The manifest of the first round as it was sealed, the only evidence a ruling may cite."""

    manifest: tuple[ManifestItem, ...]
    digest: str
    sealed_at: Moment


class Unshown(Value):
    """An element that was not shown, and the side that bore its burden."""

    element: Element
    bearer: Side


def rules_of(policy: Policy, category: str) -> CaseRules:
    """What a case of this category needs of its policy."""
    known = policy.categories.get(category)
    return CaseRules(
        windows=policy.windows,
        limits=policy.limits,
        clauses=tuple(clause.id for clause in policy.clauses),
        burden=known.burden if known else (),
    )
