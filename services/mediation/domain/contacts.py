"""The mediator writes down every call and message: with whom, what was said and what came of it.

A notice is written by the mediator and delivered by the platform, which tells what became of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from services.mediation.domain.access import unless_assigned_and_at_work
from services.mediation.domain.events import ContactLogged, MediationFact, NoticeSent
from services.mediation.domain.standing import Mediation, NoFile
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Side
from shared.kernel.ids import derived_id
from shared.kernel.notices import Channel
from shared.kernel.refusals import Refused


class LogContact(Command):
    NAME: ClassVar[str] = "log_contact"
    ABOUT: ClassVar[str | None] = "with_side"

    channel: Channel
    with_side: Side
    note: Words
    outcome: Words


class SendNotice(Command):
    NAME: ClassVar[str] = "send_notice"
    ABOUT: ClassVar[str | None] = "with_side"

    channel: Channel = "sms"
    with_side: Side
    text: Words


def may_contact(by: Actor, _at: datetime, state: Mediation) -> Refused | None:
    return unless_assigned_and_at_work(by, state)


def log_contact(command: LogContact, state: Mediation) -> Sequence[MediationFact] | Refused:
    """Two calls may be alike, so a second one is written down too."""
    if refusal := may_contact(command.by, command.at, state):
        return refusal
    logged = ContactLogged(
        channel=command.channel, with_side=command.with_side, note=command.note, outcome=command.outcome
    )
    return [logged]


def send_notice(command: SendNotice, state: Mediation) -> Sequence[MediationFact] | Refused:
    """Two notices may be alike too; each is delivered once."""
    refusal = may_contact(command.by, command.at, state)
    if refusal or isinstance(state, NoFile):
        return refusal or []
    sent = NoticeSent(
        notice_id=derived_id(command.id, "notice"),
        channel=command.channel,
        with_side=command.with_side,
        recipient=state.file.parties.party_on(command.with_side),
        text=command.text,
    )
    return [sent]
