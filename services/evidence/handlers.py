"""What evidence's decisions need beyond the request: which of the named files their side has stored."""

from collections.abc import Mapping

from services.evidence.domain.drafting import SubmitDraft
from services.evidence.domain.evidence_file import EvidenceFile, NoFile
from shared.eventing.file_store import FileStore
from shared.eventing.requests import Asked, Provider, Request
from shared.kernel.items import FileRef


def providers(files: FileStore) -> Mapping[str, Provider]:
    """One fetcher per given field."""

    async def stored(asked: Asked, state: EvidenceFile) -> tuple[FileRef, ...]:
        # From here on they are not swept: the case that names them is about to be written.
        found = [await files.hold(asked.by.id, asked.case_id, file.sha256) for file in _named(asked, state)]
        return tuple(file for file in found if file is not None)

    return {"stored": stored}


def _named(asked: Asked, state: EvidenceFile) -> tuple[FileRef, ...]:
    """The files of the request, or of the drafts it can mean."""
    body = asked.body if isinstance(asked, Request) else asked
    if asked.NAME != SubmitDraft.NAME:
        return getattr(body, "files", ())
    drafts = {} if isinstance(state, NoFile) else state.file.drafts
    return tuple(
        file
        for (_, item_id), draft in drafts.items()
        if item_id == getattr(body, "item_id", None)
        for file in draft.files
    )
