"""Who may ask for what: parties for their own case, the assigned adjudicator, and the platform itself."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from services.mediation.domain.standing import AwaitingRuling, Complying, Done, Mediating, Mediation, NoFile
from shared.kernel.actors import ADJUDICATORS, Actor, Side
from shared.kernel.refusals import Refused

Guard: TypeAlias = Callable[[Actor, datetime, Mediation], Refused | None]
"""Whether somebody may ask for something now, as far as can be known without what is asked."""

NOBODY_AT_WORK = Refused("case_must_be_in_mediation_or_ruling", "nobody mediates or rules on the case now")


def side_asking(by: Actor, state: Mediation) -> Side | Refused:
    """The side of the party who asks, or a refusal for everyone else."""
    side = None if isinstance(state, NoFile) else state.file.parties.side_of(by)
    return side or Refused(
        "only_a_party_may_do_this", "the caller is neither the buyer nor the seller of this case", field="by"
    )


def unless_assigned(by: Actor, state: Mediation) -> Refused | None:
    """A refusal for everyone but the adjudicator of the case, or any adjudicator where none is at work."""
    if isinstance(state, Mediating | AwaitingRuling | Complying | Done):
        allowed = by == state.adjudicator
    else:
        allowed = by.role in ADJUDICATORS
    if allowed:
        return None
    return Refused("only_the_assigned_adjudicator_may_do_this", "the case is assigned to someone else", field="by")


def unless_assigned_and_at_work(by: Actor, state: Mediation) -> Refused | None:
    """A refusal for everyone but an adjudicator who mediates or rules now."""
    if refusal := unless_assigned(by, state):
        return refusal
    return None if isinstance(state, Mediating | AwaitingRuling) else NOBODY_AT_WORK
