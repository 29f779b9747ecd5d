"""What a mediation file is made of."""

from typing import Literal

from services.mediation.domain import events as e
from services.mediation.domain.casefile import Unshown
from services.mediation.domain.drafts import Draft
from services.mediation.domain.obligations import Debt
from shared.kernel.actors import Actor, Parties, Role, Side
from shared.kernel.clocks import Clock
from shared.kernel.items import FileRef
from shared.kernel.money import Money
from shared.kernel.notices import Channel, Purpose
from shared.kernel.reasons import RulingKind
from shared.kernel.remedies import Demand, Terms
from shared.kernel.values import Moment, Value


class Offer(Value):
    """An offer and what became of it; `ended` means the mediation was over first."""

    offer_id: str
    made_by: Actor
    made_at: Moment
    terms: Terms
    valid_until: Moment
    accepted_by: tuple[Side, ...] = ()
    outcome: Literal["open", "accepted", "declined", "lapsed", "withdrawn", "ended"] = "open"
    reason: str | None = None


class Contact(Value):
    """A call or message and what came of it; of a notice, what the platform's gateway told of its delivery.

    `with_side` is absent where an adjudicator is reminded.
    """

    channel: Channel
    with_side: Side | None
    note: str
    outcome: str
    at: Moment
    by: Actor
    notice_id: str | None = None
    purpose: Purpose = "told"

    @property
    def delivery(self) -> str | None:
        """Of a notice: `requested`, `delivered` or `failed`. None for a call or message that a person wrote down."""
        return self.outcome.partition(":")[0] if self.notice_id is not None else None


class Ruling(Value):
    ruling_id: str
    kind: RulingKind
    terms: Terms | None
    unshown: tuple[Unshown, ...]
    clauses: tuple[str, ...]
    seller_liability_percent: int
    freight_paid_by: Side
    inspection_paid_by: Side | None = None
    released_to: Side | None = None
    explanation: str
    adjudicators: tuple[Actor, ...]
    issued_at: Moment
    appeal_until: Moment


class Drafted(Value):
    """A ruling that waits for a second specialist, or that one disagreed with and why."""

    draft: Draft
    drafted_by: Actor
    drafted_at: Moment
    disagreed_by: Actor | None = None
    reason: str | None = None


class Handing(Value):
    """Who took the case, when, from whom and why."""

    adjudicator: Actor
    at: Moment
    previous: Actor | None = None
    cause: e.Cause | None = None


class Successor(Value):
    """Another adjudicator is sought; the present one has the case until then."""

    role: Role
    cause: e.Cause
    reason: str
    sought_by: Actor


class Statement(Value):
    """What a side, or the adjudicator, said about an obligation: performed, with proof, or not, with a reason."""

    obligation_id: str
    performed: bool
    words: str
    files: tuple[FileRef, ...]
    at: Moment
    by: Actor


class MediationFile(Value):
    """`due_at` is when the mediation or the ruling is due; each debt carries its own instants.

    `waiting_on` says who owes what by when; while the case is suspended it is empty, for no clock runs.
    """

    case_id: str
    status: Literal[
        "file_open", "queued", "mediating", "awaiting_ruling", "complying", "stayed", "fulfilled", "stopped"
    ]
    parties: Parties
    tier: Role
    category: str
    demand: Demand
    price_paid: Money
    policy_version: str
    adjudicator: Actor | None = None
    due_at: Moment | None = None
    failed_because: str | None = None
    ruling_is_overdue: bool = False
    offers: tuple[Offer, ...] = ()
    contacts: tuple[Contact, ...] = ()
    settlement: Terms | None = None
    drafts: tuple[Drafted, ...] = ()
    ruling: Ruling | None = None
    violation: str | None = None
    debts: tuple[Debt, ...] = ()
    statements: tuple[Statement, ...] = ()
    handings: tuple[Handing, ...] = ()
    successor: Successor | None = None
    handled_at: Moment | None = None
    suspended_since: Moment | None = None
    waiting_on: tuple[Clock, ...] = ()
