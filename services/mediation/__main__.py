"""Run mediation: `python -m services.mediation`."""

import sys

from services.mediation.app import build
from shared.adapters.process import run

if __name__ == "__main__":
    sys.exit(run("mediation", build))
