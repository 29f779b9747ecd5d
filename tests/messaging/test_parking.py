"""Poison is parked with what follows it, other cases go on, and what is parked comes back in order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.adapters.clock import VirtualClock
from shared.adapters.inbound import KILLS
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.sealed_park import SealedPark
from shared.eventing.parking import Action, Parked
from tests.kit.runtime import Notes, Running, in_the_lane_of, ports, running
from tests.kit.wire import again, spoiled
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, Scene


async def heard(run: Running, case: str = CASE) -> list[int]:
    return [commit.cause.seq for commit in await run.log(case)]


async def parked(run: Running) -> Sequence[Parked]:
    return await run.service.ports.park.every()


async def sequences(run: Running) -> list[int]:
    return [one.seq for one in await parked(run)]


async def ask(run: Running, action: Action, which: int = 0) -> None:
    """Ask something for the first parked record, as `redress parked` does, and let the lane's owner do it."""
    assert await run.service.ports.park.ask((await parked(run))[which].id, action)
    await run.service.inbound.tend()


def three(run: Running, scene: Scene) -> list[Any]:
    return [run.outside.tell(fact) for fact in scene.lineage]


async def test_a_fact_that_cannot_be_read_is_parked_with_its_followers(scene: Scene, run: Running) -> None:
    """INVARIANT: nothing of a case is heard past a fact that was not, and every record is kept byte for byte."""
    first, second, third = three(run, scene)
    poison = spoiled(second)
    await run.take(first)
    await run.take(poison)
    await run.take(third)

    assert await heard(run) == [1]
    bad, follower = await parked(run)
    assert (bad.seq, bad.value, bad.headers) == (2, poison.value, tuple(poison.headers))
    assert bad.stream == CASE
    assert "v1: " in bad.reason
    assert (follower.seq, follower.reason, follower.attempts) == (3, "waits behind parked sequence 2", 0)


async def test_followers_in_the_batch_of_the_poison_are_parked_too(scene: Scene, run: Running) -> None:
    first, second, third = three(run, scene)
    await run.take(first, third, spoiled(second))

    assert await heard(run) == [1] or await heard(run) == [1, 3]
    assert 2 in await sequences(run)


async def test_other_cases_go_on(scene: Scene, run: Running) -> None:
    _, second, _ = three(run, scene)
    others = [fact.model_copy(update={"case_id": f"other-{n}"}) for n in range(6) for fact in scene.lineage]
    await run.take(spoiled(second), *(run.outside.tell(fact) for fact in others))

    assert await sequences(run) == [2]
    for n in range(6):
        assert await heard(run, f"other-{n}") == [1, 2, 3]


async def test_what_is_parked_is_told_to_the_parked_topic(scene: Scene, run: Running) -> None:
    first, _, _ = three(run, scene)
    await run.take(spoiled(first))

    (told,) = run.notes.on(f"{scene.name}.policies.parked")
    (one,) = await parked(run)
    assert told.value == one.value
    assert told.headers["parked-id"] == one.id.encode()
    assert told.headers["parked-reason"] == one.reason.encode()
    assert told.headers["parked-sequence"] == b"1"


async def test_with_keys_the_topic_tells_of_it_without_its_value_and_the_park_opens_it(scene: Scene) -> None:
    """What cannot be read may hold what a person wrote."""
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    keys = MemoryKeys()
    sealed = replace(on, keys=keys, park=SealedPark(on.park, keys, scene.name))
    async with running(scene.build, sealed, notes) as run:
        poison = spoiled(three(run, scene)[0])
        await run.take(poison)

        (told,) = run.notes.on(f"{scene.name}.policies.parked")
        (one,) = await parked(run)
        (stored,) = await on.park.every()
    assert not told.value
    assert told.headers["parked-left-out"] == b"value: it lies sealed in the park"
    assert one.value == poison.value
    assert poison.value not in (stored.value or b"")


async def test_a_replay_that_fails_again_stays_parked_and_is_counted(scene: Scene, run: Running) -> None:
    first, _, third = three(run, scene)
    await run.take(spoiled(first), third)

    await ask(run, Action.REPLAY)

    bad = (await parked(run))[0]
    assert (bad.attempts, bad.action) == (2, None)
    assert await heard(run) == []


async def test_what_was_mended_is_replayed_in_order_with_its_followers(scene: Scene, run: Running) -> None:
    """INVARIANT: a replay hears the parked fact first and all that waited behind it after."""
    first, second, third = three(run, scene)
    model = run.service.definition.model
    sound = model.react
    object.__setattr__(model, "react", _failing(sound, on=type(scene.lineage[1])))
    try:
        await run.take(first, second, third)
        assert (await heard(run), await sequences(run)) == ([1], [2, 3])
        assert "ZeroDivisionError: a bug" in (await parked(run))[0].reason
    finally:
        object.__setattr__(model, "react", sound)

    await ask(run, Action.REPLAY)

    assert await heard(run) == [1, 2, 3]
    assert await parked(run) == []


