"""A ruling is final when its appeal window has passed with no appeal open, or when the appeal is decided."""

from collections.abc import Sequence
from typing import ClassVar, TypeAlias, assert_never

from services.intake.domain.appeals import Appeals
from services.intake.domain.case import Closed, InProcess, Ruled, State, beneath
from services.intake.domain.closing import with_what_follows
from services.intake.domain.events import (
    AppealDecisionNoted,
    AppealDismissalNoted,
    AppealNoted,
    AppealWindowClosed,
    IntakeFact,
)
from services.intake.domain.underway import must_not_be_suspended
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused
from shared.kernel.values import said


class NoteAppealOpened(Command):
    NAME: ClassVar[str] = "note_appeal_opened"

    appeal_id: Id


class NoteAppealDismissed(Command):
    NAME: ClassVar[str] = "note_appeal_dismissed"

    appeal_id: Id


class NoteFinal(Command):
    """`upheld`: the ruling stands as it was; `owes`: whether the decision orders anything."""

    NAME: ClassVar[str] = "note_final"

    upheld: bool
    owes: bool


class CloseAppealWindow(Command):
    NAME: ClassVar[str] = "close_appeal_window"


AppealingCommand: TypeAlias = NoteAppealOpened | NoteAppealDismissed | NoteFinal | CloseAppealWindow


def follow_appeal(command: AppealingCommand, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match command:
        case NoteAppealOpened():
            return note_appeal_opened(command, beneath(state))
        case NoteAppealDismissed():
            return note_appeal_dismissed(command, beneath(state))
        case NoteFinal():
            return note_final(command, beneath(state))
        case CloseAppealWindow():
            return close_appeal_window(command, state)
        case _:
            assert_never(command)


def note_appeal_opened(command: NoteAppealOpened, state: State) -> Sequence[IntakeFact]:
    """An appeal opens a closed case again when it was lodged in time but heard after the closing."""
    appeals = _appeals_of(state.ruled if isinstance(state, Closed) else state)
    if appeals is None or appeals.decision is not None or command.appeal_id in appeals.opened:
        return []
    return [AppealNoted(appeal_id=command.appeal_id)]


def note_appeal_dismissed(command: NoteAppealDismissed, state: State) -> Sequence[IntakeFact]:
    appeals = _appeals_of(state)
    if appeals is None or command.appeal_id in appeals.dismissed:
        return []
    return with_what_follows(state, AppealDismissalNoted(appeal_id=command.appeal_id))


def note_final(command: NoteFinal, state: State) -> Sequence[IntakeFact]:
    appeals = _appeals_of(state)
    if appeals is None or appeals.decision is not None:
        return []
    return with_what_follows(state, AppealDecisionNoted(upheld=command.upheld, owes=command.owes))


def close_appeal_window(command: CloseAppealWindow, state: State) -> Sequence[IntakeFact] | Refused:
    if refused := must_not_be_suspended(state):
        return refused
    if not isinstance(state, Ruled) or state.window_closed or state.final:
        return []
    if command.at < state.appeal_until:
        return Refused("appeal_window_must_have_passed", detail=f"appeals are open until {said(state.appeal_until)}")
    return with_what_follows(state, AppealWindowClosed())


def _appeals_of(state: State | None) -> Appeals | None:
    """The appeals of a case that is under way. One can be heard before its ruling: they travel apart."""
    return state.appeals if isinstance(state, InProcess | Ruled) else None
