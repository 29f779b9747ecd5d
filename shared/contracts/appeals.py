"""What appeals tells the world: appeals opened, dismissed, withdrawn and finally decided."""

from typing import ClassVar

from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Side
from shared.kernel.ids import Id
from shared.kernel.reasons import AppealGround, AppealOutcome, Failure, Finding
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment


class AppealOpened(Published):
    """An admissible appeal opens an appeal round; obligations not yet carried out are stayed.

    One that comes later opens the round again or makes it last longer, until its own `evidence_due_at`.
    """

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
    again_until: Moment | None = None
    """Until when the appellant may mend the appeal and lodge it again."""


class AppealWithdrawn(Published):
    """An appellant gave its appeal up; where no other admitted appeal is left, the ruling stands."""

    TYPE: ClassVar[str] = "appeal.withdrawn.v1"
    TOPIC: ClassVar[str] = "appeal.withdrawn"
    SOURCE: ClassVar[str] = "appeals"

    appeal_id: Id
    appellant: Actor
    reason: str
    ruling_stands: bool


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
    freight_paid_by: Side | None = None
    counts_against_seller: bool | None = None
    """Whether the case stays on the seller's scorecard; absent on decisions from before it was told."""
