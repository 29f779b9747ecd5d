"""The measuring of evidence files in worker processes."""

from dataclasses import dataclass
from typing import Any, Final

import structlog

from services.evidence.adapters.screening.screening import screen
from shared.adapters.worker_pool import JobFailedError, OverLimitError, WorkerPool
from shared.kernel.refusals import Refused

MODULE: Final = "services.evidence.adapters.screening.screening"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Screener:
    """Measures through a pool of workers."""

    pool: WorkerPool

    async def screen(self, content: bytes, media_type: str) -> dict[str, Any] | Refused:
        """The figures of a file, or why it has none. Raises PoolBusyError when too many wait already."""
        try:
            found: dict[str, Any] = await self.pool.run(screen, content, media_type)
        except OverLimitError as error:
            return Refused("file_must_be_decodable_within_limits", f"it meets a limit of {error.limit} when measured")
        except JobFailedError as error:
            # A fault of ours, or of a decoder: the file stays evidence, and a later screener may measure it.
            _log.warning("a file could not be measured", media_type=media_type, error=str(error))
            return Refused("file_must_be_measurable", "it could not be measured")
        return found
