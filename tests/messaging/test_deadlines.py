"""Every deadline of every service: not before its instant, exactly once, and across a restart."""

import inspect
import re
from datetime import timedelta
from importlib import import_module

import pytest

from shared.adapters.clock import VirtualClock
from shared.eventing.agenda import REMINDER, Due, cause_of
from shared.eventing.commits import CauseKind
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, EVIDENCE, MEDIATION, SCENES, Scene, a_queue, an_open_round

EVERY = [pytest.param(scene, kind, id=f"{scene.name}-{kind}") for scene in SCENES for kind in scene.dues]
ELSEWHERE = {"person_erasure"}
"""It falls due on a person's stream, not on a case: tests/messaging/test_privacy.py."""
MILLISECOND = timedelta(milliseconds=1)


async def fired(run: Running) -> list[str]:
    return [commit.cause.id for commit in await run.log() if commit.cause.kind is CauseKind.DEADLINE]


@pytest.mark.parametrize(("scene", "kind"), EVERY)
async def test_a_deadline_fires_at_its_instant_exactly_once_over_a_restart(scene: Scene, kind: str) -> None:
    """INVARIANT: a deadline's cause follows from its row, so two owners or a restart make no second commit."""
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    async with running(scene.build, on, notes) as run:
        await scene.dues[kind](run)
        due = min((one for one in await run.dues(CASE) if one.kind == kind), key=lambda one: one.at)
        cause = cause_of(CASE, due)
        run.move_to(due.at - MILLISECOND)
        await run.service.deadlines.fire()
        assert cause not in await fired(run), "it fired before its instant"

    async with running(scene.build, on, notes) as restarted, running(scene.build, on, notes) as second_owner:
        restarted.move_to(due.at)
        await restarted.service.deadlines.fire()
        await second_owner.service.deadlines.fire()
        assert (await fired(restarted)).count(cause) == 1, "it did not fire at its instant"

    async with running(scene.build, on, notes) as again:
        again.move_to(due.at + timedelta(minutes=5))
        await again.service.deadlines.fire()
        await again.caught_up()
        assert (await fired(again)).count(cause) == 1
        assert due not in await again.dues(CASE), "the row still stands"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: str(scene.name))
def test_every_kind_of_deadline_has_its_steps(scene: Scene) -> None:
    """INVARIANT: a service knows exactly the kinds that `scenes.py` leads to; a new one fails here first."""
    command_for = import_module(f"services.{scene.name}.entrypoints.deadlines").command_for
    for kind in {kind for one in SCENES for kind in one.dues}:
        due = Due(kind=kind, key="kind:k/1" if kind == REMINDER else "k", at=BEFORE_NOON)
        if kind in scene.dues:
            assert command_for(due, CASE, BEFORE_NOON).id == cause_of(CASE, due)
        else:
            with pytest.raises(LookupError, match=kind):
                command_for(due, CASE, BEFORE_NOON)
    source = inspect.getsource(command_for)
    assert set(re.findall(r'"(\w+)"', source)) - ELSEWHERE == set(scene.dues), "a kind in the code has no steps"


async def test_the_clock_of_the_process_fires_what_is_due() -> None:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await an_open_round(run)
        first = min(due.at for due in await run.dues(CASE))
        due_then = {cause_of(CASE, due) for due in await run.dues(CASE) if due.at == first}
        run.move_to(first)

        async def all_fired() -> bool:
            return set(await fired(run)) == due_then

        await run.until(all_fired, "what is due first has fired", lambda: fired(run))


async def test_a_process_that_owns_no_lane_fires_nothing() -> None:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await an_open_round(run)
        last = max(due.at for due in await run.dues(CASE))
        await run.service.own(frozenset())
        run.move_to(last)

        assert await run.service.deadlines.fire() == 0
        assert await fired(run) == []


async def test_rows_that_stay_refused_do_not_keep_others_from_firing(monkeypatch: pytest.MonkeyPatch) -> None:
    """INVARIANT: cases nobody can be assigned to, however many and however old, starve no other deadline.

    A page that always began with the same refused rows would never come to the rows behind them.
    """
    monkeypatch.setattr("shared.adapters.deadlines._PAGE", 2)
    monkeypatch.setattr("shared.adapters.rosters.read_roster", lambda _file: ())
    notes = Notes()
    async with running(MEDIATION.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        for n in range(7):
            await a_queue(run, f"case-{n}")
        await run.caught_up()
        await run.service.supervisor.stop()
        run.move_to(BEFORE_NOON + timedelta(days=1))

        tried = [await run.service.deadlines.fire() for _ in range(6)]

    assert tried == [2, 2, 2, 1, 0, 0]
