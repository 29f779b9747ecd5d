"""What falls due on a case: the seller's answer, and the end of the appeal window."""

from services.intake.domain.events import (
    AppealWindowClosed,
    ComplaintClosed,
    DecisionBecameFinal,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
    RulingNoted,
)
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View


def evolve(agenda: Agenda | None, entry: Entry) -> Agenda | None:
    match entry.message:
        case NegotiationOpened(answer_by=answer_by):
            return (agenda or Agenda()).setting(Due(kind="negotiation_answer", at=answer_by))
        case RulingNoted(appeal_until=appeal_until):
            return (agenda or Agenda()).setting(Due(kind="appeal_window", at=appeal_until))
        case NegotiationOffered() | NegotiationFailed():
            return agenda and agenda.clearing("negotiation_answer")
        case AppealWindowClosed() | DecisionBecameFinal():
            return agenda and agenda.clearing("appeal_window")
        case ComplaintClosed():
            return agenda and Agenda()
        case _:
            return agenda


VIEW: View[Agenda] = View(
    name="deadlines",
    version=1,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
