"""What falls due on a case: the seller's answer, the ends of the appeal window and of a suspension, an erasure."""

from services.intake.domain.clocks import ANSWER, APPEAL_WINDOW, PERSON_ERASURE, SUSPENSION_END
from services.intake.domain.events import (
    AppealWindowClosed,
    ComplaintClosed,
    ComplaintResumed,
    ComplaintSuspended,
    DecisionBecameFinal,
    NegotiationFailed,
    NegotiationOffered,
    NegotiationOpened,
    PersonErased,
    PersonErasureOrdered,
    ReminderSent,
    RulingNoted,
)
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View


def evolve(agenda: Agenda | None, entry: Entry) -> Agenda | None:
    match entry.message:
        case NegotiationOpened(answer_by=answer_by, remind_at=remind_at):
            return (agenda or Agenda()).setting(Due(kind=ANSWER, at=answer_by), remind_at)
        case RulingNoted(appeal_until=appeal_until):
            return (agenda or Agenda()).setting(Due(kind=APPEAL_WINDOW, at=appeal_until))
        case ComplaintSuspended(suspended_at=suspended_at, until=until):
            return (agenda or Agenda()).pausing(suspended_at, wakes=Due(kind=SUSPENSION_END, at=until))
        case PersonErasureOrdered():
            return (agenda or Agenda()).setting(Due(kind=PERSON_ERASURE, at=entry.at))
        case ReminderSent(clock=clock, key=key):
            return agenda and agenda.reminded((clock, key), entry.at)
        case _:
            return agenda and _over(agenda, entry)


def _over(agenda: Agenda, entry: Entry) -> Agenda:
    match entry.message:
        case ComplaintResumed(resumed_at=resumed_at):
            return agenda.resuming(resumed_at)
        case NegotiationOffered() | NegotiationFailed():
            return agenda.clearing(ANSWER)
        case AppealWindowClosed() | DecisionBecameFinal():
            return agenda.clearing(APPEAL_WINDOW)
        case ComplaintClosed() | PersonErased():
            return Agenda()
        case _:
            return agenda


VIEW: View[Agenda] = View(
    name="deadlines",
    version=2,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
