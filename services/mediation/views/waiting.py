"""Who a mediation waits for, read off its file by the clocks of the domain."""

from services.mediation.domain import clocks
from services.mediation.domain.standing import OpenOffer
from services.mediation.views.parts import MediationFile
from shared.kernel.clocks import Clock


def waiting_on(file: MediationFile) -> tuple[Clock, ...]:
    """Every duty whose clock runs now."""
    if file.adjudicator is None or file.suspended_since is not None:
        return ()
    role = file.adjudicator.role
    match file.status:
        case "mediating":
            offer = _open_offer(file)
            side = file.parties.side_of(offer.made_by) if offer else None
            return (*clocks.mediating(role, file.due_at), *clocks.answering(offer, side))
        case "awaiting_ruling":
            return clocks.ruling(role, file.due_at)
        case "complying" | "stayed":
            return clocks.owing(file.debts, role, stayed=file.status == "stayed")
        case _:
            return ()


def _open_offer(file: MediationFile) -> OpenOffer | None:
    last = file.offers[-1] if file.offers else None
    if last is None or last.outcome != "open":
        return None
    return OpenOffer(last.offer_id, last.made_by, last.terms, last.valid_until, frozenset(last.accepted_by))
