"""An adjudicator can ask either side for an item or an explanation, also one that said done, also after the seal."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from services.evidence.domain.access import only_an_adjudicator, round_must_be_open
from services.evidence.domain.events import EvidenceFact, EvidenceRequested
from services.evidence.domain.evidence_file import Collecting, EvidenceFile, Sealed, starts_a_clock
from services.evidence.domain.item_types import item_type_must_fit_the_side
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Actor, Side
from shared.kernel.clocks import reminders
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType
from shared.kernel.refusals import Refused


class RequestEvidence(Command):
    NAME: ClassVar[str] = "request_evidence"

    side: Side
    element: Element
    items: Annotated[tuple[ItemType, ...], Field(min_length=1)]
    note: Words | None = None


class RequestExplanation(Command):
    """A free question, which a statement answers."""

    NAME: ClassVar[str] = "request_explanation"

    side: Side
    element: Element
    question: Words


def request(command: RequestEvidence, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    return _asking(command, command.items, command.note, None, state)


def request_explanation(command: RequestExplanation, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    return _asking(command, (ItemType.STATEMENT,), None, command.question, state)


def may_request(by: Actor, state: EvidenceFile) -> Collecting | Sealed | Refused:
    """Whether somebody can ask now, whatever it is."""
    if refused := only_an_adjudicator(by):
        return refused
    return state if isinstance(state, Collecting | Sealed) else round_must_be_open(state)


def _asking(
    command: RequestEvidence | RequestExplanation,
    items: tuple[ItemType, ...],
    note: str | None,
    question: str | None,
    state: EvidenceFile,
) -> Sequence[EvidenceFact] | Refused:
    standing = may_request(command.by, state)
    if isinstance(standing, Refused):
        return standing
    request_id = derived_id(command.id, "request")
    if isinstance(standing, Collecting) and request_id in standing.requests:
        return []
    if refused := item_type_must_fit_the_side(command.side, items, "items"):
        return refused
    rules = standing.file.rules
    due_at = command.at + timedelta(hours=rules.evidence_hours)
    anew, until = True, due_at
    if isinstance(standing, Collecting):
        anew = starts_a_clock(standing, command.side, due_at)
        until = max(due_at, standing.due[command.side])
    return [
        EvidenceRequested(
            request_id=request_id,
            round=standing.round,
            side=command.side,
            element=command.element,
            items=items,
            note=note,
            due_at=due_at,
            question=question,
            remind_at=reminders(command.at, until, rules.reminder_percents) if anew else (),
        )
    ]