async def test_a_dropped_fact_is_skipped_and_what_waited_goes_on(scene: Scene, run: Running) -> None:
    """INVARIANT: a drop uses up the sequence in the log itself, with its reason; nothing vanishes without a trace."""
    first, second, third = three(run, scene)
    await run.take(first, spoiled(second), third)
    await run.service.inbound.refresh()

    await ask(run, Action.DROP)

    assert await parked(run) == []
    assert sorted(await heard(run)) == [1, 2, 3]
    skipped = next(commit for commit in await run.log(CASE) if commit.cause.seq == 2)
    assert skipped.heard is not None
    assert skipped.heard.type == "redress.skipped.v1"
    fourth = run.outside.tell(scene.lineage[0], seq=4)
    await run.take(fourth)
    assert sorted(await heard(run)) == [1, 2, 3, 4]


async def test_a_sound_copy_heals_the_case_by_itself(scene: Scene, run: Running) -> None:
    """INVARIANT: a producer that sends the fact again, whole this time, needs no operator."""
    first, second, third = three(run, scene)
    await run.take(first)
    await run.take(spoiled(second))
    await run.take(third)
    assert await sequences(run) == [2, 3]

    await run.take(again(second))
    await run.service.inbound.tend()

    assert await heard(run) == [1, 2, 3]
    assert await parked(run) == []


async def test_a_spoiled_copy_of_what_was_heard_long_ago_blocks_nothing(scene: Scene, run: Running) -> None:
    """INVARIANT: a duplicate is dropped whether it can be read or not; only a fact that is missing blocks a case."""
    first, second, third = three(run, scene)
    await run.take(first, second)

    await run.take(spoiled(first))
    await run.take(third)

    assert (await heard(run), await parked(run)) == ([1, 2, 3], [])


async def test_a_record_without_a_sequence_blocks_nobody(scene: Scene, run: Running) -> None:
    first, second, _ = three(run, scene)
    await run.take(spoiled(first, sequence=b"none"))
    await run.take(first, second)

    assert await heard(run) == [1, 2]
    (one,) = await parked(run)
    assert (one.seq, "ce_sequence" in one.reason) == (0, True)
    await ask(run, Action.DROP)
    assert await parked(run) == []


async def test_a_redelivered_record_is_parked_once(scene: Scene, run: Running) -> None:
    first, _, third = three(run, scene)
    poison = spoiled(first)
    for _ in range(3):
        await run.take(poison, third)

    assert await sequences(run) == [1, 3] or await sequences(run) == [1]
    assert (await parked(run))[0].seq == 1


async def test_what_another_process_parked_is_learned_before_the_first_batch(scene: Scene, run: Running) -> None:
    first, second, third = three(run, scene)
    await run.take(first, spoiled(second))
    later = type(run.service)(run.service.definition, run.service.settings, run.service.ports)
    await later.pointers.refresh()
    await later.inbound.refresh()

    await later.inbound.take([third])

    assert (await heard(run), await sequences(run)) == ([1], [2, 3])
    await later.supervisor.stop()


async def test_a_batch_that_kills_the_process_is_taken_apart(scene: Scene, run: Running) -> None:
    """INVARIANT: a record that takes the process down is found out and parked; the ones beside it are heard.

    Tries are counted before each; the record is never decoded by the process that parks it in the end.
    """
    before, after = in_the_lane_of(CASE, 2)
    batch = [run.outside.tell(scene.lineage[0].model_copy(update={"case_id": case})) for case in (before, CASE, after)]
    killer = batch[1]

    deaths = 0
    for _ in range(30):
        taken = _Dying(run, killer)
        try:
            await taken.take_first(batch)
            break
        except SystemExit:
            deaths += 1

    assert deaths == 2 * KILLS
    assert [await heard(run, case) for case in (before, CASE, after)] == [[1], [], [1]]
    (one,) = await parked(run)
    assert one.reason == f"the process died {KILLS} times handling this"


class _Dying:
    """The service's way in, with a process that dies of one record."""

    def __init__(self, run: Running, killer: Any) -> None:
        self._run = run
        self._killer = killer

    async def take_first(self, batch: Sequence[Any]) -> None:
        inbound = self._run.service.inbound
        take = type(inbound).take

        async def dying(records: Sequence[Any]) -> None:
            if self._killer in records:
                raise SystemExit
            await take(inbound, records)

        inbound.take = dying  # type: ignore[method-assign]
        try:
            await inbound.take_first(batch)
        finally:
            del inbound.take


def _failing(react: Any, on: type[Any]) -> Any:
    def failing(fact: Any, book: Any) -> Any:
        if isinstance(fact, on):
            raise ZeroDivisionError("a bug that only this fact meets")
        return react(fact, book)

    return failing
