"""Run intake: `python -m services.intake`."""

import sys

from services.intake.app import build
from shared.adapters.process import run

if __name__ == "__main__":
    sys.exit(run("intake", build))
