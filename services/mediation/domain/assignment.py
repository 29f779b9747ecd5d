"""A case goes to the least-loaded adjudicator of the role, preferably one who did not lately handle a party.

When it goes on to another one, those who had it come last, and who has it or drafted its ruling does not get it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, ClassVar, assert_never

from services.mediation.domain.casefile import CaseFile
from services.mediation.domain.events import CaseReassigned, MediationAssigned, MediationFact
from services.mediation.domain.standing import (
    AwaitingRuling,
    Complying,
    Done,
    FileOpen,
    Mediating,
    Mediation,
    NoFile,
    Queued,
    Stopped,
    Suspended,
    Wanted,
)
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Role
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
            chosen = least_loaded(command.roster, state.file.tier, state.file, command.at)
            return _assigned(chosen, state.file, command.at) if chosen else _nobody(state.file.tier)
        case Mediating(wanted=Wanted() as wanted) | AwaitingRuling(wanted=Wanted() as wanted):
            return _reassigned(command, state, wanted)
        case NoFile() | FileOpen():
            return Refused("evidence_must_be_closed_first", "the evidence of the first round is not sealed yet")
        case Mediating() | AwaitingRuling() | Complying() | Done() | Stopped() | Suspended():
            return []
        case _:
            assert_never(state)


def least_loaded(
    roster: Sequence[RosterEntry],
    role: Role,
    file: CaseFile,
    at: datetime,
    had_it: Collection[Actor] = (),
    never: Collection[Actor] = (),
) -> Actor | None:
    """Whoever has the fewest cases, the id breaking ties, so that the same roster gives the same choice."""
    parties = {file.parties.buyer_id, file.parties.seller_id}
    since = at - file.rules.handled_recently

    def rank(entry: RosterEntry) -> tuple[bool, bool, int, str]:
        recent = {*entry.recent_parties, *(handled.party for handled in entry.handled if handled.at > since)}
        return entry.actor in had_it, not parties.isdisjoint(recent), entry.load, entry.actor.id

    free = [entry for entry in roster if entry.actor.role is role and entry.actor not in never]
    chosen = min(free, key=rank, default=None)
    return chosen.actor if chosen else None


def _assigned(adjudicator: Actor, file: CaseFile, at: datetime) -> Sequence[MediationFact]:
    due_at = at + file.rules.windows.of("mediation")
    return [MediationAssigned(adjudicator=adjudicator, due_at=due_at, remind_at=file.rules.remind(at, due_at))]


def _reassigned(
    command: AssignAdjudicator, state: Mediating | AwaitingRuling, wanted: Wanted
) -> Sequence[MediationFact] | Refused:
    never = {state.adjudicator}
    if isinstance(state, AwaitingRuling) and state.drafted:
        never.add(state.drafted.by)
    chosen = least_loaded(command.roster, wanted.role, state.file, command.at, state.handled_by, never)
    if chosen is None:
        return _nobody(wanted.role)
    due_at = _due_at(command.at, state, wanted)
    reassigned = CaseReassigned(
        adjudicator=chosen,
        previous=state.adjudicator,
        cause=wanted.cause,
        duty="mediation" if isinstance(state, Mediating) else "ruling",
        due_at=due_at,
        remind_at=state.file.rules.remind(command.at, due_at),
    )
    return [reassigned]


def _due_at(at: datetime, state: Mediating | AwaitingRuling, wanted: Wanted) -> datetime:
    """A second opinion has a window of its own; whether another successor has, the policy says.

    After a silent adjudicator the next instant is set already.
    """
    rules = state.file.rules
    restarted = at + rules.windows.of("mediation" if isinstance(state, Mediating) else "ruling")
    anew = rules.mediation is not None and rules.mediation.clocks_on_handover == "restart"
    if wanted.cause == "second_opinion" or (anew and wanted.cause != "silent"):
        return restarted
    return state.due_at or restarted


def _nobody(role: Role) -> Refused:
    return Refused(
        "roster_must_have_an_adjudicator_of_the_tier",
        f"nobody else on the roster works as {role}",
        field="roster",
        cure="put an adjudicator of this tier on the roster; the assignment is tried again",
    )
