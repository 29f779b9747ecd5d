"""What a service tells of itself: numbers that are true, of the lanes it owns, and what makes it not ready."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from shared.adapters import readiness
from shared.adapters.http_watch import UNMATCHED
from shared.eventing.ports import StoreUnavailableError
from shared.kernel.lanes import lane_of
from tests.kit.runtime import LANES, Running
from tests.kit.wire import spoiled
from tests.messaging.scenes import CASE, EVIDENCE, Scene


async def told(run: Running, name: str, **labels: str) -> float | None:
    """A number as a scrape sees it after a look."""
    await run.service.gauging.look_at_store()
    await run.service.gauging.look_at_kafka()
    value = run.service.metrics.registry.get_sample_value(f"redress_{name}", {"service": run.service.name, **labels})
    return None if value is None else float(value)


LANE = str(lane_of(CASE, LANES))


@pytest.fixture(params=[EVIDENCE], ids=["evidence"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """The service with most views, and workers beside: what is looked at is the same in all four."""
    found: Scene = request.param
    return found


async def test_a_relay_that_cannot_send_lets_the_outbox_grow_and_age(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    await run.caught_up()
    assert await told(run, "outbox_commits", lane=LANE) == 0
    assert await told(run, "outbox_age_seconds", lane=LANE) == 0

    async def refuses(*_: Any, **__: Any) -> Any:
        raise KafkaConnectionError("gone")

    run.notes.send = refuses  # type: ignore[method-assign]
    await scene.accepted.must(run)
    assert await told(run, "outbox_commits", lane=LANE) == 1
    run.clock.advance(timedelta(seconds=90))

    assert await told(run, "outbox_age_seconds", lane=LANE) == 90
    assert any(trouble.startswith(f"relay {LANE} has stood still for 90 seconds") for trouble in run.service.troubles())


async def test_a_backlog_that_is_taken_over_is_as_old_as_its_decision(scene: Scene, run: Running) -> None:
    """INVARIANT: the age of the outbox survives a restart; a process that restarts again and again still sounds."""
    await scene.ready(run)
    await run.caught_up()
    relay, _ = run.service.readers[int(LANE)]
    run.service.gauging._trails.clear()
    run.clock.advance(timedelta(hours=1))
    (last,) = (await run.log())[-1:]
    relay.position = last.position - 1
    age = await told(run, "outbox_age_seconds", lane=LANE)

    assert age == pytest.approx((run.clock.now() - last.at).total_seconds())


async def test_a_view_that_is_not_fed_falls_behind(scene: Scene, run: Running) -> None:
    view = run.service.views[0].name

    async def no_progress(until: int | None = None) -> int:
        await asyncio.Event().wait()
        return 0

    await scene.ready(run)
    await run.caught_up()
    for _, projector in run.service.readers.values():
        assert projector is not None
        projector.step = no_progress  # type: ignore[method-assign]
    # Whoever waits for the log is woken once more before it meets the step that stands still.
    await scene.accepted.must(run)
    await told(run, "view_lag_seconds", view=view, lane=LANE)
    run.clock.advance(timedelta(seconds=75))

    assert (await told(run, "view_lag_commits", view=view, lane=LANE) or 0) >= 1
    assert await told(run, "view_lag_seconds", view=view, lane=LANE) == 75
    position = await told(run, "view_position", view=view, lane=LANE)
    assert position is not None
    assert position < (await told(run, "log_position", lane=LANE) or 0)
    assert any(one.startswith(f"view {view} {LANE} has stood still") for one in run.service.troubles())


async def test_lanes_that_went_to_another_process_leave_no_number_behind(scene: Scene, run: Running) -> None:
    """INVARIANT: the age of an outbox that somebody else empties would ring for ever where nobody updates it."""
    await scene.ready(run)
    other = str((int(LANE) + 1) % LANES)
    assert await told(run, "outbox_commits", lane=LANE) is not None

    await run.service.own(frozenset({int(other)}))

    assert await told(run, "outbox_commits", lane=LANE) is None
    assert await told(run, "view_lag_seconds", lane=LANE, view=run.service.views[0].name) is None
    assert await told(run, "lanes_owned") == 1
    assert await told(run, "lanes") == LANES


async def test_what_is_parked_is_told_by_why(scene: Scene, run: Running) -> None:
    first, second, third = (run.outside.tell(fact) for fact in scene.lineage)
    await run.take(first, spoiled(second))
    await run.take(third)

    assert await told(run, "parked", why="unreadable") == 1
    assert await told(run, "parked", why="behind") == 1
    assert await told(run, "parked", why="failed") == 0
    source = scene.lineage[0].SOURCE
    assert await told(run, "facts_parked_total", source=source, why="unreadable") == 1


async def test_a_case_that_waits_for_a_gap_is_told(scene: Scene, run: Running) -> None:
    first, second = (run.outside.tell(fact) for fact in scene.lineage[:2])
    await run.take(second)
    assert await told(run, "cases_held") == 1
    run.clock.advance(timedelta(seconds=61))
    await run.service.inbound.tend()
    assert await told(run, "facts_held_too_long") == 1

    await run.take(first)
    assert await told(run, "cases_held") == 0


async def test_a_deadline_that_is_refused_again_and_again_is_overdue(scene: Scene, run: Running) -> None:
    if not scene.dues:
        return
    await next(iter(scene.dues.values()))(run)
    due = min((one for one in await run.dues(CASE)), key=lambda one: one.at)
    assert await told(run, "deadlines_overdue") == 0
    run.service.deadlines._command_for = lambda *_: pytest.fail("nothing fires")
    await run.service.supervisor.stop()
    run.move_to(due.at + timedelta(seconds=25))

    assert await told(run, "deadlines_overdue") == 1
    assert await told(run, "deadlines_overdue_seconds") == 25


async def test_decisions_are_counted_by_what_came_of_them(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    ask = scene.accepted
    for _ in range(2):
        assert (await ask.to(run, key="one")).status_code == 200

    counted = {"command": ask.command, "rule": ""}
    assert await told(run, "decisions_total", outcome="happened", **counted) == 1
    assert await told(run, "decisions_total", outcome="repeated", **counted) == 1


async def test_requests_are_told_by_the_template_of_their_route(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    await scene.accepted.must(run)
    await run.http.client.get("/of/nobody/case-1")
    path = f"/cases/{{case_id}}/{scene.accepted.command.replace('_', '-')}"

    told_of = {"method": "POST", "route": path, "status": "200"}
    assert await told(run, "http_request_seconds_count", **told_of) == 1
    assert await told(run, "http_request_seconds_count", method="GET", route=UNMATCHED, status="404") == 1
    assert CASE not in run.service.metrics.page().decode()


class _Kafka(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer that is connected to nothing, and answers what a test says."""

    def __init__(self, ends: Mapping[TopicPartition, int], positions: Mapping[TopicPartition, int]) -> None:
        self.ends, self.positions = ends, positions
        self.away = False

    def __del__(self, *_: Any) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return set(self.positions)

    async def end_offsets(self, partitions: Any) -> Mapping[TopicPartition, int]:
        if self.away:
            raise KafkaConnectionError("gone")
        return {partition: self.ends.get(partition, 0) for partition in partitions}

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]


