"""What can have been decided about what is owed: performed, disputed, enforced, stayed, replaced, fulfilled."""

from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from services.mediation.domain.obligations import Debt
from shared.eventing.messages import Fact
from shared.kernel.ids import Id
from shared.kernel.items import FileRef
from shared.kernel.remedies import Obligation
from shared.kernel.values import Moment

Basis: TypeAlias = Literal["settlement", "ruling", "appeal"]


class PerformanceReported(Fact):
    TYPE: ClassVar[str] = "mediation.performance_reported.v1"

    obligation_id: Id
    proof: str
    files: tuple[FileRef, ...]
    confirm_by: Moment
    remind_at: tuple[Moment, ...] = ()


class PerformanceConfirmed(Fact):
    """The creditor confirmed, or was silent until the confirmation window passed."""

    TYPE: ClassVar[str] = "mediation.performance_confirmed.v1"

    obligation_id: Id
    silently: bool


class PerformanceDisputed(Fact):
    """The adjudicator may say until `decide_by` whether it was performed; then it counts as not performed.

    `enforce_at` is absent while the clock is stopped, none runs yet, or enforcement was ordered.
    """

    TYPE: ClassVar[str] = "mediation.performance_disputed.v1"

    obligation_id: Id
    reason: str
    enforce_at: Moment | None
    decide_by: Moment | None = None
    remind_at: tuple[Moment, ...] = ()


class DisputeDecided(Fact):
    """The adjudicator said whether it was performed; if not, it is owed as before."""

    TYPE: ClassVar[str] = "mediation.dispute_decided.v1"

    obligation_id: Id
    performed: bool
    reason: str
    enforce_at: Moment | None
    remind_at: tuple[Moment, ...] = ()


class ObligationFellDue(Fact):
    """What this obligation waited for is met. `enforce_at` is absent while the clock is stopped."""

    TYPE: ClassVar[str] = "mediation.obligation_fell_due.v1"

    obligation: Obligation
    enforce_at: Moment | None
    remind_at: tuple[Moment, ...] = ()


class EnforcementOrdered(Fact):
    TYPE: ClassVar[str] = "mediation.enforcement_ordered.v1"

    obligation: Obligation
    debtor_id: str
    creditor_id: str


class ObligationsStayed(Fact):
    TYPE: ClassVar[str] = "mediation.obligations_stayed.v1"

    appeal_id: Id
    stayed_at: Moment


class AppealDropped(Fact):
    """A dismissed appeal no longer stays the obligations."""

    TYPE: ClassVar[str] = "mediation.appeal_dropped.v1"

    appeal_id: Id


class ObligationsResumed(Fact):
    """No appeal is left: every stopped clock runs again with what was left of it."""

    TYPE: ClassVar[str] = "mediation.obligations_resumed.v1"

    debts: tuple[Debt, ...]
    remind_at: dict[Id, tuple[Moment, ...]] = Field(default_factory=dict)


class ObligationsReplaced(Fact):
    """The appeal's obligations in place of the ruling's, with what was already done set off."""

    TYPE: ClassVar[str] = "mediation.obligations_replaced.v1"

    debts: tuple[Debt, ...]
    remind_at: dict[Id, tuple[Moment, ...]] = Field(default_factory=dict)


class ObligationsFulfilled(Fact):
    TYPE: ClassVar[str] = "mediation.obligations_fulfilled.v1"

    basis: Basis
    obligations: tuple[Obligation, ...]


PerformanceFact: TypeAlias = (
    PerformanceReported
    | PerformanceConfirmed
    | PerformanceDisputed
    | DisputeDecided
    | ObligationFellDue
    | EnforcementOrdered
)
ObligationsFact: TypeAlias = (
    ObligationsStayed | AppealDropped | ObligationsResumed | ObligationsReplaced | ObligationsFulfilled
)
