"""An appeal whose evidence is sealed goes to the least-loaded reviewer who took no part in the first round."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, assert_never

from services.appeals.domain.appeal import (
    Appeal,
    Appealable,
    Final,
    Known,
    NoFile,
    Ready,
    Settled,
    UnderAppeal,
    UnderReview,
)
from services.appeals.domain.case_file import SealedItem
from services.appeals.domain.events import AppealReady, AppealsFact, ReviewerAssigned
from shared.eventing.messages import Command, Given
from shared.kernel.access import only_the_platform
from shared.kernel.actors import Role
from shared.kernel.refusals import Refused
from shared.kernel.roster import RosterEntry

INDEPENDENCE_CLAUSE = "appeal.independence"


class NoteAppealEvidence(Command):
    NAME: ClassVar[str] = "note_appeal_evidence"

    items: tuple[SealedItem, ...]


class AssignReviewer(Command):
    NAME: ClassVar[str] = "assign_reviewer"

    roster: Annotated[tuple[RosterEntry, ...], Given()]


def note_appeal_evidence(command: NoteAppealEvidence, state: Appeal) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case UnderAppeal():
            return [AppealReady(items=command.items)]
        case Ready() | UnderReview() | Final():
            return []
        case NoFile() | Known() | Settled() | Appealable():
            return Refused("an_appeal_must_be_open", detail="no appeal has been admitted, so none can become ready")
        case _:
            assert_never(state)


def assign(command: AssignReviewer, state: Appeal) -> Sequence[AppealsFact] | Refused:
    if refused := only_the_platform(command.by):
        return refused
    match state:
        case Ready():
            return _assign_least_loaded(command, state)
        case UnderReview() | Final():
            return []
        case NoFile() | Known() | Settled() | Appealable() | UnderAppeal():
            return Refused("appeal_must_be_ready_for_review", detail="the appeal's evidence is not sealed yet")
        case _:
            assert_never(state)


def _assign_least_loaded(command: AssignReviewer, state: Ready) -> Sequence[AppealsFact] | Refused:
    # Ids are compared, not actors: the same person may serve as specialist and as reviewer.
    independent = [
        entry
        for entry in command.roster
        if entry.actor.role is Role.REVIEWER and entry.actor.id not in state.heard.handlers
    ]
    if not independent:
        return Refused(
            "roster_must_have_an_independent_reviewer",
            detail=f"none of {len(command.roster)} on the roster is a reviewer without a part in the first round",
            clause=INDEPENDENCE_CLAUSE,
            cure="add a reviewer who took no part in the first round to the roster",
        )
    parties = {state.file.parties.buyer_id, state.file.parties.seller_id}

    def order(entry: RosterEntry) -> tuple[bool, int, str]:
        return (not parties.isdisjoint(entry.recent_parties), entry.load, entry.actor.id)

    due_at = command.at + timedelta(hours=state.file.rules.review)
    return [ReviewerAssigned(reviewer=min(independent, key=order).actor, due_at=due_at)]
