"""What every service hears: from a record on a topic to its own commit, its view, and what it tells in turn."""

from typing import Any

import orjson
import pytest

from shared.contracts.topology import CONTRACTS
from tests.kit.http import problem_of
from tests.kit.runtime import Running
from tests.kit.wire import again
from tests.messaging.scenes import CASE, Scene

TOPICS = {contract.TYPE: contract.TOPIC for contract in CONTRACTS}


async def test_a_heard_fact_becomes_a_commit_and_shows_in_a_view(scene: Scene, run: Running) -> None:
    await run.hear(scene.heard)
    await run.caught_up()

    (commit,) = await run.log()
    assert commit.heard is not None
    assert orjson.loads(commit.heard.data) == scene.heard.model_dump(mode="json")
    path, field, value = scene.shows
    seen = await run.http.see(path)
    assert seen.status_code == 200, seen.text
    assert seen.json()[field] == value


async def test_a_fact_heard_twice_is_heard_once(scene: Scene, run: Running) -> None:
    record = run.outside.tell(scene.heard)
    await run.take(record, again(record))
    await run.take(again(record))

    assert len(await run.log()) == 1


async def test_facts_out_of_order_are_held_until_the_gap_is_filled(scene: Scene, run: Running) -> None:
    """INVARIANT: topics of a source are fetched one by one; still a case hears them in the order they happened."""
    first, second, third = (run.outside.tell(fact) for fact in scene.lineage)
    await run.take(third)
    assert [commit.facts for commit in await run.log()] == [()], "nothing follows from a fact ahead of its time"
    await run.take(second)
    await run.take(first)

    commits = await run.log(CASE)
    assert [commit.cause.seq for commit in commits] == [3, 2, 1]
    assert [commit.facts for commit in commits[:2]] == [(), ()]


async def test_facts_in_one_batch_are_heard_in_their_order(scene: Scene, run: Running) -> None:
    records = [run.outside.tell(fact) for fact in scene.lineage]
    await run.take(*reversed(records))

    assert [commit.cause.seq for commit in await run.log(CASE)] == [1, 2, 3]


async def test_what_a_service_decides_is_told_in_order_with_dense_sequences(scene: Scene, run: Running) -> None:
    """INVARIANT: the relay sends every published form of a case once here, in the order of its sequences."""
    await scene.ready(run)
    await scene.accepted.must(run)
    await run.caught_up()

    told = [sent for sent in run.notes.sent if sent.headers["ce_source"] == scene.name.encode() and sent.key == CASE]
    assert [sent.headers["ce_sequence"] for sent in told] == [str(n).encode() for n in range(1, len(told) + 1)]
    assert [sent.topic for sent in told] == [TOPICS[sent.headers["ce_type"].decode()] for sent in told]
    out = [one for commit in await run.log(CASE) for one in commit.out]
    assert [(sent.headers["ce_id"].decode(), sent.value) for sent in told] == [(o.id, o.data.encode()) for o in out]


async def test_an_id_that_came_before_does_not_stop_the_lane(scene: Scene, run: Running) -> None:
    """INVARIANT: a producer that uses an id twice harms its own fact, never the lane.

    Deciding such a fact again and again would never end, and its lane would be paused for ever.
    """
    first, second, third = scene.lineage
    await run.take(run.outside.tell(first, fact_id="same"), run.outside.tell(second, fact_id="same"))
    await run.take(run.outside.tell(third))

    parked = await run.service.ports.park.every()
    heard = [commit.cause.seq for commit in await run.log(CASE)]
    assert heard == [1, 2, 3] or ([p.seq for p in parked], heard) == ([2, 3], [1]), (heard, parked)


@pytest.mark.parametrize("path", ["/livez", "/metrics"])
async def test_operations_are_answered_to_operators_and_unknown_to_callers(
    scene: Scene, run: Running, path: str
) -> None:
    answer = await run.http.operations.get(path)

    assert answer.status_code == 200
    assert answer.content
    assert problem_of(await run.http.client.get(path), 404)["rule"] == "route_must_exist"


async def test_callers_routes_are_unknown_to_operators(scene: Scene, run: Running) -> None:
    answer = await run.http.operations.get(scene.shows[0])

    assert problem_of(answer, 404)["rule"] == "route_must_exist"


async def test_the_document_is_answered(scene: Scene, run: Running) -> None:
    answer = await run.http.client.get("/openapi.json")

    assert answer.status_code == 200
    assert not {"/livez", "/readyz", "/metrics"} & answer.json()["paths"].keys()


async def test_a_process_without_a_consumer_is_not_ready_and_says_why(scene: Scene, run: Running) -> None:
    answer = await run.http.operations.get("/readyz")

    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["troubles"] == ["the consumer is not running"]


async def test_what_nobody_has_heard_of_is_not_found(scene: Scene, run: Running) -> None:
    path = scene.shows[0].replace(CASE, "unknown").replace("order-88", "unknown")
    answer = await run.http.see(path)

    assert answer.status_code == 404
    assert answer.json()["rule"].endswith("_must_exist")


async def test_pages_of_a_view_show_every_case_once(scene: Scene, run: Running) -> None:
    if scene.name == "intake":
        cases = [f"order-{n}" for n in range(5)]
        facts = [_order(scene.heard, case) for case in cases]
    else:
        cases = [f"case-{n}" for n in range(5)]
        facts = [scene.heard.model_copy(update={"case_id": case}) for case in cases]
    await run.hear(*facts)
    await run.caught_up()
    path = {"intake": "/orders", "evidence": "/evidence", "mediation": "/mediations", "appeals": "/appeals"}[scene.name]
    seen: list[str] = []
    question: dict[str, Any] = {"limit": 2}
    while True:
        answer = await run.http.client.get(path, params=question)
        seen += [item["id"] for item in answer.json()["items"]]
        following = answer.json()["next_cursor"]
        if following is None:
            assert "link" not in answer.headers
            break
        assert answer.headers["link"] == f'<?limit=2&cursor={following}>; rel="next"'
        question = {"limit": 2, "cursor": following}

    assert seen == cases


def _order(fact: Any, order_id: str) -> Any:
    return fact.model_copy(update={"order": fact.order.model_copy(update={"order_id": order_id})})
