"""Whose a case is, as published facts tell it: the parties, who mediates, who reviews, and until when it waits."""

from shared.contracts.appeals import AppealDecided, AppealOpened, AppealWithdrawn
from shared.contracts.intake import (
    ComplaintAccepted,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRejected,
    ComplaintWithdrawn,
)
from shared.contracts.mediation import MediationOpened
from shared.eventing.messages import Fact, Published
from shared.kernel.rights import People


def people_after(people: People | None, message: Fact | Published) -> People | None:
    """Whose the case is after a heard fact; what says nothing of it, and facts of one's own, leave it as it is."""
    match message:
        case ComplaintFiled(parties=parties) | ComplaintAccepted(parties=parties) | ComplaintRejected(parties=parties):
            return (people or People()).having(parties=parties, over=False)
        case ComplaintWithdrawn() | ComplaintClosed():
            return (people or People()).having(over=True)
        case MediationOpened(adjudicator=adjudicator):
            return (people or People()).having(adjudicator=adjudicator)
        case AppealOpened(parties=parties):
            return (people or People()).having(parties=parties, under_appeal=True)
        case AppealWithdrawn(ruling_stands=True):
            return (people or People()).having(under_appeal=False)
        case AppealDecided(reviewer=reviewer):
            return (people or People()).having(reviewer=reviewer, under_appeal=False)
        case _:
            return people
