"""What mediation settles, rules and sees carried out is noted, so that the case ends when it should."""

from collections.abc import Sequence
from typing import ClassVar, TypeAlias, assert_never

from services.intake.domain.case import InProcess, Ruled, Settled, State, beneath
from services.intake.domain.closing import with_what_follows
from services.intake.domain.events import CaseSettled, ComplaintClosed, IntakeFact, OrdersFulfilled, RulingNoted
from services.intake.domain.words import FulfilmentBasis
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused
from shared.kernel.values import Moment


class NoteSettled(Command):
    """`owes`: whether the settlement leaves anything to be done."""

    NAME: ClassVar[str] = "note_settled"

    owes: bool


class NoteRuled(Command):
    """`owes`: whether the ruling orders anything."""

    NAME: ClassVar[str] = "note_ruled"

    appeal_until: Moment
    owes: bool


class NoteFulfilled(Command):
    NAME: ClassVar[str] = "note_fulfilled"

    basis: FulfilmentBasis


FollowingCommand: TypeAlias = NoteSettled | NoteRuled | NoteFulfilled


def follow(command: FollowingCommand, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match command:
        case NoteSettled():
            return note_settled(command, beneath(state))
        case NoteRuled():
            return note_ruled(command, beneath(state))
        case NoteFulfilled():
            return note_fulfilled(command, beneath(state))
        case _:
            assert_never(command)


def note_settled(command: NoteSettled, state: State) -> Sequence[IntakeFact]:
    if not isinstance(state, InProcess):
        return []
    settled = CaseSettled(owes=command.owes)
    return [settled] if command.owes else [settled, ComplaintClosed(outcome="settled")]


def note_ruled(command: NoteRuled, state: State) -> Sequence[IntakeFact]:
    if not isinstance(state, InProcess):
        return []
    return with_what_follows(state, RulingNoted(appeal_until=command.appeal_until, owes=command.owes))


def note_fulfilled(command: NoteFulfilled, state: State) -> Sequence[IntakeFact]:
    fulfilled = OrdersFulfilled(basis=command.basis)
    match state:
        case Settled() if command.basis == "settlement":
            return [fulfilled, ComplaintClosed(outcome="settled")]
        case Ruled() if command.basis != "settlement" and command.basis not in state.fulfilled:
            return with_what_follows(state, fulfilled)
        case _:
            return []
