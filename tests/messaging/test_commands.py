"""Commands of every service, by HTTP and by topic: every way in which they can be answered."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.adapters.clock import VirtualClock
from tests.kit.http import problem_of, streamed
from tests.kit.runtime import Notes, Running, Sent, in_the_lane_of, ports, racing, running
from tests.kit.wire import again, spoiled
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, LIN, SCENES, Ask, Scene


async def stored(run: Running) -> list[Any]:
    return [commit.cause.id for commit in await run.log()]


def caller(ask: Ask) -> dict[str, str]:
    return {"X-Redress-Role": ask.by.role, "X-Redress-Actor": ask.by.id}


async def test_an_accepted_command_is_stored_and_told_with_its_version(scene: Scene, run: Running) -> None:
    await scene.ready(run)

    answer = await scene.accepted.to(
        run, headers={"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    )

    assert answer.status_code == 200, answer.text
    told = answer.json()
    commit = (await run.log(CASE))[-1]
    assert (told["outcome"], told["repeated"], told["dry_run"]) == ("accepted", False, False)
    assert told["facts"] == [fact.type for fact in commit.facts]
    assert told["version"] == commit.last
    assert answer.headers["etag"] == f'"{commit.last}"'
    assert (commit.by, commit.at, commit.trace) == (
        scene.accepted.by,
        run.clock.now(),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )


async def test_what_was_written_can_be_read_at_its_version(scene: Scene, run: Running) -> None:
    """INVARIANT: whoever names the version a command was answered with never sees less than it."""
    await scene.ready(run)
    version = (await scene.accepted.must(run))["version"]
    path = scene.shows[0] if scene.name != "intake" else f"/cases/{CASE}"

    seen = await run.http.see(path, at_version=version)

    assert seen.status_code == 200, seen.text
    assert seen.json()["version"] >= version
    assert seen.headers["etag"] == f'"{seen.json()["version"]}"'


async def test_a_version_that_does_not_come_is_not_waited_for_longer_than_asked(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    await run.caught_up()

    told = problem_of(await run.http.see(scene.shows[0], at_version=999, wait=0), 404)

    assert (told["rule"], told["field"]) == ("version_must_exist", "query.at_version")
    assert "999" in told["detail"]


async def test_a_refused_command_is_told_its_rule_and_stores_nothing(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    before = await stored(run)

    told = problem_of(await scene.refused.to(run), 409)

    assert {name: told[name] for name in scene.refusal} == scene.refusal
    assert told["detail"]
    assert await stored(run) == before


async def test_a_repeated_request_is_answered_as_the_first(scene: Scene, run: Running) -> None:
    """INVARIANT: a request sent again with its key is the same request, whatever happened since."""
    await scene.ready(run)
    first = (await scene.accepted.to(run, key="try-1")).json()
    before = await stored(run)

    second = (await scene.accepted.to(run, key="try-1")).json()

    assert second == {**first, "repeated": True}
    assert await stored(run) == before


async def test_a_key_that_named_another_request_is_refused_with_the_cure(scene: Scene, run: Running) -> None:
    """INVARIANT: nobody is told that something was carried out which was not what they asked."""
    await scene.ready(run)
    assert (await scene.accepted.to(run, key="try-1")).status_code == 200
    before = await stored(run)
    other = replace(scene.accepted, body={**scene.accepted.body, **scene.otherwise})

    told = problem_of(await other.to(run, key="try-1"), 422)

    assert (told["rule"], told["field"]) == ("key_must_name_one_request", "header.idempotency-key")
    assert "new key" in told["cure"]
    assert await stored(run) == before


async def test_a_repeated_request_is_known_to_a_process_that_started_later(scene: Scene) -> None:
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    async with running(scene.build, on, notes) as run:
        await scene.ready(run)
        first = (await scene.accepted.to(run, key="try-1")).json()
    async with running(scene.build, on, notes) as run:
        second = (await scene.accepted.to(run, key="try-1")).json()

    assert second == {**first, "repeated": True}


async def test_the_same_request_sent_twice_at_once_is_carried_out_once(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    before = await stored(run)

    answers = await asyncio.gather(*(scene.accepted.to(run, key="try-1") for _ in range(4)))

    assert {(a.status_code, a.json()["version"]) for a in answers} == {(200, answers[0].json()["version"])}
    assert len(await stored(run)) == len(before) + 1


async def test_a_dry_run_says_what_would_happen_and_stores_nothing(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    before = await stored(run)

    tried = await scene.accepted.to(run, key="try-1", dry_run=True)
    refused = problem_of(await scene.refused.to(run, dry_run=True), 409)

    assert await stored(run) == before
    assert tried.json()["dry_run"]
    assert refused["rule"] == scene.refusal["rule"]
    meant = (await scene.accepted.to(run, key="try-1")).json()
    assert {**tried.json(), "dry_run": False} == meant, "a dry run uses up neither the key nor a version"


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.holding], ids=lambda scene: str(scene.name))
async def test_asking_for_what_holds_already_changes_nothing(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    for ask in scene.holding[:-1]:
        await ask.must(run)
    before = await stored(run)

    told = await scene.holding[-1].must(run)

    assert (told["outcome"], told["version"]) == ("unchanged", (await run.log(CASE))[-1].last)
    assert await stored(run) == before


async def test_a_malformed_command_is_told_the_field(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    before = await stored(run)
    ask, field = scene.malformed

    told = problem_of(await ask.to(run), 422)

    assert (told["rule"], told["field"]) == ("request_must_be_well_formed", field)
    assert told["problems"][0]["field"] == field
    assert await stored(run) == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"NaN"])
async def test_a_body_that_is_no_json_object_is_malformed(scene: Scene, run: Running, content: bytes) -> None:
    await scene.ready(run)
    path = f"/cases/{CASE}/{scene.accepted.command.replace('_', '-')}"
    headers = {**caller(scene.accepted), "content-type": "application/json"}

    answer = await run.http.client.post(path, content=content, headers=headers)

    assert problem_of(answer, 422)["field"].startswith("body")


async def test_a_field_nobody_knows_is_malformed(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    surplus = Ask(scene.accepted.command, scene.accepted.by, {**scene.accepted.body, "by": "me"})

    assert problem_of(await surplus.to(run), 422)["field"] == "body.by"


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"X-Redress-Role": "king"}, "header.x-redress-role"),
        ({"X-Redress-Actor": "spaced name"}, "header.x-redress-actor"),
    ],
)
async def test_a_caller_that_is_none_is_told_the_header(
    scene: Scene, run: Running, headers: dict[str, str], field: str
) -> None:
    refused = await scene.accepted.to(run, headers=headers)

    told = problem_of(refused, 401)
    assert (told["rule"], told["field"]) == ("caller_must_be_known", field)
    assert refused.headers["www-authenticate"]


async def test_a_key_that_is_none_is_told_the_header(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    refused = await scene.accepted.to(run, headers={"Idempotency-Key": "x" * 129})

    assert problem_of(refused, 422)["field"].lower() == "header.idempotency-key"


async def test_a_case_id_that_is_none_is_malformed(run: Running) -> None:
    assert problem_of(await run.http.client.get("/cases/-odd/actions"), 422)["field"] == "path.case_id"


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "streamed"])
async def test_a_body_over_the_limit_is_refused(scene: Scene, run: Running, declared: bool) -> None:
    """INVARIANT: no more than the limit is ever held of a body, whether its length is told beforehand or not."""
    path = f"/cases/{CASE}/{scene.accepted.command.replace('_', '-')}"
    passed = 0

    def chunks() -> Any:
        nonlocal passed
        for _ in range(1000):
            passed += 1
            yield b" " * 1000

    content: Any = b" " * 1_000_000 if declared else streamed(chunks())
    headers = {**caller(scene.accepted), "content-type": "application/json"}

    told = problem_of(await run.http.client.post(path, content=content, headers=headers), 413)

    assert told["rule"] == "request_must_not_be_too_large"
    assert "20000" in told["cure"]
    assert passed <= 22, f"{passed} chunks of 1000 bytes were read"


async def test_a_route_that_does_not_exist_is_a_problem_too(scene: Scene, run: Running) -> None:
    assert problem_of(await run.http.client.get("/no/such/route"), 404)["rule"] == "route_must_exist"
    wrong = await run.http.client.get(f"/cases/{CASE}/{scene.accepted.command.replace('_', '-')}")
    assert problem_of(wrong, 405)["rule"] == "method_must_fit_the_route"
    assert wrong.headers["allow"] == "POST"


async def test_a_command_that_only_the_platform_gives_has_no_route(scene: Scene, run: Running) -> None:
    """INVARIANT: what deadlines and heard facts ask for cannot be asked for from outside."""
    opened = {command.NAME for command in run.service.definition.open_commands}
    for command in run.service.definition.model.commands:
        if command.NAME not in opened:
            answer = await run.http.ask(CASE, command.NAME, LIN, {})
            assert answer.status_code in {404, 405}, f"{command.NAME}: {answer.text}"


async def test_two_processes_that_decide_at_once_agree(scene: Scene) -> None:
    """INVARIANT: of two commands decided on one version, the second is decided again on what the first made of it.

    Both processes have decided before either appends; without the version check both would be stored as they were.
    """
    notes = Notes()
    on = ports(VirtualClock(BEFORE_NOON), notes)
    async with running(scene.build, on, notes) as setting:
        await scene.before_race(setting)
        before = (await setting.log(CASE))[-1].last
    met = racing(on, 2)
    async with running(scene.build, met, notes) as one, running(scene.build, met, notes) as two:
        answers = await asyncio.gather(scene.racers[0].to(one), scene.racers[1].to(two))
        commits = await one.log(CASE)
        races = [
            run.service.metrics.registry.get_sample_value(
                "redress_decisions_total",
                {"service": scene.name, "command": ask.command, "outcome": "raced", "rule": ""},
            )
            for run, ask in ((one, scene.racers[0]), (two, scene.racers[1]))
        ]

    assert {answer.status_code for answer in answers} == scene.after_race, [a.text for a in answers]
    assert sorted(races, key=str) == [1.0, None], f"exactly one lost the race: {races}"
    versions = [(commit.first, commit.last) for commit in commits if commit.first > before]
    assert [first for first, _ in versions] == [before + 1, *(last + 1 for _, last in versions[:-1])]


# By topic.


async def answered(run: Running, *records: Any) -> list[Sent]:
    before = len(run.notes.on(f"{run.service.name}.replies"))
    await run.take(*records)
    return run.notes.on(f"{run.service.name}.replies")[before:]


def by_topic(run: Running, scene: Scene, ask: Ask, request: str, case: str = CASE) -> Any:
    return run.outside.ask(scene.name, ask.command, case, ask.by, request, **ask.body)


async def test_a_command_by_topic_is_answered_on_the_replies(scene: Scene, run: Running) -> None:
    await scene.ready(run)

    (reply,) = await answered(run, by_topic(run, scene, scene.accepted, "request-1"))

    assert (reply.key, reply.headers["ce_id"], reply.headers["ce_subject"]) == (CASE, b"request-1.reply", CASE.encode())
    commit = (await run.log(CASE))[-1]
    assert reply.data == {
        "command_id": "request-1",
        "outcome": "accepted",
        "version": commit.last,
        "facts": [fact.type for fact in commit.facts],
        "repeated": False,
    }


async def test_a_refused_command_by_topic_is_told_its_rule(scene: Scene, run: Running) -> None:
    await scene.ready(run)

    (reply,) = await answered(run, by_topic(run, scene, scene.refused, "request-1"))

    assert (reply.data["command_id"], reply.data["outcome"]) == ("request-1", "refused")
    assert {name: reply.data[name] for name in scene.refusal} == scene.refusal


async def test_a_redelivered_command_is_answered_again_and_carried_out_once(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    record = by_topic(run, scene, scene.accepted, "request-1")
    (first,) = await answered(run, record)
    before = await stored(run)

    (second,) = await answered(run, again(record))

    assert second.data == {**first.data, "repeated": True}
    assert await stored(run) == before


async def test_an_id_that_named_another_request_is_refused_by_topic_too(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    await answered(run, by_topic(run, scene, scene.accepted, "request-1"))
    before = await stored(run)
    other = replace(scene.accepted, body={**scene.accepted.body, **scene.otherwise})

    (reply,) = await answered(run, by_topic(run, scene, other, "request-1"))

    assert (reply.data["outcome"], reply.data["rule"]) == ("refused", "key_must_name_one_request")
    assert (reply.data["field"], "new" in reply.data["cure"]) == ("ce_id", True)
    assert await stored(run) == before


async def test_two_cases_may_use_one_request_id(scene: Scene, run: Running) -> None:
    """INVARIANT: a request is the same request only on the same case.

    Callers number their own requests. Taken as they are, the second case of a lane would be told that it is done.
    """
    cases = [f"case-of-{n}" for n in range(8)]

    replies = await answered(run, *(by_topic(run, scene, scene.refused, "1", case) for case in cases))

    assert sorted(reply.key for reply in replies) == cases
    assert {reply.data["outcome"] for reply in replies} == {"refused"}
    await scene.ready(run)
    (neighbour,) = in_the_lane_of(CASE, 1)
    (first,) = await answered(run, by_topic(run, scene, scene.accepted, "1"))
    (other,) = await answered(run, by_topic(run, scene, scene.accepted, "1", neighbour))
    assert first.data["outcome"] == "accepted"
    assert not other.data.get("repeated"), other.data


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"type": b"become_king"}, "become_king is no command of this topic"),
        ({"type": None}, "missing or unreadable CloudEvents attributes: type"),
        ({"specversion": b"0.3"}, "specversion 0.3"),
        ({"value": b"{"}, "JSON object with `by`"),
        ({"value": b"[]"}, "JSON object with `by`"),
        ({"value": b"{}"}, "JSON object with `by`"),
        ({"value": b'{"by":{"role":"king","id":"x"}}'}, "role"),
        ({"value": b'{"by":{"role":"buyer","id":"lin"},"odd":1}'}, "odd|required"),
        ({"value": None}, "tombstone"),
        ({"subject": b"-no-id-"}, "case_id|has no case -no-id-"),
    ],
)
async def test_a_malformed_command_by_topic_is_answered_too(
    scene: Scene, run: Running, how: dict[str, Any], said: str
) -> None:
    """INVARIANT: every record on a command topic is answered, and none of them can stop the lane."""
    record = spoiled(by_topic(run, scene, scene.accepted, "request-1"), **how)

    (reply,) = await answered(run, record)

    rule = "only_people_of_the_case" if "has no case" in reply.data["detail"] else "command_must_be_well_formed"
    assert (reply.data["outcome"], reply.data["rule"]) == ("refused", rule)
    assert any(part in reply.data["detail"] for part in said.split("|")), reply.data
    assert await stored(run) == []


async def test_commands_of_one_case_are_carried_out_in_order(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    records = [by_topic(run, scene, ask, f"request-{n}") for n, ask in enumerate((scene.refused, scene.accepted))]
    records.append(replace(again(records[1])))

    replies = await answered(run, *records)

    assert [reply.data["outcome"] for reply in replies] == ["refused", "accepted", "accepted"]
    assert [reply.data.get("repeated") for reply in replies] == [None, False, True]
