"""The appeals of a case: while one waits for its decision, nothing is final."""

from dataclasses import dataclass, replace
from typing import assert_never

from services.intake.domain.events import AppealDecisionNoted, AppealDismissalNoted, AppealFact, AppealNoted


@dataclass(frozen=True, slots=True)
class Appeals:
    """The appeals of a case, by id, and the decision on them."""

    opened: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()
    decision: AppealDecisionNoted | None = None

    @property
    def heard(self) -> bool:
        """Whether anything about an appeal is known."""
        return self != Appeals()

    @property
    def pending(self) -> bool:
        """Whether an appeal waits for its decision."""
        return self.decision is None and bool(self.opened - self.dismissed)

    def after(self, fact: AppealFact) -> "Appeals":
        """The appeals with one more fact."""
        match fact:
            case AppealNoted():
                return replace(self, opened=self.opened | {fact.appeal_id})
            case AppealDismissalNoted():
                return replace(self, dismissed=self.dismissed | {fact.appeal_id})
            case AppealDecisionNoted():
                return replace(self, decision=fact)
            case _:
                assert_never(fact)
