"""When does appeals act by itself on this case: assigning a reviewer, and noting a review that is overdue."""

from services.appeals.domain.events import AppealDecided, AppealReady, ReviewerAssigned, ReviewOverdueNoted
from shared.eventing.agenda import Agenda, Due
from shared.eventing.model import Entry
from shared.eventing.views import View


def evolve(document: Agenda | None, entry: Entry) -> Agenda | None:
    agenda = document or Agenda()
    match entry.message:
        case AppealReady():
            return agenda.setting(Due(kind="review_assignment", at=entry.at))
        case ReviewerAssigned(due_at=due_at):
            return agenda.clearing("review_assignment").setting(Due(kind="review_due", at=due_at))
        case ReviewOverdueNoted() | AppealDecided():
            return agenda.clearing("review_due")
        case _:
            return document


VIEW: View[Agenda] = View(
    name="deadlines",
    version=1,
    document=Agenda,
    evolve=evolve,
    keys=lambda agenda: {"next_due": agenda.next_due},
    indexed=("next_due",),
)
