"""Run evidence: `python -m services.evidence`."""

import sys

from services.evidence.app import build
from shared.adapters.process import run

if __name__ == "__main__":
    sys.exit(run("evidence", build))
