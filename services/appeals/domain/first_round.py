"""What a review must remember of the first round: the parties, who handled it, its evidence and how it ended.

The services that tell it are not ordered among each other, so each note stands without the others.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, TypeAlias, assert_never

from pydantic import Field

from services.appeals.domain.case_file import CaseFile, ContestedRuling, SealedItem
from services.appeals.domain.events import (
    AppealsFact,
    FileOpened,
    FirstEvidenceNoted,
    MediatorNoted,
    RulingNoted,
    SettlementNoted,
)
from services.appeals.domain.standing import Known, NoFile, Running
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused


class OpenFile(Command):
    NAME: ClassVar[str] = "open_file"

    file: CaseFile


class NoteMediator(Command):
    NAME: ClassVar[str] = "note_mediator"

    mediator_id: Annotated[str, Field(min_length=1)]


class NoteFirstEvidence(Command):
    NAME: ClassVar[str] = "note_first_evidence"

    items: tuple[SealedItem, ...]


class NoteRuling(Command):
    """Carries the file as well: a ruling can be heard before the complaint it ended."""

    NAME: ClassVar[str] = "note_ruling"

    file: CaseFile
    ruling: ContestedRuling
    adjudicator_ids: tuple[str, ...]


class NoteSettlement(Command):
    NAME: ClassVar[str] = "note_settlement"


FirstRoundCommand: TypeAlias = OpenFile | NoteMediator | NoteFirstEvidence | NoteRuling | NoteSettlement


def remember(command: FirstRoundCommand, state: Running) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match command:
        case OpenFile():
            return [_file_opened(command.file)] if isinstance(state, NoFile) else []
        case NoteMediator():
            known = command.mediator_id in state.heard.handlers
            return [] if known else [MediatorNoted(mediator_id=command.mediator_id)]
        case NoteFirstEvidence():
            return [] if state.heard.items.issuperset(command.items) else [FirstEvidenceNoted(items=command.items)]
        case NoteRuling():
            return _note_ruling(command, state)
        case NoteSettlement():
            unsettled = isinstance(state, Known) or (isinstance(state, NoFile) and not state.settled)
            return [SettlementNoted()] if unsettled else []
        case _:
            assert_never(command)


def _note_ruling(command: NoteRuling, state: Running) -> Sequence[AppealsFact]:
    ruling = RulingNoted(ruling=command.ruling, adjudicator_ids=command.adjudicator_ids)
    match state:
        case NoFile(settled=False):
            return [_file_opened(command.file), ruling]
        case Known():
            return [ruling]
        case _:
            return []


def _file_opened(file: CaseFile) -> FileOpened:
    return FileOpened(parties=file.parties, rules=file.rules)
