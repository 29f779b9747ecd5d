"""Who owes what by when on a case in mediation, and what follows when the instant passes."""

from collections.abc import Sequence
from datetime import datetime

from services.mediation.domain.obligations import Debt, DebtStatus
from services.mediation.domain.standing import AwaitingRuling, Complying, Mediating, Mediation, OpenOffer
from shared.kernel.actors import Role, Side
from shared.kernel.clocks import Clock


def running(state: Mediation) -> tuple[Clock, ...]:
    """Every duty whose clock runs now; none does while the case is suspended."""
    match state:
        case Mediating(offer=offer):
            side = state.file.parties.side_of(offer.made_by) if offer else None
            return (*mediating(state.adjudicator.role, state.due_at), *answering(offer, side))
        case AwaitingRuling():
            return ruling(state.adjudicator.role, state.due_at)
        case Complying():
            return owing(state.debts, state.adjudicator.role, stayed=state.stay is not None)
        case _:
            return ()


def mediating(owner: Role, due_at: datetime | None) -> tuple[Clock, ...]:
    """The mediator is to bring the sides to an agreement."""
    return _adjudicators("mediation_due", owner, due_at, "Mediation fails, and a ruling is due.")


def ruling(owner: Role, due_at: datetime | None) -> tuple[Clock, ...]:
    """The adjudicator is to rule, or to agree or disagree with the ruling that another one drafted."""
    return _adjudicators("ruling_due", owner, due_at, "The case goes to another adjudicator.")


def answering(offer: OpenOffer | None, made_by: Side | None) -> tuple[Clock, ...]:
    """The sides that have not answered the open offer; `made_by` is absent for a mediator's."""
    if offer is None:
        return ()
    answered = offer.accepted | ({made_by} if made_by else set())
    return tuple(
        Clock(kind="offer_lapse", key=offer.offer_id, owner=side, due_at=offer.valid_until, consequence="It lapses.")
        for side in Side
        if side not in answered
    )


def owing(debts: Sequence[Debt], adjudicator: Role, *, stayed: bool) -> tuple[Clock, ...]:
    """What debtors are to do, creditors to confirm, and the adjudicator to decide where they disagree."""
    return tuple(clock for debt in debts for clock in _owing(debt, adjudicator, stayed=stayed))


def _owing(debt: Debt, adjudicator: Role, *, stayed: bool) -> Sequence[Clock]:
    key, debtor, disputed = debt.obligation.id, debt.obligation.debtor, debt.status is DebtStatus.DISPUTED
    clocks = []
    if debt.enforce_at and not stayed:
        owner = adjudicator if disputed else debtor
        consequence = "It counts as not performed, and is enforced." if disputed else "The platform enforces it."
        due_at = debt.enforce_at
        clocks.append(Clock(kind="comply_by", key=key, owner=owner, due_at=due_at, consequence=consequence))
    if debt.confirm_by:
        confirming = Clock(
            kind="confirmation",
            key=key,
            owner=debtor.other,
            due_at=debt.confirm_by,
            consequence="Silence confirms that it was performed.",
        )
        clocks.append(confirming)
    return clocks


def _adjudicators(kind: str, owner: Role, due_at: datetime | None, consequence: str) -> tuple[Clock, ...]:
    return (Clock(kind=kind, owner=owner, due_at=due_at, consequence=consequence),) if due_at else ()
