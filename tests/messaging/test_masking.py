"""What each side reads over HTTP of the other's words: one case and pages of cases."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.memory_keys import MemoryKeys
from shared.kernel.actors import Actor
from tests.kit.http import WEI, headers_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import APPEALS, CASE, EVIDENCE, LIN, MEDIATION, QINGYAO, Scene

CALL, MASKED = "Call 13812345678 or lin@example.com.", "Call [phone number masked] or [e-mail masked]."
PAGES = {"evidence": "/evidence", "mediation": "/mediations", "appeal": "/appeals"}
SEALED = "under keys"
"""Words are stored sealed, and masked as they are opened."""


async def words(run: Running, path: str, by: Actor) -> tuple[str, str]:
    """What the case's own route and its page show to a caller."""
    headers = headers_of(by)
    one = await run.http.client.get(path, headers=headers)
    page = await run.http.client.get(PAGES[path.rpartition("/")[2]], headers=headers)
    assert one.is_success, one.text
    assert page.is_success, page.text
    return one.text, page.text


@pytest.fixture
async def started(request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    scene: Scene = request.param
    notes = Notes()
    clock = VirtualClock(BEFORE_NOON)
    on = replace(ports(clock, notes), keys=MemoryKeys()) if SEALED in request.node.name else ports(clock, notes)
    async with running(scene.build, on, notes) as run:
        await scene.ready(run)
        yield run


@pytest.mark.parametrize(
    ("started", "scene", "field"),
    [(scene, scene, field) for scene, field in ((EVIDENCE, "caption"), (APPEALS, "reason")) for _ in range(2)],
    indirect=["started"],
    ids=["evidence", f"evidence {SEALED}", "appeals", f"appeals {SEALED}"],
)
async def test_the_other_side_reads_masked_what_its_author_and_staff_read_as_written(
    started: Running, scene: Scene, field: str
) -> None:
    ask = replace(scene.accepted, body={**scene.accepted.body, field: CALL})
    other = QINGYAO if ask.by == LIN else LIN
    await ask.must(started)
    await started.caught_up()

    for by in (ask.by, WEI):
        assert all(CALL in text for text in await words(started, scene.shows[0], by))
    for text in await words(started, scene.shows[0], other):
        assert CALL not in text
        assert MASKED in text


@pytest.mark.parametrize("started", [MEDIATION] * 2, indirect=True, ids=["mediation", f"mediation {SEALED}"])
async def test_why_an_offer_was_declined_is_masked_for_who_made_it(started: Running) -> None:
    await MEDIATION.accepted.must(started)
    await started.caught_up()
    path = f"/cases/{CASE}/mediation"
    (offer,) = (await started.http.see(path)).json()["offers"]
    declined = await started.http.ask(CASE, "decline_offer", LIN, {"offer_id": offer["offer_id"], "reason": CALL})
    assert declined.status_code == 200, declined.text
    await started.caught_up()

    for by in (LIN, WEI):
        assert all(CALL in text for text in await words(started, path, by))
    for text in await words(started, path, QINGYAO):
        assert CALL not in text
        assert MASKED in text
