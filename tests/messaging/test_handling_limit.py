"""A limit on how long a request is handled: nobody waits for ever, and no command is torn apart."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.adapters.clock import VirtualClock
from shared.adapters.edge_settings import HttpSettings
from shared.adapters.http_time import HandlingLimit
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, INTAKE, LIN, OPEN, ORDER

LIMIT = 0.3


class Held:
    """A log that stores nothing before it is let go."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.free = asyncio.Event()
        self.free.set()
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, lane: int, commits: Any) -> Any:
        self.asked += 1
        await self.free.wait()
        return await self._log.append(lane, commits)


@pytest.fixture
async def run() -> Any:
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    on = replace(on, log=Held(on.log))
    async with running(INTAKE.build, on, notes, http=HttpSettings(handling_seconds=LIMIT)) as one:
        await one.hear(ORDER)
        yield one


async def test_a_command_over_its_time_goes_on_and_is_found_by_its_key(run: Running) -> None:
    """INVARIANT: whoever was answered 503 sends the same again until there is an answer, and it happens once."""
    log: Any = run.service.ports.log
    before = len(await run.log(CASE))
    log.free.clear()
    for tries in (1, 2):
        refused = problem_of(await OPEN.to(run, key="once"), 503)
        assert (refused["rule"], log.asked) == ("answer_must_come_in_time", 1 + tries)
        assert "with the same key" in refused["cure"]
    assert len(await run.log(CASE)) == before

    log.free.set()

    async def stored() -> bool:
        return len(await run.log(CASE)) > before

    await run.until(stored, "the command that nobody waits for is stored")
    again = await OPEN.to(run, key="once")
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert len(await run.log(CASE)) == before + 1


async def test_a_read_over_its_time_ends(run: Running) -> None:
    ended = asyncio.Event()

    async def hangs(_: str) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    run.service.doors.people = hangs  # type: ignore[method-assign, assignment]
    answer = await run.http.client.get(
        f"/cases/{CASE}", headers={"X-Redress-Role": LIN.role, "X-Redress-Actor": LIN.id}
    )

    assert problem_of(answer, 503)["rule"] == "answer_must_come_in_time"
    assert answer.headers["retry-after"] == "1"
    async with asyncio.timeout(10):
        await ended.wait()


async def answered(app: Any, *, method: str = "POST", receive: Any = None) -> list[int]:
    """The statuses that come out of the limit around an application."""
    sent: list[int] = []

    async def nothing() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    scope = {"type": "http", "method": method, "path": "/", "headers": []}
    await HandlingLimit(app, LIMIT)(scope, receive or nothing, send)
    return sent


async def test_time_that_the_caller_takes_to_send_is_not_counted() -> None:
    async def slowly() -> Any:
        await asyncio.sleep(2 * LIMIT)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200})

    assert await answered(app, receive=slowly) == [200]


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    async def app(_: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await asyncio.sleep(2 * LIMIT)
        await send({"type": "http.response.body", "body": b""})

    assert await answered(app) == [200]


async def test_what_goes_on_after_its_time_can_say_and_ask_no_more() -> None:
    free, said = asyncio.Event(), asyncio.Event()
    heard: list[str] = []

    async def app(_: Any, receive: Any, send: Any) -> None:
        await free.wait()
        heard.append((await receive())["type"])
        await send({"type": "http.response.start", "status": 200})
        said.set()

    assert await answered(app) == [503]
    free.set()
    async with asyncio.timeout(10):
        await said.wait()
    assert heard == ["http.disconnect"]


async def test_a_fault_is_raised_as_without_a_limit() -> None:
    async def app(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        await answered(app)


async def test_a_request_whose_connection_ends_is_ended() -> None:
    ended, begun = asyncio.Event(), asyncio.Event()

    async def app(*_: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(answered(app))
    await begun.wait()
    waiting.cancel()
    async with asyncio.timeout(10):
        await ended.wait()
