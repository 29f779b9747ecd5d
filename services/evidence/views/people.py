"""Whose case is it? As the others tell it: evidence decides nothing about that itself."""

from shared.contracts.people import people_after
from shared.eventing.model import Entry
from shared.eventing.views import View, people_view
from shared.kernel.rights import People


def evolve(people: People | None, entry: Entry) -> People | None:
    return people_after(people, entry.message)


VIEW: View[People] = people_view(evolve)
