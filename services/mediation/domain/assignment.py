"""A queued case goes to the least-loaded adjudicator of its tier, preferably one who did not lately handle a party."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, assert_never

from services.mediation.domain.casefile import CaseFile
from services.mediation.domain.events import MediationAssigned, MediationFact
from services.mediation.domain.mediation import (
    AwaitingRuling,
    Complying,
    Done,
    FileOpen,
    Mediating,
    Mediation,
    NoFile,
    Queued,
    Stopped,
)
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused
from shared.kernel.roster import RosterEntry


class AssignAdjudicator(Command):
    NAME: ClassVar[str] = "assign_adjudicator"

    roster: Annotated[tuple[RosterEntry, ...], Given()]


def assign_adjudicator(command: AssignAdjudicator, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    match state:
        case Queued():
            chosen = least_loaded(command.roster, state.file)
            if chosen is None:
                return Refused(
                    "roster_must_have_an_adjudicator_of_the_tier",
                    f"nobody on the roster works as {state.file.tier}",
                    field="roster",
                    cure="put an adjudicator of this tier on the roster; the assignment is tried again",
                )
            due_at = command.at + state.file.rules.windows.of("mediation")
            return [MediationAssigned(adjudicator=chosen, due_at=due_at)]
        case NoFile() | FileOpen():
            return Refused("evidence_must_be_closed_first", "the evidence of the first round is not sealed yet")
        case Mediating() | AwaitingRuling() | Complying() | Done() | Stopped():
            return []
        case _:
            assert_never(state)


def least_loaded(roster: Sequence[RosterEntry], file: CaseFile) -> Actor | None:
    """Whoever has the fewest cases, the id breaking ties, so that the same roster gives the same choice."""
    parties = {file.parties.buyer_id, file.parties.seller_id}
    tier = [entry for entry in roster if entry.actor.role is file.tier]
    fresh = [entry for entry in tier if parties.isdisjoint(entry.recent_parties)]
    chosen = min(fresh or tier, key=lambda entry: (entry.load, entry.actor.id), default=None)
    return chosen.actor if chosen else None
