"""Everything intake can decide: its catalogue of facts."""

from typing import ClassVar, TypeAlias

from services.intake.domain.advising import Advice
from services.intake.domain.words import (
    AttestedNegotiation,
    CaseOutcome,
    Channel,
    EarlierCases,
    FinalBasis,
    FulfilmentBasis,
    NegotiationOutcome,
    Step,
    SuspensionGrounds,
    TakenUp,
)
from shared.eventing.messages import Fact
from shared.kernel.actors import Actor, Parties, Role, Side
from shared.kernel.clocks import Clock
from shared.kernel.ids import Id
from shared.kernel.money import Money
from shared.kernel.orders import Order, OrderLine
from shared.kernel.reasons import Failure
from shared.kernel.remedies import Demand, Terms
from shared.kernel.values import Moment


class OrderRecorded(Fact):
    TYPE: ClassVar[str] = "intake.order_recorded.v1"

    version: int
    order: Order


class NegotiationOpened(Fact):
    TYPE: ClassVar[str] = "intake.negotiation_opened.v1"

    order_id: Id
    line_id: Id
    parties: Parties
    demand: Demand
    message: str
    opened_at: Moment
    answer_by: Moment
    remind_at: tuple[Moment, ...] = ()


class NegotiationOffered(Fact):
    TYPE: ClassVar[str] = "intake.negotiation_offered.v1"

    terms: Terms
    message: str


class NegotiationFailed(Fact):
    """`message` is what the seller said with a refusal."""

    TYPE: ClassVar[str] = "intake.negotiation_failed.v1"

    outcome: NegotiationOutcome
    message: str | None = None


class NegotiationAgreed(Fact):
    TYPE: ClassVar[str] = "intake.negotiation_agreed.v1"

    terms: Terms


class ComplaintFiled(Fact):
    """`line` is as it stood at filing; `taken_up` and `earlier_cases` are what was found on other cases."""

    TYPE: ClassVar[str] = "intake.complaint_filed.v1"

    order_id: Id
    line_id: Id
    parties: Parties
    category: str
    sub_reason: str
    description: str
    demand: Demand
    channel: Channel
    attested: AttestedNegotiation | None
    last_update_at: Moment | None = None
    caution_unread: bool = False
    taken_up: TakenUp | None = None
    earlier_cases: EarlierCases = EarlierCases()
    line: OrderLine | None = None
    advice: tuple[Advice, ...] = ()


class ComplaintAccepted(Fact):
    """`tier_reasons` say why it goes to a specialist; `line` is the order line with its listing, for keeps."""

    TYPE: ClassVar[str] = "intake.complaint_accepted.v1"

    order_id: Id
    line_id: Id
    parties: Parties
    category: str
    sub_reason: str
    demand: Demand
    price_paid: Money
    product: str
    tier: Role
    policy_version: str
    tier_reasons: tuple[str, ...] = ()
    line: OrderLine | None = None


class ComplaintRejected(Fact):
    TYPE: ClassVar[str] = "intake.complaint_rejected.v1"

    parties: Parties
    failures: tuple[Failure, ...]
    policy_version: str


class ComplaintWithdrawn(Fact):
    TYPE: ClassVar[str] = "intake.complaint_withdrawn.v1"

    reason: str


class ComplaintClosed(Fact):
    TYPE: ClassVar[str] = "intake.complaint_closed.v1"

    outcome: CaseOutcome


class ViolationAlleged(Fact):
    """The complaint that was taken up says that the seller broke the platform's rules."""

    TYPE: ClassVar[str] = "intake.violation_alleged.v1"

    parties: Parties
    order_id: Id
    line_id: Id
    violation: str


class SuspensionConsented(Fact):
    """The consent of one side waits `until` then for the other's."""

    TYPE: ClassVar[str] = "intake.suspension_consented.v1"

    side: Side
    until: Moment


class ComplaintSuspended(Fact):
    TYPE: ClassVar[str] = "intake.complaint_suspended.v1"

    grounds: SuspensionGrounds
    reference: str
    suspended_at: Moment
    until: Moment


