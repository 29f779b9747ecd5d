"""The four services, each running as its `app.build` assembles it, without servers."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.adapters.clock import VirtualClock
from tests.kit.deciding import NOON
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.scenes import SCENES, Scene

BEFORE_NOON = NOON - timedelta(milliseconds=1)


@pytest.fixture(params=SCENES, ids=lambda scene: str(scene.name))
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.param
    return found


@pytest.fixture
async def run(scene: Scene) -> AsyncIterator[Running]:
    notes = Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as one:
        yield one
