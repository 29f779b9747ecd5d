"""Whose case is it? The parties as intake tells them, the adjudicator as mediation assigns one."""

from services.mediation.domain.events import CaseReassigned, MediationAssigned
from shared.contracts.people import people_after
from shared.eventing.model import Entry
from shared.eventing.views import View, people_view
from shared.kernel.rights import People


def evolve(people: People | None, entry: Entry) -> People | None:
    match entry.message:
        case MediationAssigned(adjudicator=adjudicator) | CaseReassigned(adjudicator=adjudicator):
            return people and people.having(adjudicator=adjudicator)
        case heard:
            return people_after(people, heard)


VIEW: View[People] = people_view(evolve)
