"""When the evidence of the appeal round is sealed, the appeal waits for a reviewer.

A seal older than the last appeal leaves the round open: what that appeal brings is still to come.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, assert_never

from services.appeals.domain.case_file import SealedItem
from services.appeals.domain.events import AppealEvidenceAdded, AppealReady, AppealsFact
from services.appeals.domain.standing import (
    Appealable,
    Final,
    Known,
    NoFile,
    Ready,
    Running,
    Settled,
    UnderAppeal,
    UnderReview,
)
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.refusals import Refused


class NoteAppealEvidence(Command):
    NAME: ClassVar[str] = "note_appeal_evidence"

    items: tuple[SealedItem, ...]


def note_appeal_evidence(command: NoteAppealEvidence, state: Running) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case UnderAppeal():
            return _sealed(command, state)
        case Ready() | UnderReview() | Final():
            return _added(command, state)
        case Appealable() if any(appeal.became == "withdrawn" for appeal in state.lodged):
            # The other party may still appeal, and then cite what was sealed.
            return _added(command, state)
        case NoFile() | Known() | Settled() | Appealable():
            return Refused("an_appeal_must_be_open", detail="no appeal has been admitted, so none can become ready")
        case _:
            assert_never(state)


def _sealed(command: NoteAppealEvidence, state: UnderAppeal) -> Sequence[AppealsFact]:
    if state.opened_at and command.at < state.opened_at:
        return _added(command, state)
    by = command.at + timedelta(hours=state.file.rules.review_assignment)
    return [AppealReady(items=command.items, assign_by=by)]


def _added(command: NoteAppealEvidence, state: Running) -> Sequence[AppealsFact]:
    return [] if state.heard.items.issuperset(command.items) else [AppealEvidenceAdded(items=command.items)]
