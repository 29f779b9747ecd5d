"""What evidence's decisions need beyond the request: which of the named files are really stored."""

from collections.abc import Mapping

from services.evidence.domain.evidence_file import EvidenceFile
from shared.eventing.ports import FileStore
from shared.eventing.requests import Asked, Provider, Request
from shared.kernel.items import FileRef


def providers(files: FileStore) -> Mapping[str, Provider]:
    """One fetcher per given field."""

    async def stored(asked: Asked, _: EvidenceFile) -> tuple[FileRef, ...]:
        named: tuple[FileRef, ...] = getattr(asked.body if isinstance(asked, Request) else asked, "files", ())
        found = [await files.describe(file.sha256) for file in named]
        return tuple(file for file in found if file is not None)

    return {"stored": stored}
