"""What appeals tells the world: appeals opened, dismissed and finally decided."""

from typing import ClassVar

from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties
from shared.kernel.ids import Id
from shared.kernel.reasons import AppealGround, AppealOutcome, Failure, Finding
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment


class AppealOpened(Published):
    """An admissible appeal opens an appeal round; obligations not yet carried out are stayed."""

    TYPE: ClassVar[str] = "appeal.opened.v1"
    TOPIC: ClassVar[str] = "appeal.opened"
    SOURCE: ClassVar[str] = "appeals"

    appeal_id: Id
    appellant: Actor
    parties: Parties
    grounds: tuple[AppealGround, ...]
    reason: str
    evidence_due_at: Moment
    policy_version: str


class AppealDismissed(Published):
    """An appeal was not admitted, with every failed rule; the ruling stands."""

    TYPE: ClassVar[str] = "appeal.dismissed.v1"
    TOPIC: ClassVar[str] = "appeal.dismissed"
    SOURCE: ClassVar[str] = "appeals"

    appeal_id: Id
    appellant: Actor
    failures: tuple[Failure, ...]


class AppealDecided(Published):
    """The final decision. Its obligations replace those of the ruling; what was done is set off."""

    TYPE: ClassVar[str] = "appeal.decided.v1"
    TOPIC: ClassVar[str] = "appeal.decided"
    SOURCE: ClassVar[str] = "appeals"

    outcome: AppealOutcome
    reviewer: Actor
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    what_changed: str
    explanation: str
