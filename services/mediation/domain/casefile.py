"""What mediation keeps of an accepted complaint: who, how much, and the numbers of the pinned policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from shared.kernel.actors import Parties, Role, Side
from shared.kernel.clocks import reminders
from shared.kernel.ids import Id
from shared.kernel.items import Element, ManifestItem
from shared.kernel.money import Money
from shared.kernel.policy import Burden, Limits, MediationRules, Policy, Reminders, Windows
from shared.kernel.remedies import Obligation
from shared.kernel.values import Moment, Value

VIOLATIONS: Final = "seller_violation"
"""The category whose sub-reasons name the violations that a ruling can find."""


class CaseRules(Value):
    """The part of the pinned policy version that this case is decided by.

    Files opened before a rule was kept do without it: nobody is reminded, and nothing bounds what it bounds.
    """

    windows: Windows
    limits: Limits
    clauses: tuple[str, ...]
    burden: tuple[Burden, ...]
    reminders: Reminders = Field(default_factory=lambda: Reminders(percents=(), compliance_percents=()))
    mediation: MediationRules | None = None
    violations: tuple[str, ...] = ()

    @property
    def handled_recently(self) -> timedelta:
        """For how long having handled a party counts against an adjudicator."""
        return timedelta(hours=self.mediation.handled_recently) if self.mediation else timedelta(0)

    def remind(self, start: datetime, due: datetime | None) -> tuple[Moment, ...]:
        """When the owner of a duty is reminded of it."""
        return reminders(start, due, self.reminders.percents) if due else ()

    def remind_to_comply(self, start: datetime, due: datetime | None) -> tuple[Moment, ...]:
        """When a debtor is reminded of what is owed; not at all while it waits for something."""
        return reminders(start, due, self.reminders.compliance_percents) if due else ()

    def remind_debtors(self, start: datetime, obligations: Sequence[Obligation]) -> dict[Id, tuple[Moment, ...]]:
        """The instants of several obligations, by their ids."""
        return {each.id: self.remind_to_comply(start, each.comply_by) for each in obligations}

    def authority(self, role: Role) -> Money:
        """The highest amount this role may award alone."""
        return self.limits.specialist_amount if role is Role.SPECIALIST else self.limits.frontline_amount

    def bearer_of(self, element: Element) -> Side:
        """Who must show an element; who claims must show what the policy does not assign."""
        return next((burden.bearer for burden in self.burden if burden.element is element), Side.BUYER)


class CaseFile(Value):
    """The file of one case, unchanged from acceptance to the end. Old files do not name their order."""

    parties: Parties
    tier: Role
    price_paid: Money
    policy_version: str
    rules: CaseRules
    order_id: Id | None = None
    line_id: Id | None = None


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
        reminders=policy.reminders,
        mediation=policy.mediation,
        violations=policy.categories[VIOLATIONS].sub_reasons if VIOLATIONS in policy.categories else (),
    )
