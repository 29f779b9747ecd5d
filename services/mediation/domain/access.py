"""Who may ask for what: parties for their own case, the assigned adjudicator, and the platform itself."""

from services.mediation.domain.mediation import AwaitingRuling, Mediating, Mediation, NoFile
from shared.eventing.messages import Command
from shared.kernel.actors import ADJUDICATORS, Side
from shared.kernel.refusals import Refused


def side_asking(command: Command, state: Mediation) -> Side | Refused:
    """The side of the party who asks, or a refusal for everyone else."""
    side = None if isinstance(state, NoFile) else state.file.parties.side_of(command.by)
    return side or Refused(
        "only_a_party_may_do_this", "the caller is neither the buyer nor the seller of this case", field="by"
    )


def unless_assigned(command: Command, state: Mediation) -> Refused | None:
    """A refusal for everyone but the adjudicator of the case, or any adjudicator where none is at work."""
    if isinstance(state, Mediating | AwaitingRuling):
        allowed = command.by == state.adjudicator
    else:
        allowed = command.by.role in ADJUDICATORS
    if allowed:
        return None
    return Refused("only_the_assigned_adjudicator_may_do_this", "the case is assigned to someone else", field="by")