def consuming(run: Running, ends: Mapping[TopicPartition, int], positions: Mapping[TopicPartition, int]) -> _Kafka:
    kafka = _Kafka(ends, positions)
    run.service.consumer.subscriber.consumer = kafka
    run.service.consumer.subscriber.running = True
    run.service.consumer.health.joining_since = None
    run.service.tending.store_seen = time.monotonic()
    return kafka


async def let_go(run: Running) -> None:
    run.service.consumer.subscriber.consumer = None
    run.service.consumer.subscriber.running = False


async def test_lag_is_told_in_facts_and_in_seconds(scene: Scene, run: Running) -> None:
    one, two = (TopicPartition(topic, 1) for topic in sorted(run.service.topics)[:2])
    kafka = consuming(run, {one: 10, two: 5}, {one: 7, two: 5})
    labels = {"group": run.service.consumer.group, "lane": "1"}
    try:
        assert await told(run, "consumer_lag_facts", **labels) == 3
        run.clock.advance(timedelta(seconds=40))
        assert await told(run, "consumer_lag_seconds", **labels) == 40

        kafka.positions = {one: 10, two: 5}
        assert await told(run, "consumer_lag_facts", **labels) == 0
        assert await told(run, "consumer_lag_seconds", **labels) == 0
    finally:
        await let_go(run)


