"""While a round is open an adjudicator can ask either side for an item or an explanation."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from services.evidence.domain.access import only_an_adjudicator, open_round_of
from services.evidence.domain.events import EvidenceFact, EvidenceRequested
from services.evidence.domain.evidence_file import EvidenceFile
from services.evidence.domain.item_types import item_type_must_fit_the_side
from shared.eventing.messages import Command, Words
from shared.kernel.actors import Side
from shared.kernel.ids import derived_id
from shared.kernel.items import Element, ItemType
from shared.kernel.refusals import Refused


class RequestEvidence(Command):
    NAME: ClassVar[str] = "request_evidence"

    side: Side
    element: Element
    items: Annotated[tuple[ItemType, ...], Field(min_length=1)]
    note: Words | None = None


def request(command: RequestEvidence, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    if refused := only_an_adjudicator(command.by):
        return refused
    collecting = open_round_of(state)
    if isinstance(collecting, Refused):
        return collecting
    request_id = derived_id(command.id, "request")
    if request_id in collecting.requests:
        return []
    if refused := item_type_must_fit_the_side(command.side, command.items, "items"):
        return refused
    return [
        EvidenceRequested(
            request_id=request_id,
            round=collecting.round,
            side=command.side,
            element=command.element,
            items=command.items,
            note=command.note,
            due_at=command.at + timedelta(hours=collecting.file.rules.evidence_hours),
        )
    ]
