"""Filing a complaint: the buyer, or staff for a buyer who calls, states it; screening answers at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from services.intake.domain.access import only_the
from services.intake.domain.advising import advice_on
from services.intake.domain.case import (
    BeingErased,
    Erased,
    FailedNegotiation,
    KnownOrder,
    Negotiating,
    NoCase,
    Nothing,
    Rejected,
    State,
)
from services.intake.domain.case import negotiated_here as held_here
from services.intake.domain.events import (
    ComplaintAccepted,
    ComplaintFiled,
    ComplaintRejected,
    IntakeFact,
    ViolationAlleged,
)
from services.intake.domain.screening import Claim, screen
from services.intake.domain.standing import Purchase, purchase_in_dispute
from services.intake.domain.tiering import tier_of
from services.intake.domain.underway import must_not_be_suspended
from services.intake.domain.words import (
    AttestedNegotiation,
    Channel,
    Code,
    EarlierCases,
    HeldNegotiation,
    TakenUp,
)
from shared.eventing.messages import Command, Given, Words
from shared.kernel.actors import Actor, Role, Side
from shared.kernel.ids import Id
from shared.kernel.orders import Order
from shared.kernel.policy import Policy
from shared.kernel.refusals import Refused
from shared.kernel.remedies import Demand
from shared.kernel.values import Moment, said

STAFF = frozenset({Role.FRONTLINE, Role.SPECIALIST, Role.PLATFORM})


class FileComplaint(Command):
    """`last_update_at` is when tracking last changed; `caution_unread` that the listing's caution went unread."""

    NAME: ClassVar[str] = "file_complaint"
    ABOUT: ClassVar[str | None] = "on_behalf_of"

    order_id: Id
    line_id: Id
    category: Code
    sub_reason: Code
    description: Words
    demand: Demand
    channel: Channel
    on_behalf_of: Id | None = None
    attested: AttestedNegotiation | None = None
    last_update_at: Moment | None = None
    caution_unread: bool = False
    as_written: Annotated[str, Given()] = ""
    """The description as its writer wrote it, for advice only; nothing of it is kept."""
    order: Annotated[Order | None, Given()]
    policy: Annotated[Policy, Given()]
    taken_up: Annotated[TakenUp | None, Given()] = None
    earlier_cases: Annotated[EarlierCases, Given()] = EarlierCases()


def file_complaint(command: FileComplaint, state: State) -> Sequence[IntakeFact] | Refused:
    complainant = _complainant(command)
    if isinstance(complainant, Refused):
        return complainant
    if refused := _not_to_be_filed_here(command, complainant, state):
        return refused
    purchase = purchase_in_dispute(command.order, command.line_id, complainant.id, command.policy)
    if isinstance(purchase, Refused):
        return purchase
    filed = ComplaintFiled(
        order_id=command.order_id,
        line_id=command.line_id,
        parties=purchase.order.parties,
        category=command.category,
        sub_reason=command.sub_reason,
        description=command.description,
        demand=command.demand,
        channel=command.channel,
        attested=command.attested,
        last_update_at=command.last_update_at,
        caution_unread=command.caution_unread,
        taken_up=command.taken_up,
        earlier_cases=command.earlier_cases,
        line=purchase.line,
        advice=advice_on(command.as_written or command.description, purchase.line, command.policy.advice),
    )
    return [filed, *_screened(command, purchase, state)]


def may_file(by: Actor, at: datetime, state: State) -> Refused | None:
    """Whether a buyer, or staff for a buyer they have yet to name, may file on this case now."""
    del at
    if by.role in STAFF:
        return _not_fileable(state)
    return _no_filer(by) or _not_to_be_filed_by(by, state)


def _no_filer(by: Actor) -> Refused | None:
    if by.role in STAFF | {Role.BUYER}:
        return None
    return Refused(
        "only_the_buyer_may_do_this", detail=f"a complaint is for the buyer to file, not for the role {by.role}"
    )


