"""Reasoning duties: findings with cited evidence and clauses, and failed rules with their cure."""

from enum import StrEnum

from shared.kernel.ids import Id
from shared.kernel.items import Element
from shared.kernel.texts import Words
from shared.kernel.values import Value


class Finding(Value):
    """What is held on one element of the claim, and the disclosed items it rests on."""

    element: Element
    shown: bool
    reasoning: Words
    cites: tuple[Id, ...] = ()


class Failure(Value):
    """One failed rule: its stable code, the clause it stands on, and what would cure it."""

    rule: str
    clause: str | None = None
    detail: str
    cure: str


class RulingKind(StrEnum):
    """What a ruling can be (product.md section 5.1)."""

    GRANT = "grant"
    DISMISS = "dismiss"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


class AppealOutcome(StrEnum):
    """What a review can decide."""

    UPHOLD = "uphold"
    AMEND = "amend"
    OVERTURN = "overturn"


class AppealGround(StrEnum):
    """The coded grounds of an appeal (product.md section 6.1)."""

    NEW_EVIDENCE = "new_evidence"
    WRONG_FACTS = "wrong_facts"
    WRONG_CLAUSE = "wrong_clause"
    PROCEDURE = "procedure"
    DISPROPORTIONATE = "disproportionate"
    LATE_EVIDENCE_JUSTIFIED = "late_evidence_justified"
