"""What a person wrote is nowhere readable inside; callers see it until the person is erased (ADR 0022)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.sealing import seal
from shared.kernel.actors import SYSTEM
from shared.kernel.texts import TOKEN
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import FILE, LIN, OPEN, SCENES, Ask

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


PERSON = f"person:{LIN.id}"
ERASE = Ask("erase_person", SYSTEM, {})


async def test_a_person_is_erased_once_no_case_of_theirs_is_open(
    sealed_or_not: tuple[Running, MemoryKeys | None],
) -> None:
    run, keys = sealed_or_not
    await OPEN.must(run)
    await run.caught_up()
    if keys is None:
        assert problem_of(await ERASE.to(run, case=PERSON), 409)["rule"] == "texts_must_be_sealed"
        return
    assert problem_of(await ERASE.to(run, case=PERSON), 409)["rule"] == "person_must_not_be_a_party"
    await Ask("withdraw_complaint", LIN, {"reason": "It was glued, and holds."}).must(run)
    await run.caught_up()
    (token,) = TOKEN.findall(await everything_inside(run))[-1:]
    written = f"pd1:{token[0]}:{token[1]};"
    assert await run.service.sealing.opened(written) in {"It was glued, and holds.", OPEN.body["message"]}
    fingerprint = sha256(await keys.key_of(LIN.id)).hexdigest()

    assert (await ERASE.to(run, case=PERSON)).status_code == 200
    assert (await ERASE.to(run, case=PERSON)).json()["outcome"] == "unchanged"
    await run.caught_up()
    await run.service.deadlines.fire()
    await run.caught_up()

    proof = (await run.http.see(f"/erasures/{PERSON}")).json()
    assert (proof["status"], proof["key_fingerprint"]) == ("erased", fingerprint)
    (told,) = run.notes.on("person.erased")
    assert (told.key, told.data["person_id"], told.data["key_fingerprint"]) == (PERSON, LIN.id, fingerprint)
    assert await run.dues(PERSON) == []
    assert await keys.known([LIN.id]) == {}
    assert await run.service.sealing.opened(written) == "[erased]"
    assert problem_of(await SAID.to(run, case="case-2"), 410)["rule"] == "person_must_not_be_erased"


async def test_an_erasure_that_broke_off_is_taken_up_by_the_next_process() -> None:
    """INVARIANT: once ordered, the key is destroyed and the proof kept exactly once, wherever a process dies."""
    notes, keys = Notes(), MemoryKeys()
    on = replace(ports(VirtualClock(BEFORE_NOON), notes), keys=keys)
    await keys.key_of(LIN.id)
    async with running(INTAKE.build, replace(on, keys=None), notes) as run:
        run.service.sealing.keys = keys
        assert (await ERASE.to(run, case=PERSON)).status_code == 200
        run.service.sealing.keys = None
        await run.caught_up()
        await run.service.deadlines.fire()
        assert [due.kind for due in await run.dues(PERSON)] == ["person_erasure"]
    destroyed = await keys.destroy(LIN.id)  # as by a process that died before it could tell

    async with running(INTAKE.build, on, notes) as again, running(INTAKE.build, on, notes) as second:
        await again.service.deadlines.fire()
        await second.service.deadlines.fire()
        await again.caught_up()
        facts = [record.type for commit in await again.log(PERSON) for record in commit.facts]
        proof = (await again.http.see(f"/erasures/{PERSON}")).json()
    assert facts == ["intake.person_erasure_ordered.v1", "intake.person_erased.v1"]
    assert proof["key_fingerprint"] == destroyed.fingerprint
    assert len({told.headers["ce_id"] for told in notes.on("person.erased")}) == 1


async def test_the_platform_opens_what_it_heard_on_topics_and_nobody_else_does(
    sealed_or_not: tuple[Running, MemoryKeys | None],
) -> None:
    run, keys = sealed_or_not
    await OPEN.must(run)
    token = seal(PLANTED, LIN.id, await keys.key_of(LIN.id)) if keys else PLANTED
    body = {"texts": [f"{LIN.id} wrote: {token}", "nothing sealed"]}

    async def opened(role: str) -> Any:
        headers = {"X-Redress-Role": role, "X-Redress-Actor": "gateway"}
        return await run.http.client.post("/opened-texts", json=body, headers=headers)

    assert problem_of(await opened("buyer"), 403)["rule"] == "role_must_be_allowed_this"
    assert (await opened("platform")).json() == {"texts": [f"{LIN.id} wrote: {PLANTED}", "nothing sealed"]}
    if keys is None:
        return
    await keys.destroy(LIN.id)
    assert (await opened("platform")).json()["texts"] == [f"{LIN.id} wrote: [erased]", "nothing sealed"]
