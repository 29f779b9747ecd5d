"""A case closes when its decision is final and everything it orders is done."""

from collections.abc import Sequence

from services.intake.domain.case import Ruled, State
from services.intake.domain.events import ComplaintClosed, DecisionBecameFinal, IntakeFact
from services.intake.domain.evolving import evolve


def with_what_follows(state: State, fact: IntakeFact) -> Sequence[IntakeFact]:
    """The fact, and the finality and closing that it brings about."""
    after = evolve(state, fact)
    if not isinstance(after, Ruled) or not after.unappealable:
        return [fact]
    reviewed = after.appeals.decision is not None
    facts = [fact]
    if not after.final:
        facts.append(DecisionBecameFinal(basis="appeal" if reviewed else "ruling"))
    if after.carried_out:
        facts.append(ComplaintClosed(outcome="appeal_decided" if reviewed else "ruled"))
    return facts
