"""What an appeal file shows: the ruling, each appeal against it, the review and its decision, as people read them."""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.kernel.actors import Actor, Parties, Role, Side
from shared.kernel.clocks import shifted
from shared.kernel.ids import Id
from shared.kernel.reasons import AppealGround, AppealOutcome, Failure, Finding, RulingKind
from shared.kernel.remedies import Obligation, Terms
from shared.kernel.values import Moment, Value


class Status(StrEnum):
    """The stages of the write model, as people read them."""

    FIRST_ROUND = "first_round"
    SETTLED = "settled"
    APPEALABLE = "appealable"
    EVIDENCE_OPEN = "evidence_open"
    AWAITING_REVIEWER = "awaiting_reviewer"
    UNDER_REVIEW = "under_review"
    FINAL = "final"


class Admission(StrEnum):
    """What became of a lodged appeal."""

    LODGED = "lodged"
    ADMITTED = "admitted"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class RulingShown(Value):
    """The ruling as it was issued."""

    ruling_id: Id
    kind: RulingKind
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    freight_paid_by: Side
    explanation: str
    adjudicators: tuple[Actor, ...]
    appeal_until: Moment


class AppealShown(Value):
    """One party's appeal and what became of it."""

    appeal_id: Id
    side: Side
    grounds: tuple[AppealGround, ...]
    reason: str
    new_evidence: tuple[str, ...]
    late_evidence: tuple[str, ...]
    lodged_at: Moment
    admission: Admission = Admission.LODGED
    failures: tuple[Failure, ...] = ()
    again_until: Moment | None = None
    """Until when an appeal that was not admitted may be mended and lodged again."""
    withdrawn_because: str | None = None


class LateReview(Value):
    """A reviewer who let the time to decide pass, and whether another one took over."""

    reviewer: Actor
    due_at: Moment
    reassigned: bool


class ReminderShown(Value):
    """Who was reminded of what was due, and when."""

    recipient: Actor
    due_at: Moment
    sent_at: Moment


class DecisionShown(Value):
    """The final decision with its reasons."""

    outcome: AppealOutcome
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    terms: Terms | None
    obligations: tuple[Obligation, ...]
    what_changed: str
    explanation: str
    decided_at: Moment
    freight_paid_by: Side | None
    counts_against_seller: bool | None


class AppealFile(Value):
    """The whole appeal side of one case."""

    status: Status = Status.FIRST_ROUND
    parties: Parties | None = None
    policy_version: str | None = None
    ruling: RulingShown | None = None
    appeals: tuple[AppealShown, ...] = ()
    evidence_due_at: Moment | None = None
    assign_by: Moment | None = None
    reviewer: Actor | None = None
    review_due_at: Moment | None = None
    overdue: bool = False
    late_reviews: tuple[LateReview, ...] = ()
    reminders: tuple[ReminderShown, ...] = ()
    decision: DecisionShown | None = None
    suspended_at: Moment | None = None
    waiting_on: tuple[Side | Role, ...] = ()
    waiting_until: Moment | None = None

    def having(self, **changes: object) -> "AppealFile":
        return self.model_copy(update=changes)

    def with_appeal(self, appeal_id: str, **became: object) -> "AppealFile":
        """With what became of one of the appeals."""
        told = (one.model_copy(update=became) if one.appeal_id == appeal_id else one for one in self.appeals)
        return self.having(appeals=tuple(told))

    def moved(self, by: timedelta) -> "AppealFile":
        """With every due instant later by the time the case was suspended."""
        ruling = self.ruling and self.ruling.model_copy(update={"appeal_until": self.ruling.appeal_until + by})
        appeals = (one.model_copy(update={"again_until": shifted(one.again_until, by)}) for one in self.appeals)
        dues = {name: shifted(getattr(self, name), by) for name in ("evidence_due_at", "assign_by", "review_due_at")}
        return self.having(ruling=ruling, appeals=tuple(appeals), suspended_at=None, **dues)

    def waiting(self) -> "AppealFile":
        """With who is to act now, and until when."""
        on, until = self._waiting()
        return self.having(waiting_on=on, waiting_until=until)

    def _waiting(self) -> tuple[tuple[Side | Role, ...], datetime | None]:
        match self.status:
            case _ if self.suspended_at:
                return (), None
            case Status.EVIDENCE_OPEN:
                return tuple(Side), self.evidence_due_at
            case Status.AWAITING_REVIEWER:
                return (Role.PLATFORM,), self.assign_by
            case Status.UNDER_REVIEW:
                return (Role.REVIEWER,), self.review_due_at
            case _:
                return (), None