def _complainant(command: FileComplaint) -> Actor | Refused:
    if refused := _no_filer(command.by):
        return refused
    if command.by.role in STAFF:
        if command.on_behalf_of is None:
            return Refused(
                "staff_must_name_whom_they_file_for",
                detail="a complaint is a buyer's, and staff file it for one",
                field="on_behalf_of",
                cure="name the calling buyer",
            )
        return Actor(role=Role.BUYER, id=command.on_behalf_of)
    if command.on_behalf_of not in {None, command.by.id}:
        return Refused(
            "buyers_file_for_themselves", detail="this names another buyer", field="on_behalf_of", cure="leave it out"
        )
    return command.by


def _not_to_be_filed_here(command: FileComplaint, complainant: Actor, state: State) -> Refused | None:
    return _not_to_be_filed_by(complainant, state) or _about_another_line(command, held_here(state))


def _not_to_be_filed_by(complainant: Actor, state: State) -> Refused | None:
    if isinstance(state, NoCase):
        return _not_fileable(state)
    return only_the(Side.BUYER, complainant, state) or _not_fileable(state)


def _not_fileable(state: State) -> Refused | None:
    if refused := must_not_be_suspended(state):
        return refused
    match state:
        case Nothing() | FailedNegotiation() | Rejected():
            return None
        case KnownOrder():
            return Refused(
                "case_must_not_be_an_order", detail="an order has this id", field="case_id", cure="use a new case id"
            )
        case BeingErased() | Erased():
            return Refused(
                "case_must_not_be_a_person", detail="a person has this id", field="case_id", cure="use a new case id"
            )
        case Negotiating():
            return Refused(
                "negotiation_must_have_failed",
                detail=f"the negotiation is open; the seller has until {said(state.answer_by)} to answer",
                clause="process.negotiate_first",
                cure="wait for the answer, or decline the offer that was made",
            )
        case _:
            return Refused("complaint_can_be_filed_once", detail="this case was taken up", field="case_id")


def _about_another_line(command: FileComplaint, held: FailedNegotiation | None) -> Refused | None:
    if held is None or (held.order_id, held.line_id) == (command.order_id, command.line_id):
        return None
    return Refused(
        "complaint_must_be_about_the_negotiated_line",
        detail=f"line {held.line_id} of order {held.order_id} was negotiated",
        field="line_id",
        cure="file about that line, or use a new case id",
    )


def claim_of(command: FileComplaint, purchase: Purchase, state: State) -> Claim:
    """Everything that screening looks at."""
    return Claim(
        at=command.at,
        category=command.category,
        sub_reason=command.sub_reason,
        demand=command.demand,
        purchase=purchase,
        negotiation=_negotiation(command, state),
        taken_up=command.taken_up,
        policy=command.policy,
        last_update_at=command.last_update_at,
        caution_unread=command.caution_unread,
        earlier_cases=command.earlier_cases,
    )


def _screened(command: FileComplaint, purchase: Purchase, state: State) -> Sequence[IntakeFact]:
    policy, parties = command.policy, purchase.order.parties
    claim = claim_of(command, purchase, state)
    failures = screen(claim)
    if failures or claim.listed is None:
        return [ComplaintRejected(parties=parties, failures=failures, policy_version=policy.version)]
    tier, reasons = tier_of(claim)
    accepted = ComplaintAccepted(
        order_id=command.order_id,
        line_id=command.line_id,
        parties=parties,
        category=command.category,
        sub_reason=command.sub_reason,
        demand=command.demand,
        price_paid=purchase.line.price_paid,
        product=purchase.line.product,
        tier=tier,
        policy_version=policy.version,
        tier_reasons=reasons,
        line=purchase.line,
    )
    if not claim.listed.reported:
        return [accepted]
    alleged = ViolationAlleged(
        parties=parties, order_id=command.order_id, line_id=command.line_id, violation=command.sub_reason
    )
    return [accepted, alleged]


def _negotiation(command: FileComplaint, state: State) -> HeldNegotiation | None:
    """What was negotiated here counts before what is attested: the log knows it better."""
    if held := held_here(state):
        return HeldNegotiation(opened_at=held.opened_at, outcome=held.outcome, offered=held.offered)
    if attested := command.attested:
        return HeldNegotiation(opened_at=attested.opened_at, outcome=attested.outcome, offered=None)
    return None
