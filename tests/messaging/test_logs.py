"""Logs are JSON lines that tell which case, trace and lane, and nothing that a person wrote."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog

from shared.adapters.clock import VirtualClock
from shared.adapters.logs import configure_logs
from tests.kit.runtime import Notes, Running, ports, running
from tests.kit.wire import spoiled
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, SCENES, Scene

PLANTED = "Zinnoberrot-4711"
SAMPLED = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
WORDS = ("message", "description", "caption", "reason", "explanation", "words", "note", "text")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a process would write to standard error."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    told = io.StringIO()
    configure_logs("test", "DEBUG", told)
    structlog.configure(cache_logger_on_first_use=False)
    yield told
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def read(told: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.getvalue().splitlines()]


async def busy(scene: Scene, run: Running) -> None:
    """A case with everything that is logged about one: requests, refusals, poison, a bug, and an unknown path."""
    await scene.ready(run)
    body = {name: f"{PLANTED} {value}" if name in WORDS else value for name, value in scene.accepted.body.items()}
    await run.http.ask(CASE, scene.accepted.command, scene.accepted.by, body, headers=SAMPLED)
    await run.http.ask(CASE, scene.refused.command, scene.refused.by, {**dict(scene.refused.body), PLANTED: PLANTED})
    await run.http.client.get(f"/nothing/{PLANTED}?q={PLANTED}")
    facts = [run.outside.tell(fact) for fact in scene.lineage]
    await run.take(spoiled(facts[0], value=json.dumps({"at": PLANTED, "case_id": CASE}).encode()))
    model = run.service.definition.model
    sound = model.react

    def failing(*_: Any) -> Any:
        raise ValueError(PLANTED)

    object.__setattr__(model, "react", failing)
    try:
        await run.take(run.outside.tell(scene.lineage[0].model_copy(update={"case_id": "case-2"})))
    finally:
        object.__setattr__(model, "react", sound)
    await run.caught_up()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: str(scene.name))
async def test_no_line_tells_what_a_person_wrote(scene: Scene, lines: io.StringIO) -> None:
    """INVARIANT: logs go to people and systems that no person's words are for: lines name ids, rules and kinds only.

    An error's own words may quote what was being read when it was raised.
    """
    notes = Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await busy(scene, run)
        assert len(await run.service.ports.park.every()) >= 2

    told = read(lines)
    assert {"request", "fact parked"} <= {line["event"] for line in told}
    assert [line for line in lines.getvalue().splitlines() if PLANTED in line] == []


async def test_a_line_tells_service_case_trace_and_where(lines: io.StringIO) -> None:
    scene, notes = SCENES[1], Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await busy(scene, run)

    told = read(lines)
    path = f"/cases/{{case_id}}/{scene.accepted.command.replace('_', '-')}"
    asked = next(line for line in told if line["event"] == "request" and line.get("trace_id"))
    assert (asked["route"], asked["method"], asked["status"]) == (path, "POST", 200)
    assert (asked["case"], asked["service"], asked["level"]) == (CASE, "test", "info")
    assert asked["trace_id"] == SAMPLED["traceparent"][3:35]
    assert asked["span_id"] == SAMPLED["traceparent"][36:52]
    parked = next(line for line in told if line["event"] == "fact parked")
    assert (parked["case"], parked["source"], parked["why"]) == (CASE, scene.lineage[0].SOURCE, "unreadable")
    assert {"timestamp", "logger", "level"} <= set(parked)
    failed = next(line for line in told if line["event"] == "fact parked" and line["why"] == "failed")
    assert failed["case"] == "case-2"
    assert "lane" in failed


async def test_what_is_logged_while_deciding_names_case_lane_command_and_cause(lines: io.StringIO) -> None:
    scene, notes = SCENES[1], Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await scene.ready(run)
        decider = run.service.bench.model.decider

        def telling(command: Any, state: Any) -> Any:
            structlog.get_logger("test").info("inside")
            return decider.decide(command, state)

        object.__setattr__(run.service.bench.model, "decider", replace(decider, decide=telling))
        try:
            await run.http.ask(CASE, scene.accepted.command, scene.accepted.by, dict(scene.accepted.body))
        finally:
            object.__setattr__(run.service.bench.model, "decider", decider)
        (commit,) = (await run.log(CASE))[-1:]

    inside = next(line for line in read(lines) if line["event"] == "inside")
    assert (inside["case"], inside["lane"]) == (CASE, commit.lane)
    assert (inside["command"], inside["cause"]) == (scene.accepted.command, commit.cause.id)