class ComplaintResumed(Fact):
    TYPE: ClassVar[str] = "intake.complaint_resumed.v1"

    suspended_at: Moment
    resumed_at: Moment
    reason: str


class ComplaintUrged(Fact):
    """`count` is the side's own; where its budget is spent it may urge again at `again_from`."""

    TYPE: ClassVar[str] = "intake.complaint_urged.v1"

    side: Side
    at: Moment
    count: int
    step: Step
    owed: tuple[Clock, ...]
    answer: str
    again_from: Moment | None


class ReminderSent(Fact):
    TYPE: ClassVar[str] = "intake.reminder_sent.v1"

    clock: str
    key: str
    owner: Side
    recipient: Actor
    due_at: Moment
    consequence: str


class CaseSettled(Fact):
    TYPE: ClassVar[str] = "intake.case_settled.v1"

    owes: bool


class RulingNoted(Fact):
    TYPE: ClassVar[str] = "intake.ruling_noted.v1"

    appeal_until: Moment
    owes: bool


class OrdersFulfilled(Fact):
    TYPE: ClassVar[str] = "intake.orders_fulfilled.v1"

    basis: FulfilmentBasis


class AppealNoted(Fact):
    TYPE: ClassVar[str] = "intake.appeal_noted.v1"

    appeal_id: Id


class AppealDismissalNoted(Fact):
    TYPE: ClassVar[str] = "intake.appeal_dismissal_noted.v1"

    appeal_id: Id


class AppealDecisionNoted(Fact):
    TYPE: ClassVar[str] = "intake.appeal_decision_noted.v1"

    upheld: bool
    owes: bool


class AppealWindowClosed(Fact):
    TYPE: ClassVar[str] = "intake.appeal_window_closed.v1"


class DecisionBecameFinal(Fact):
    TYPE: ClassVar[str] = "intake.decision_became_final.v1"

    basis: FinalBasis


class PersonErasureOrdered(Fact):
    TYPE: ClassVar[str] = "intake.person_erasure_ordered.v1"

    person_id: Id


class PersonErased(Fact):
    """The proof: the key of this fingerprint was destroyed. Nobody had written anything when there is none."""

    TYPE: ClassVar[str] = "intake.person_erased.v1"

    person_id: Id
    key_fingerprint: str | None
    destroyed_at: Moment


NegotiationFact: TypeAlias = NegotiationOpened | NegotiationOffered | NegotiationFailed | NegotiationAgreed
ComplaintFact: TypeAlias = ComplaintFiled | ComplaintAccepted | ComplaintRejected | ComplaintWithdrawn | ComplaintClosed
OutcomeFact: TypeAlias = CaseSettled | RulingNoted | OrdersFulfilled | AppealWindowClosed | DecisionBecameFinal
AppealFact: TypeAlias = AppealNoted | AppealDismissalNoted | AppealDecisionNoted
VoiceFact: TypeAlias = SuspensionConsented | ComplaintUrged
SuspensionFact: TypeAlias = ComplaintSuspended | ComplaintResumed
ToldFact: TypeAlias = ViolationAlleged | ReminderSent
ErasureFact: TypeAlias = PersonErasureOrdered | PersonErased
IntakeFact: TypeAlias = (
    OrderRecorded
    | NegotiationFact
    | ComplaintFact
    | OutcomeFact
    | AppealFact
    | VoiceFact
    | SuspensionFact
    | ToldFact
    | ErasureFact
)

FACTS: tuple[type[Fact], ...] = (
    OrderRecorded,
    NegotiationOpened,
    NegotiationOffered,
    NegotiationFailed,
    NegotiationAgreed,
    ComplaintFiled,
    ComplaintAccepted,
    ComplaintRejected,
    ComplaintWithdrawn,
    ComplaintClosed,
    CaseSettled,
    RulingNoted,
    OrdersFulfilled,
    AppealNoted,
    AppealDismissalNoted,
    AppealDecisionNoted,
    AppealWindowClosed,
    DecisionBecameFinal,
    ViolationAlleged,
    SuspensionConsented,
    ComplaintSuspended,
    ComplaintResumed,
    ComplaintUrged,
    ReminderSent,
    PersonErasureOrdered,
    PersonErased,
)
