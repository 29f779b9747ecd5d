"""The mediator writes down every call and message: with whom, what was said and what came of it."""

from collections.abc import Sequence
from typing import ClassVar

from services.mediation.domain.access import unless_assigned
from services.mediation.domain.events import Channel, ContactLogged, MediationFact
from services.mediation.domain.mediation import AwaitingRuling, Mediating, Mediation
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Side
from shared.kernel.refusals import Refused


class LogContact(Command):
    NAME: ClassVar[str] = "log_contact"

    channel: Channel
    with_side: Side
    note: Words
    outcome: Words


def log_contact(command: LogContact, state: Mediation) -> Sequence[MediationFact] | Refused:
    """Two calls may be alike, so a second one is written down too."""
    if refusal := unless_assigned(command, state):
        return refusal
    if not isinstance(state, Mediating | AwaitingRuling):
        return Refused("case_must_be_in_mediation_or_ruling", "nobody mediates or rules on the case now")
    logged = ContactLogged(
        channel=command.channel, with_side=command.with_side, note=command.note, outcome=command.outcome
    )
    return [logged]
