"""The wiring of every service: its subscriber on FastStream's test broker, and the process that ends with its tasks."""

import asyncio
import contextlib
from typing import Any

import pytest
from faststream.kafka import KafkaBroker, TestKafkaBroker

from shared.adapters.clock import VirtualClock
from shared.adapters.edge_settings import HttpSettings, OpsSettings
from shared.adapters.process import CRASHED, _serve
from shared.adapters.settings import Settings
from shared.contracts.topology import CONTRACTS, topics
from shared.eventing.ports import StoreUnavailableError
from tests.kit.runtime import LANES, Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, Scene


async def test_what_is_published_reaches_the_subscriber_and_the_log(scene: Scene, run: Running) -> None:
    broker = run.service.broker
    broker.__class__ = KafkaBroker
    record = run.outside.tell(scene.lineage[0])
    command = run.outside.ask(
        scene.name, scene.accepted.command, CASE, scene.accepted.by, "request-1", **scene.accepted.body
    )
    async with TestKafkaBroker(broker):
        for one in (record, command):
            await broker.publish(
                one.value, one.topic, key=one.key, headers={name: value.decode() for name, value in one.headers}
            )

    assert [commit.cause.seq for commit in await run.log(CASE)][:1] == [1]
    assert [reply.data["command_id"] for reply in run.notes.on(f"{scene.name}.replies")] == ["request-1"]
    assert not run.service.supervisor.failed.done()


async def test_a_service_subscribes_to_every_topic_of_the_sources_it_hears(scene: Scene, run: Running) -> None:
    """INVARIANT: sequences are dense per source over all its topics; one topic left out would look like a gap."""
    hears = run.service.definition.model.hears
    # What the platform tells carries versions of its own, which leave no gaps.
    dense = {heard.SOURCE for heard in hears if heard.SOURCE != "platform"}
    wanted = {
        contract.TOPIC for contract in CONTRACTS if contract in hears or (contract.ORDERED and contract.SOURCE in dense)
    }
    wanted.add(f"{scene.name}.commands")

    assert {topic.name for topic in run.service.consumer.subscriber.topics} == wanted
    assert wanted < set(topics())
    assert run.service.consumer.subscriber.group_id == f"{scene.name}.policies"


async def test_a_failing_batch_ends_the_process_and_is_not_lost(scene: Scene, run: Running) -> None:
    """INVARIANT: what cannot be parked is never passed over: the process ends before its offset is committed."""

    async def broken(_records: Any) -> None:
        raise ZeroDivisionError("a bug")

    run.service.inbound.take = broken  # type: ignore[method-assign, assignment]
    await run.service.consumer._on_batch([run.outside.tell(scene.lineage[0])])

    assert isinstance(run.service.supervisor.failed.result(), ZeroDivisionError)


async def test_a_batch_that_meets_an_outage_is_tried_again_in_place(scene: Scene, run: Running) -> None:
    """INVARIANT: an outage pauses a lane and keeps its order; what came later waits, and all of it is heard."""
    real, tries = run.service.inbound.take, 0

    async def away(records: Any) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StoreUnavailableError("away")
        await real(records)

    run.service.inbound.take = away  # type: ignore[method-assign]
    for fact in scene.lineage:
        await run.service.consumer._on_batch([run.outside.tell(fact)])

    async def all_heard() -> bool:
        return [commit.cause.seq for commit in await run.log(CASE)] == [1, 2, 3]

    await run.until(all_heard, "all three facts are heard", lambda: run.log(CASE))
    assert not run.service.supervisor.failed.done()


@pytest.fixture
def settings() -> Settings:
    return Settings(lanes=LANES, instance="test", http=HttpSettings(port=0), ops=OpsSettings(port=0))


async def test_a_process_ends_when_one_of_its_tasks_dies(
    scene: Scene, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INVARIANT: no process stays up half dead; whoever runs it starts it again."""
    notes = Notes()
    app = scene.build(settings, ports(VirtualClock(BEFORE_NOON), notes))
    serving = asyncio.create_task(_serve(app, settings))
    async with asyncio.timeout(20):
        while not (service := getattr(app.state, "service", None)) or not service.supervisor._tasks:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

        async def dies() -> None:
            raise ZeroDivisionError("a bug")

        service.supervisor.spawn(dies(), "doomed")

        assert await serving == CRASHED
    assert isinstance(service.supervisor.failed.result(), ZeroDivisionError)
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().remove_signal_handler(2)


async def test_a_task_that_ends_by_itself_counts_as_dead(scene: Scene, run: Running) -> None:
    async def ends() -> None:
        return None

    await run.service.supervisor.spawn(ends(), "quitter")
    async with asyncio.timeout(5):
        error = await run.service.supervisor.failed

    assert str(error) == "quitter ended by itself"


async def test_a_service_that_is_stopped_leaves_no_task_behind(scene: Scene) -> None:
    before = asyncio.all_tasks()
    notes = Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await scene.ready(run)

    assert asyncio.all_tasks() <= before, [task.get_name() for task in asyncio.all_tasks() - before]
