"""The making of copies in worker processes: they decode what others sent."""

from dataclasses import dataclass
from typing import Final

from services.evidence.adapters.copies import without_metadata
from shared.adapters.bundle_printing import small_copy
from shared.adapters.worker_pool import JobFailedError, OverLimitError, WorkerPool
from shared.kernel.refusals import Refused

MODULE: Final = "services.evidence.adapters.copies"


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies through a pool of workers."""

    pool: WorkerPool

    async def shared(self, content: bytes, media_type: str) -> bytes | Refused:
        """The same without metadata, or why there is none. Raises PoolBusyError when too many wait already."""
        try:
            copy: bytes = await self.pool.run(without_metadata, content, media_type)
        except (OverLimitError, JobFailedError) as error:
            return Refused(
                "copy_must_be_possible",
                detail=f"no copy without metadata can be made of it: {error}",
                field="query.form",
                cure="ask an adjudicator what it shows; they look at the original",
            )
        return copy

    async def thumbnail(self, content: bytes) -> bytes | Refused:
        """A small JPEG, or why there is none. Raises PoolBusyError when too many wait already."""
        try:
            small: bytes | None = await self.pool.run(small_copy, content)
        except (OverLimitError, JobFailedError):
            small = None
        if small is None:
            return Refused(
                "thumbnail_must_be_of_a_picture",
                detail="the file is no picture that a small copy can be made of",
                field="query.form",
                cure="ask for form=shared",
            )
        return small
