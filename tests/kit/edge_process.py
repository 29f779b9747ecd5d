"""Intake as a process with real listeners and settings, but ports in memory: for tests of what it does to sockets."""

import sys

from fastapi import FastAPI

from services.intake.app import build as intake
from shared.adapters.clock import VirtualClock
from shared.adapters.process import run
from shared.adapters.settings import Settings
from tests.kit.deciding import NOON
from tests.kit.runtime import Notes, ports


def build(settings: Settings) -> FastAPI:
    return intake(settings, ports(VirtualClock(NOON), Notes()))


if __name__ == "__main__":
    sys.exit(run("intake", build))