async def test_records_in_hand_are_lag_until_they_are_durable(scene: Scene, run: Running) -> None:
    """INVARIANT: a lane that is paused in an outage is behind, though its records were fetched long ago."""
    record = run.outside.tell(scene.lineage[0])
    partition = TopicPartition(record.topic, record.partition)
    consuming(run, {partition: record.offset + 1}, {partition: record.offset + 1})
    labels = {"group": run.service.consumer.group, "lane": str(record.partition)}
    real = run.service.inbound.take
    broken = True

    async def away(records: Any) -> None:
        if broken:
            raise StoreUnavailableError("away")
        await real(records)

    run.service.inbound.take = away  # type: ignore[method-assign]
    run.service.consumer._pause = run.service.consumer._resume = lambda lane: None  # type: ignore[method-assign]  # noqa: ARG005
    run.service.consumer.subscriber.consumer.commit = _nothing  # type: ignore[union-attr]
    try:
        await run.service.consumer._on_batch([record])
        assert run.service.consumer.paused == {record.partition}
        assert await told(run, "consumer_lag_facts", **labels) == 1
        assert await told(run, "lanes_paused") == 1
        broken = False

        async def all_taken() -> bool:
            return await told(run, "consumer_lag_facts", **labels) == 0

        await run.until(all_taken, "the record is durable")
        assert await told(run, "lanes_paused") == 0
        assert len(await run.log(CASE)) == 1
    finally:
        await let_go(run)


async def _nothing(*_: Any, **__: Any) -> None: ...


async def test_a_process_whose_parts_all_move_is_ready(scene: Scene, run: Running) -> None:
    consuming(run, {}, {})
    try:
        assert run.service.troubles() == []
        answer = await run.http.operations.get("/readyz")
        assert (answer.status_code, answer.json()["ready"]) == (200, True)
        assert await told(run, "ready") == 1
    finally:
        await let_go(run)


async def test_kafka_that_does_not_answer_makes_a_process_not_ready(
    scene: Scene, run: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka = consuming(run, {}, {})
    monkeypatch.setattr(readiness, "KAFKA", 0.0)
    try:
        kafka.away = True
        await run.service.gauging.look_at_kafka()
        answer = await run.http.operations.get("/readyz")
        (trouble,) = answer.json()["troubles"]
        assert (answer.status_code, trouble[:22]) == (503, "Kafka has not answered")
        assert await told(run, "ready") == 0
    finally:
        await let_go(run)


@pytest.mark.parametrize(
    ("dead", "says"),
    [
        ("rebalance", "the consumer has waited for its lanes for 80 seconds: is its group rebalancing?"),
        ("poll", "the consumer has not polled for 80 seconds"),
        ("batch", "the consumer has had the same records in hand for 80 seconds"),
        ("store", "MongoDB has not answered for 10 seconds"),
        ("task", "the process is ending: ZeroDivisionError('a bug')"),
    ],
)
async def test_what_does_not_move_makes_a_process_not_ready_and_is_named(
    scene: Scene, run: Running, dead: str, says: str
) -> None:
    """INVARIANT: a consumer that is dead or stuck is seen, though its client still answers heartbeats.

    A check that asks the broker only, or the process only, stays green over it.
    """
    consuming(run, {}, {})
    health, ago = run.service.consumer.health, time.monotonic() - 80
    try:
        assert run.service.troubles() == []
        match dead:
            case "rebalance":
                await run.service.consumer.on_partitions_revoked([])
                assert health.joining_since is not None
                health.joining_since = ago
            case "poll":
                health.polled_at = ago
            case "batch":
                health.took([run.outside.tell(scene.lineage[0])])
                for undone in health.undone.values():
                    undone.since = ago
            case "store":
                run.service.tending.store_seen = ago
            case _:
                run.service.supervisor.fail(ZeroDivisionError("a bug"))

        answer = await run.http.operations.get("/readyz")
        assert (answer.status_code, answer.json()["troubles"]) == (503, [says])
        if dead == "rebalance":
            await run.service.consumer.on_partitions_assigned([])
            assert run.service.troubles() == []
    finally:
        await let_go(run)
