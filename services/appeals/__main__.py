"""Run appeals: `python -m services.appeals`."""

import sys

from services.appeals.app import build
from shared.adapters.process import run

if __name__ == "__main__":
    sys.exit(run("appeals", build))
