"""A file that was looked at: its figures and what they may mean are kept, for both sides to see."""

from collections.abc import Sequence
from typing import ClassVar

from services.evidence.domain.access import round_must_be_open
from services.evidence.domain.events import EvidenceFact, FileScreened
from services.evidence.domain.evidence_file import EvidenceFile, NoFile
from services.evidence.domain.figures import Alike, Figures, Remark
from services.evidence.domain.remarks import remarks_on
from shared.eventing.messages import Command
from shared.kernel.access import only_the_platform
from shared.kernel.ids import Id
from shared.kernel.refusals import Refused


class RecordScreening(Command):
    """`person` submitted the file. `screener` is the version of what measured; a newer one may measure a file again.

    Without `figures` the file could not be measured, and `trouble` says why.
    """

    NAME: ClassVar[str] = "record_screening"
    ABOUT: ClassVar[str | None] = "person"

    person: Id
    item_id: Id
    sha256: str
    screener: int
    figures: Figures | None = None
    trouble: str | None = None
    elsewhere: tuple[Alike, ...] = ()


def record(command: RecordScreening, state: EvidenceFile) -> Sequence[EvidenceFact] | Refused:
    """Also after the seal: what is advisory changes nothing that was sealed."""
    if refused := only_the_platform(command.by):
        return refused
    if isinstance(state, NoFile):
        return round_must_be_open(state)
    case = state.file
    item = case.item(command.item_id)
    file = next((one for one in item.files if one.sha256 == command.sha256), None) if item else None
    if item is None or file is None:
        return Refused(
            "screened_file_must_be_in_its_item",
            detail=f"no item {command.item_id} with a file {command.sha256} is in the case",
            field="sha256",
        )
    known = case.screened.get((command.item_id, command.sha256))
    if known is not None and known.screener >= command.screener:
        return []
    if command.figures is None:
        remarks: tuple[Remark, ...] = (Remark(code="not_measured", text=command.trouble or "it could not be measured"),)
    else:
        remarks = remarks_on(command.figures, item, file, case, command.elsewhere)
    return [
        FileScreened(
            item_id=command.item_id,
            file=file,
            screener=command.screener,
            figures=command.figures,
            remarks=remarks,
            elsewhere=command.elsewhere,
            screened_at=command.at,
        )
    ]
