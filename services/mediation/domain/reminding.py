"""Whoever owes something is reminded of it, as long as its clock runs: what, by when, and what follows."""

from collections.abc import Sequence
from typing import ClassVar

from services.mediation.domain.clocks import running
from services.mediation.domain.events import MediationFact, ReminderSent
from services.mediation.domain.standing import AwaitingRuling, Complying, Mediating, Mediation
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor, Side
from shared.kernel.clocks import Clock
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Refused


class Remind(Command):
    """`row` is the row of the agenda that fired; a clock has several."""

    NAME: ClassVar[str] = "remind"

    clock: str
    key: str
    row: str


def remind(command: Remind, state: Mediation) -> Sequence[MediationFact] | Refused:
    if refusal := only_the_platform(command.by):
        return refusal
    if not isinstance(state, Mediating | AwaitingRuling | Complying):
        return []
    due = [clock for clock in running(state) if (clock.kind, clock.key) == (command.clock, command.key)]
    return [_sent(command, clock, _recipient(clock, state)) for clock in due]


def _sent(command: Remind, clock: Clock, recipient: Actor) -> ReminderSent:
    return ReminderSent(
        notice_id=derived_id(command.id, "notice", clock.owner),
        clock=clock.kind,
        key=clock.key,
        row=command.row,
        owner=clock.owner,
        recipient=recipient,
        due_at=clock.due_at,
        consequence=clock.consequence,
    )


def _recipient(clock: Clock, state: Mediating | AwaitingRuling | Complying) -> Actor:
    return state.file.parties.party_on(clock.owner) if isinstance(clock.owner, Side) else state.adjudicator
