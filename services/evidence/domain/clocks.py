"""Each side that something is expected of has one clock: until when, what follows, and reminders on the way."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from services.evidence.domain.events import EvidenceFact, ReminderSent
from services.evidence.domain.evidence_file import ClockKind, Collecting, EvidenceFile
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Side
from shared.kernel.clocks import Clock
from shared.kernel.refusals import Refused

CONSEQUENCES: Final[Mapping[ClockKind, str]] = {
    "evidence_due": "The round is closed on what is there; what still comes before that is marked late.",
    "rebuttal_due": "The evidence is sealed without an answer to the other side's last item.",
}


class Remind(Command):
    """The instant to remind the owner of a clock has come."""

    NAME: ClassVar[str] = "remind"

    clock: str
    key: str


def running(state: EvidenceFile) -> tuple[Clock, ...]:
    """The clocks that run now, keyed by side; none in a case that rests."""
    if not isinstance(state, Collecting):
        return ()
    return tuple(
        Clock(kind=kind, key=side, owner=side, due_at=state.due[side], consequence=CONSEQUENCES[kind])
        for side, kind in state.owing.items()
    )


def remind(command: Remind, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    if not isinstance(state, Collecting):
        return []
    return [
        ReminderSent(
            clock=clock.kind,
            key=clock.key,
            owner=Side(clock.owner),
            recipient=state.parties.party_on(Side(clock.owner)),
            due_at=clock.due_at,
            consequence=clock.consequence,
            sent_at=command.at,
        )
        for clock in running(state)
        if (clock.kind, clock.key) == (command.clock, command.key)
    ]
