"""Whoever owes something is reminded of it while there is still time, with what follows if nothing comes."""

from collections.abc import Sequence
from typing import ClassVar

from services.appeals.domain.clocks import running
from services.appeals.domain.events import AppealsFact, ReminderSent
from services.appeals.domain.standing import Running, UnderReview
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import SYSTEM
from shared.kernel.refusals import Refused


class Remind(Command):
    """`clock` and `key` name one of the duties that are running."""

    NAME: ClassVar[str] = "remind"

    clock: str
    key: str = ""


def remind(command: Remind, state: Running) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    return [
        ReminderSent(
            clock=clock.kind,
            key=clock.key,
            owner=clock.owner,
            recipient=state.reviewer if isinstance(state, UnderReview) else SYSTEM,
            due_at=clock.due_at,
            consequence=clock.consequence,
        )
        for clock in running(state)
        if (clock.kind, clock.key) == (command.clock, command.key) and command.at < clock.due_at
    ]
