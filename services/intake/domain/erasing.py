"""A person is erased: the key under which what they wrote lies is destroyed, and the proof of it is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Final

from services.intake.domain.case import BeingErased, Erased, Nothing, State
from services.intake.domain.events import IntakeFact, PersonErased, PersonErasureOrdered
from services.intake.domain.words import DestroyedKey
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Actor
from shared.kernel.refusals import Refused

PERSON: Final = "person:"
"""What the stream of a person begins with; their id follows."""


class ErasePerson(Command):
    """Make what a person wrote unreadable for good; `case_id` is `person:` and the person's id."""

    NAME: ClassVar[str] = "erase_person"

    open_case: Annotated[str | None, Given()] = None
    """A case of theirs that is not over."""
    sealing: Annotated[bool, Given()] = False
    """Whether what people write lies under keys here."""


class NotePersonErased(Command):
    """The vault destroyed the key."""

    NAME: ClassVar[str] = "note_person_erased"

    destroyed: Annotated[DestroyedKey | None, Given()] = None


def person_of(stream: str) -> str:
    """The person whose stream this is; empty for any other stream."""
    return stream.removeprefix(PERSON) if stream.startswith(PERSON) else ""


def erase_person(command: ErasePerson, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := may_erase(command.by, command.at, state):
        return refused
    if not isinstance(state, Nothing):
        return []
    person = person_of(command.case_id)
    if refused := _in_the_way(command, person):
        return refused
    return [PersonErasureOrdered(person_id=person)]


def may_erase(by: Actor, at: datetime, state: State) -> Refused | None:
    del at
    if refused := only_the_platform(by):
        return refused
    if isinstance(state, Nothing | BeingErased | Erased):
        return None
    return _no_person("a case or an order has this id")


def _in_the_way(command: ErasePerson, person: str) -> Refused | None:
    if not person:
        return _no_person("this names no person")
    if not command.sealing:
        return Refused(
            "texts_must_be_sealed",
            detail="no master key is configured, so what people write lies open here",
            cure="configure a master key; what was written before cannot be erased",
        )
    if command.open_case:
        return Refused(
            "person_must_not_be_a_party",
            detail=f"{person} is a party to {command.open_case}, which is not over",
            field="case_id",
            cure="wait until the case is closed",
        )
    return None


def note_person_erased(command: NotePersonErased, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Erased():
            return []
        case BeingErased(person_id=person) if command.destroyed:
            key = command.destroyed
            return [PersonErased(person_id=person, key_fingerprint=key.fingerprint, destroyed_at=key.at)]
        case BeingErased():
            return Refused(
                "key_must_be_destroyed", detail="the key vault is not reachable", cure="configure the master key again"
            )
        case _:
            return Refused("erasure_must_be_ordered", detail="nobody asked for this", cure="erase the person")


def _no_person(detail: str) -> Refused:
    return Refused("stream_must_be_a_person", detail=detail, field="case_id", cure="send person: and the person's id")
