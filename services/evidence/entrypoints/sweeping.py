"""Files that nobody names, and uploads that nobody goes on with, are removed after a while."""

from collections.abc import Callable
from typing import Final

from services.evidence.domain.uploading import needed
from shared.eventing.blob_desk import BlobDesk
from shared.eventing.engine import Engine
from shared.eventing.file_store import FileStore, Needed
from shared.eventing.ports import Clock, Telemetry
from shared.eventing.uploads import Uploads

_LANE: Final = 0
"""Who owns this lane sweeps. Two who think they do harm nothing: each removal asks for the revision that was seen."""


class Sweeping:
    """Looks again and again for what is over its time."""

    def __init__(
        self,
        desk: BlobDesk,
        store: FileStore,
        uploads: Uploads,
        *,
        engine: Engine,
        clock: Clock,
        telemetry: Telemetry,
        lanes: Callable[[], frozenset[int]],
        every: float,
    ) -> None:
        self._desk = desk
        self._store = store
        self._uploads = uploads
        self._engine = engine
        self._clock = clock
        self._telemetry = telemetry
        self._lanes = lanes
        self._every = every

    async def run(self) -> None:
        while True:
            await self._clock.sleep(self._every)
            if _LANE in self._lanes():
                await self.sweep()

    async def sweep(self) -> None:
        """Remove what is over its time now."""
        swept = {
            "uploads": await self._uploads.sweep(),
            "files": await self._store.sweep(self._needed),
            "blobs": await self._desk.sweep(self._is_named),
        }
        for what, many in swept.items():
            self._telemetry.count("swept", many, what=what)

    async def _needed(self, case: str, person: str, sha256: str) -> Needed:
        # Of the log and not of a view, which may not show yet what was submitted a moment ago.
        return needed((await self._engine.load(case)).state, person, sha256)

    async def _is_named(self, blob: str) -> bool:
        return await self._store.names(blob) or await self._uploads.names(blob)
