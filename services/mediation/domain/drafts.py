"""What a ruling says, as it is drafted and then issued."""

from shared.kernel.actors import Side
from shared.kernel.reasons import Finding, RulingKind
from shared.kernel.remedies import Terms
from shared.kernel.values import Value


class Draft(Value):
    """A ruling in full, before it is issued. `violation` is a rule of the platform that the seller broke."""

    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    freight_paid_by: Side
    inspection_paid_by: Side | None
    released_to: Side | None
    explanation: str
    violation: str | None
