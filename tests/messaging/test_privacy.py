"""What a person wrote is nowhere readable inside; callers see it until the person is erased (ADR 0022)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.memory_keys import MemoryKeys
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import FILE, LIN, SCENES

PLANTED = "Planted 壺 words of nobody else"
INTAKE = next(scene for scene in SCENES if scene.name == "intake")
SAID = replace(FILE, body={**FILE.body, "description": PLANTED})


@pytest.fixture(params=[True, False], ids=["sealed", "plain"])
async def sealed_or_not(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Running, MemoryKeys | None]]:
    notes, keys = Notes(), MemoryKeys() if request.param else None
    on = replace(ports(VirtualClock(BEFORE_NOON), notes), keys=keys)
    async with running(INTAKE.build, on, notes) as run:
        await INTAKE.ready(run)
        yield run, keys


async def everything_inside(run: Running) -> str:
    await run.caught_up()
    store = run.service.ports.store
    views = [shown.body for view in run.service.views async for shown in store.scan(run.service.pointers.of(view).live)]
    facts = [repr(commit) for commit in await run.log()]
    sent = [(record.value or b"").decode() for record in run.notes.sent]
    return "\n".join([*facts, orjson.dumps(views, default=str).decode(), *sent])


async def test_a_text_is_inside_only_as_a_token_until_its_writer_is_erased(
    sealed_or_not: tuple[Running, MemoryKeys | None],
) -> None:
    run, keys = sealed_or_not
    answer = await SAID.to(run, key="once")
    assert answer.status_code == 200, answer.text
    assert (await SAID.to(run, key="once")).json()["repeated"]

    inside = await everything_inside(run)

    if keys is None:  # the canary: the same search finds what is not sealed
        assert PLANTED in inside
        return
    assert f"pd1:{LIN.id}:" in inside
    assert PLANTED not in inside
    assert PLANTED.encode("unicode_escape").decode() not in inside
    await keys.destroy(LIN.id)
    told: dict[str, Any] = problem_of(await SAID.to(run, case="case-2"), 410)
    assert (told["rule"], LIN.id in told["detail"]) == ("person_must_not_be_erased", True)
