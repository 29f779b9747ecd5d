"""One deployment for all journeys: they leave it as they found it."""

import os
from collections.abc import Iterator

import pytest

from tests.journeys.composed import SERVICES, Composed
from tests.kit.ports import free_ports


@pytest.fixture(scope="session")
def composed() -> Iterator[Composed]:
    """Healthy containers of what is in the tree now; afterwards only the image is left."""
    listening = (*SERVICES, "kafka", "mongo")
    ports = dict(zip(listening, free_ports(len(listening)), strict=True))
    deployment = Composed(f"redress-journeys-{os.getpid()}", ports)
    try:
        deployment.must("build", within_s=900)
        deployment.up()
        yield deployment
    finally:
        deployment.run("down", "--volumes", "--remove-orphans", "--timeout", "5")
