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
    changes: dict[str, object]
    match message:
        case ComplaintFiled(parties=parties) | ComplaintAccepted(parties=parties) | ComplaintRejected(parties=parties):
            changes = {"parties": parties, "over": False}
        case ComplaintWithdrawn() | ComplaintClosed():
            changes = {"over": True}
        case MediationOpened(adjudicator=adjudicator):
            changes = {"adjudicator": adjudicator}
        case AppealOpened(parties=parties):
            changes = {"parties": parties, "under_appeal": True}
        case AppealWithdrawn(ruling_stands=True):
            changes = {"under_appeal": False}
        case AppealDecided(reviewer=reviewer):
            changes = {"reviewer": reviewer, "under_appeal": False}
        case _:
            return people
    return (people or People()).having(**changes)
