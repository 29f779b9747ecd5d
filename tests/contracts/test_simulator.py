"""The simulator finds nothing broken in the services as they are, and what is planted in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from redress.registry import DEFINITIONS
from redress.simulator import run, world
from redress.simulator.invariants import broken
from redress.simulator.moves import MOVES
from redress.simulator.system import System, Wire
from redress.simulator.world import World
from shared.adapters.policy_files import read_policies
from shared.contracts.mediation import RulingFulfilled
from shared.kernel.refusals import Refused

CASES = 25


async def played(cases: int = CASES) -> list[str]:
    """What a small world breaks."""
    small = World(7, "small", cases, read_policies())
    await small.play()
    return await broken(small)


async def test_a_small_population_breaks_no_promise_and_ends_in_many_ways() -> None:
    outcome = await run.play(7, "small", CASES)

    assert not outcome.broken
    assert outcome.cases == CASES == sum(outcome.endings.values())
    assert {"settled", "appeal_decided", "rejected"} <= {ending for ending, _ in outcome.endings}
    assert not [ending for ending, _ in outcome.endings if ending == "open"]


async def test_the_same_seed_gives_the_same_outcome_and_another_one_another() -> None:
    first, again, other = [await run.play(seed, "same", 6) for seed in (7, 7, 8)]

    assert (first.digest, first.endings) == (again.digest, again.endings)
    assert first.digest != other.digest


def test_every_command_that_callers_may_send_is_tried() -> None:
    assert set(MOVES) == {command.NAME for one in DEFINITIONS.values() for command in one.open_commands}


def test_worlds_hold_all_cases() -> None:
    assert sum(size for _, size in run.worlds(1010)) == 1010


async def test_a_fact_that_is_lost_leaves_cases_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    carry = System._deliver

    async def losing(system: System, wires: Sequence[Wire]) -> None:
        await carry(system, [wire for wire in wires if wire.topic != RulingFulfilled.TOPIC])

    monkeypatch.setattr(System, "_deliver", losing)
    monkeypatch.setattr(world, "HORIZON", timedelta(days=90))

    assert any("is stuck" in one for one in await played())


async def test_a_clock_that_is_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wait = System.wait_until
    monkeypatch.setattr(System, "wait_until", lambda system, at: wait(system, _later(at)))

    assert any("late" in one for one in await played(6))


def _later(at: datetime) -> datetime:
    return at + timedelta(seconds=2)


async def test_a_list_of_allowed_actions_that_lies_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = DEFINITIONS["intake"]
    never = dict.fromkeys((command.NAME for command in honest.open_commands), Refused("never"))
    model = replace(honest.model, allowed=lambda *_: never)
    monkeypatch.setitem(DEFINITIONS, "intake", replace(honest, model=model))

    found = await played(60)

    assert any("was accepted though never was shown" in one for one in found)
