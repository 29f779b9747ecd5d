"""Intake in a process whose clock is five days ahead, so that what will fall due has fallen due."""

import sys
from datetime import datetime, timedelta
from typing import Final

from services.intake.app import build
from shared.adapters.clock import SystemClock
from shared.adapters.process import run

AHEAD: Final = timedelta(days=5)

_now = SystemClock.now


def _ahead(clock: SystemClock) -> datetime:
    return _now(clock) + AHEAD


if __name__ == "__main__":
    SystemClock.now = _ahead  # type: ignore[method-assign, assignment]
    sys.exit(run("intake", build))
