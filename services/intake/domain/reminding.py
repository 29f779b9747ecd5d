"""Whoever owes something is reminded in good time, with the instant and with what follows when it passes."""

from collections.abc import Sequence
from typing import ClassVar

from services.intake.domain.case import NoCase, State
from services.intake.domain.clocks import running
from services.intake.domain.events import IntakeFact, ReminderSent
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Side
from shared.kernel.refusals import Refused


class Remind(Command):
    """The reminder of one clock is due; `clock` and `key` name it."""

    NAME: ClassVar[str] = "remind"

    clock: str
    key: str


def remind(command: Remind, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if isinstance(state, NoCase):
        return []
    return [
        ReminderSent(
            clock=clock.kind,
            key=clock.key,
            owner=clock.owner,
            recipient=state.parties.party_on(clock.owner),
            due_at=clock.due_at,
            consequence=clock.consequence,
        )
        for clock in running(state)
        if (clock.kind, clock.key) == (command.clock, command.key) and isinstance(clock.owner, Side)
    ]
