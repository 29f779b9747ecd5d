"""Whose case is it? Parties and mediator as the others tell them, the reviewer as appeals assigns one."""

from services.appeals.domain.events import AppealOpened, AppealWithdrawn, ReviewerAssigned
from shared.contracts.people import people_after
from shared.eventing.model import Entry
from shared.eventing.views import View, people_view
from shared.kernel.rights import People


def evolve(people: People | None, entry: Entry) -> People | None:
    match entry.message:
        case AppealOpened():
            return people and people.having(under_appeal=True)
        case ReviewerAssigned(reviewer=reviewer):
            return people and people.having(reviewer=reviewer)
        case AppealWithdrawn(ruling_stands=True):
            return people and people.having(under_appeal=False, reviewer=None)
        case heard:
            return people_after(people, heard)


VIEW: View[People] = people_view(evolve)
