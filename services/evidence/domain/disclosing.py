"""Each side sees the other's items, and the platform's, at once and its receipt is recorded."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from services.evidence.domain.access import party_and_file
from services.evidence.domain.events import DisclosureAcknowledged, EvidenceFact
from services.evidence.domain.evidence_file import EvidenceFile
from shared.eventing.messages import Command
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused


class AcknowledgeDisclosure(Command):
    NAME: ClassVar[str] = "acknowledge_disclosure"

    item_ids: Annotated[tuple[Id, ...], Field(min_length=1)]


def acknowledge(command: AcknowledgeDisclosure, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    asked = party_and_file(command.by, state)
    if isinstance(asked, Refused):
        return asked
    side, file = asked
    disclosed = {item.item_id for item in file.items if item.submitter is not side}
    wanted = dict.fromkeys(command.item_ids)
    if unknown := [item_id for item_id in wanted if item_id not in disclosed]:
        return Refused(
            "item_must_be_disclosed_to_this_side",
            detail=f"the {side} was not shown {', '.join(unknown)}",
            clause="evidence.disclosure",
            field="item_ids",
        )
    new = tuple(item_id for item_id in wanted if (side, item_id) not in file.received)
    return [DisclosureAcknowledged(side=side, item_ids=new, received_at=command.at)] if new else []
