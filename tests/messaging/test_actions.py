"""What a caller may do now, answered by the counter: each command allowed, or refused as it would be when sent."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.adapters.clock import VirtualClock
from tests.kit.counter import LIMIT
from tests.kit.counting_service import build
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, LIN

BY_LIN = {"X-Redress-Role": LIN.role, "X-Redress-Actor": LIN.id}
PATH = f"/cases/{CASE}/actions"


@pytest.fixture
async def counter() -> AsyncIterator[Running]:
    notes = Notes()
    async with running(build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        yield run


async def test_a_command_that_may_be_sent_is_allowed(counter: Running) -> None:
    answer = await counter.http.client.get(PATH, headers=BY_LIN)

    assert answer.json() == {
        "case_id": CASE,
        "version": 0,
        "actions": [{"name": "count", "path": f"/cases/{CASE}/count", "allowed": True, "refused": None}],
    }
    assert answer.headers["cache-control"] == "no-store"
    assert (await counter.http.client.post(f"/cases/{CASE}/count", json={"by_how_much": 1}, headers=BY_LIN)).is_success


async def test_a_command_that_may_not_be_sent_is_refused_as_it_would_be(counter: Running) -> None:
    await counter.http.ask(CASE, "count", LIN, {"by_how_much": LIMIT})

    told = (await counter.http.client.get(PATH, headers=BY_LIN)).json()
    sent = problem_of(await counter.http.ask(CASE, "count", LIN, {"by_how_much": 1}), 409)

    (action,) = told["actions"]
    assert (told["version"], action["allowed"]) == (2, False)
    assert set(action["refused"]) == {"rule", "detail", "clause", "field", "cure"}
    assert {name: value for name, value in action["refused"].items() if value is not None} == {
        name: sent[name] for name in ("rule", "detail")
    }


async def test_what_is_allowed_is_said_of_the_log_and_not_of_a_cache(counter: Running) -> None:
    """INVARIANT: another process may have changed the case a moment ago."""
    await counter.http.ask(CASE, "count", LIN, {"by_how_much": 1})
    notes = Notes()
    async with running(build, replace(counter.service.ports), notes) as other:
        await other.http.ask(CASE, "count", LIN, {"by_how_much": LIMIT - 1})

    told = (await counter.http.client.get(PATH, headers=BY_LIN)).json()

    assert (told["version"], told["actions"][0]["allowed"]) == (3, False)


async def test_who_asks_must_be_said(counter: Running) -> None:
    del counter.http.client.headers["X-Redress-Role"]

    told = problem_of(await counter.http.client.get(PATH), 401)
    assert (told["rule"], told["field"]) == ("caller_must_be_known", "header.x-redress-role")
