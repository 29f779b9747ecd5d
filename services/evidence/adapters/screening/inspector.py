"""The inspection of evidence files in worker processes, so that no file can harm the service."""

from dataclasses import dataclass
from typing import Final

from services.evidence.adapters.screening.inspecting import inspect
from shared.adapters.worker_pool import OverLimitError, WorkerPool
from shared.kernel.refusals import Refused

MODULES: Final = ("services.evidence.adapters.screening.inspecting",)
_LIMITS: Final = {
    "time": "it takes too long to read",
    "cpu": "it takes too long to read",
    "memory": "it takes too much memory to read",
    "crash": "the program that reads it breaks on it",
}


@dataclass(frozen=True, slots=True)
class Inspector:
    """Inspects through a pool of workers."""

    pool: WorkerPool

    async def inspect(self, content: bytes, name: str | None) -> str | Refused:
        """The media type, or why the file is not taken. Raises PoolBusyError when too many wait already."""
        try:
            found = await self.pool.run(inspect, content, name)
        except OverLimitError as error:
            return Refused(
                "file_must_be_decodable_within_limits",
                _LIMITS[error.limit],
                cure="open it, save it anew, smaller if it can be, and send that",
            )
        return found if isinstance(found, str) else Refused(**found)
