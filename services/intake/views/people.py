"""Whose case is it, and whose order? From intake's own facts and from what the others tell."""

from services.intake.domain.events import ComplaintClosed, ComplaintFiled, NegotiationOpened, OrderRecorded
from shared.contracts.people import people_after
from shared.eventing.model import Entry
from shared.eventing.views import View, people_view
from shared.kernel.rights import People


def evolve(people: People | None, entry: Entry) -> People | None:
    match entry.message:
        case OrderRecorded(order=order):
            return (people or People()).having(parties=order.parties, order=True)
        case NegotiationOpened(parties=parties) | ComplaintFiled(parties=parties):
            return (people or People()).having(parties=parties, over=False)
        case ComplaintClosed():
            return people and people.having(over=True)
        case heard:
            return people_after(people, heard)


VIEW: View[People] = people_view(evolve)
