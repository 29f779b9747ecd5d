"""Evidence in a process that dies between storing a batch and committing its offsets."""

import os
import sys
from collections.abc import Sequence
from typing import Any

from services.evidence.app import build
from shared.adapters.consumer import LaneConsumer
from shared.adapters.process import run


async def _die(_consumer: LaneConsumer, records: Sequence[Any]) -> None:
    if records:
        os._exit(137)


if __name__ == "__main__":
    LaneConsumer._commit = _die  # type: ignore[method-assign, assignment]
    sys.exit(run("evidence", build))
