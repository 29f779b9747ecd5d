"""Everything intake can be asked, and where it is decided."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.intake.domain.appealing import (
    AppealingCommand,
    CloseAppealWindow,
    NoteAppealDismissed,
    NoteAppealOpened,
    NoteFinal,
    follow_appeal,
)
from services.intake.domain.case import Nothing, State
from services.intake.domain.erasing import ErasePerson, NotePersonErased, erase_person, note_person_erased
from services.intake.domain.events import IntakeFact
from services.intake.domain.evolving import evolve
from services.intake.domain.filing import FileComplaint, file_complaint
from services.intake.domain.following import FollowingCommand, NoteFulfilled, NoteRuled, NoteSettled, follow
from services.intake.domain.negotiating import (
    AcceptNegotiatedOffer,
    DeclineNegotiatedOffer,
    LapseNegotiation,
    NegotiationCommand,
    OfferInNegotiation,
    OpenNegotiation,
    RefuseInNegotiation,
    negotiate,
)
from services.intake.domain.recording import RecordOrder, record_order
from services.intake.domain.reminding import Remind, remind
from services.intake.domain.suspending import (
    ConsentToSuspension,
    EndSuspension,
    ResumeComplaint,
    SuspendComplaint,
    SuspendingCommand,
    follow_suspension,
)
from services.intake.domain.urging import Urge, urge
from services.intake.domain.withdrawing import WithdrawComplaint, withdraw_complaint
from shared.eventing.decider import Decider
from shared.eventing.messages import Command
from shared.kernel.refusals import Refused

IntakeCommand: TypeAlias = (
    RecordOrder
    | NegotiationCommand
    | FileComplaint
    | WithdrawComplaint
    | FollowingCommand
    | AppealingCommand
    | SuspendingCommand
    | Urge
    | Remind
    | ErasePerson
    | NotePersonErased
)

COMMANDS: tuple[type[Command], ...] = (
    RecordOrder,
    OpenNegotiation,
    OfferInNegotiation,
    RefuseInNegotiation,
    AcceptNegotiatedOffer,
    DeclineNegotiatedOffer,
    LapseNegotiation,
    FileComplaint,
    WithdrawComplaint,
    NoteSettled,
    NoteRuled,
    NoteFulfilled,
    NoteAppealOpened,
    NoteAppealDismissed,
    NoteFinal,
    CloseAppealWindow,
    ConsentToSuspension,
    SuspendComplaint,
    ResumeComplaint,
    EndSuspension,
    Urge,
    Remind,
    ErasePerson,
    NotePersonErased,
)


def decide(command: IntakeCommand, state: State) -> Sequence[IntakeFact] | Refused:
    match command:
        case RecordOrder() | Remind() | ErasePerson() | NotePersonErased():
            return _by_the_platform(command, state)
        case FileComplaint() | WithdrawComplaint() | Urge():
            return _by_a_party(command, state)
        case NoteSettled() | NoteRuled() | NoteFulfilled():
            return follow(command, state)
        case NoteAppealOpened() | NoteAppealDismissed() | NoteFinal() | CloseAppealWindow():
            return follow_appeal(command, state)
        case ConsentToSuspension() | SuspendComplaint() | ResumeComplaint() | EndSuspension():
            return follow_suspension(command, state)
        case (
            OpenNegotiation()
            | OfferInNegotiation()
            | RefuseInNegotiation()
            | AcceptNegotiatedOffer()
            | DeclineNegotiatedOffer()
            | LapseNegotiation()
        ):
            return negotiate(command, state)
        case _:
            assert_never(command)


def _by_the_platform(
    command: RecordOrder | Remind | ErasePerson | NotePersonErased, state: State
) -> Sequence[IntakeFact] | Refused:
    match command:
        case RecordOrder():
            return record_order(command, state)
        case Remind():
            return remind(command, state)
        case ErasePerson():
            return erase_person(command, state)
        case NotePersonErased():
            return note_person_erased(command, state)
        case _:
            assert_never(command)


def _by_a_party(command: FileComplaint | WithdrawComplaint | Urge, state: State) -> Sequence[IntakeFact] | Refused:
    match command:
        case FileComplaint():
            return file_complaint(command, state)
        case WithdrawComplaint():
            return withdraw_complaint(command, state)
        case Urge():
            return urge(command, state)
        case _:
            assert_never(command)


INTAKE: Decider[IntakeCommand, State, IntakeFact] = Decider(decide=decide, evolve=evolve, initial=Nothing())
