"""What a caller says about versions and waiting, to every service."""

import asyncio
from typing import Any

import pytest

from tests.kit.http import problem_of
from tests.kit.runtime import Running
from tests.messaging.scenes import CASE, Scene


async def version_now(run: Running) -> int:
    commits = await run.log(CASE)
    return commits[-1].last if commits else 0


def case_path(scene: Scene) -> str:
    return scene.shows[0] if scene.name != "intake" else f"/cases/{CASE}"


async def test_a_command_for_another_version_is_refused(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    now = await version_now(run)

    told = problem_of(await scene.accepted.to(run, headers={"If-Match": f'"{now + 1}"'}), 412)

    assert (told["rule"], told["field"], told["version"]) == ("version_must_match", "header.if-match", now)
    assert "present version" in told["cure"]
    assert await version_now(run) == now


async def test_a_command_for_this_version_is_carried_out(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    now = await version_now(run)

    answer = await scene.accepted.to(run, headers={"If-Match": f'"0815", "{now}"'})

    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{await version_now(run)}"'


async def test_of_two_commands_for_one_version_one_is_carried_out(scene: Scene, run: Running) -> None:
    """INVARIANT: If-Match holds at the append, not only when it is looked at."""
    await scene.before_race(run)
    tag = {"If-Match": f'"{await version_now(run)}"'}

    answers = await asyncio.gather(*(racer.to(run, headers=tag) for racer in scene.racers))

    assert sorted(answer.status_code for answer in answers) == [200, 412], [answer.text for answer in answers]


async def test_a_repeated_request_is_answered_as_the_first_though_its_version_is_past(
    scene: Scene, run: Running
) -> None:
    await scene.ready(run)
    tag = {"If-Match": f'"{await version_now(run)}"'}
    first = await scene.accepted.to(run, key="try-1", headers=tag)

    again = await scene.accepted.to(run, key="try-1", headers=tag)

    assert again.json() == {**first.json(), "repeated": True}


@pytest.mark.parametrize("tag", ["3", '"3', "W/3", '"3" "4"', ""])
async def test_a_precondition_that_is_no_entity_tag_is_malformed(scene: Scene, run: Running, tag: str) -> None:
    """INVARIANT: a condition that cannot be read is never taken for none."""
    await scene.ready(run)
    told = problem_of(await scene.accepted.to(run, headers={"If-Match": tag}), 422)

    assert (told["rule"], told["field"].lower()) == ("request_must_be_well_formed", "header.if-match")


async def test_what_the_caller_has_already_is_not_sent_again(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    version = (await scene.accepted.must(run))["version"]
    seen = await run.http.see(case_path(scene), at_version=version)
    tag = {"If-None-Match": f'"x", W/{seen.headers["etag"]}'}

    same = await run.http.client.get(case_path(scene), headers=tag)
    newer = await run.http.client.get(case_path(scene), headers={"If-None-Match": f'"{version - 1}"'})

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", seen.headers["etag"])
    assert newer.json() == seen.json()


async def test_a_command_can_wait_until_it_is_shown(scene: Scene, run: Running) -> None:
    """INVARIANT: with Preference-Applied the caller sees what was written, without asking for a version."""
    await scene.ready(run)

    answer = await scene.accepted.to(run, headers={"Prefer": "respond-async, wait=10"})
    seen = await run.http.client.get(case_path(scene))

    assert answer.headers["preference-applied"] == "wait=10"
    assert seen.json()["version"] >= answer.json()["version"]


async def test_a_command_that_is_not_shown_in_time_is_answered_all_the_same(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    await run.service.own(frozenset())

    answer = await scene.accepted.to(run, headers={"Prefer": "wait=0"})
    version = answer.json()["version"]
    lagging = await run.http.see(case_path(scene), at_version=version, wait=0)

    assert (answer.status_code, version) == (200, await version_now(run))
    assert "preference-applied" not in answer.headers
    assert problem_of(lagging, 503)["rule"] == "view_must_have_caught_up"
    assert lagging.headers["retry-after"] == "1"


async def test_a_dry_run_is_not_waited_for(scene: Scene, run: Running) -> None:
    await scene.ready(run)

    answer = await scene.accepted.to(run, dry_run=True, headers={"Prefer": "wait=20"})

    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_content_that_is_no_json_is_refused_by_its_type(scene: Scene, run: Running, kind: str) -> None:
    await scene.ready(run)
    now = await version_now(run)

    answer = await scene.accepted.to(run, headers={"Content-Type": kind})

    told = problem_of(answer, 415)
    assert (told["rule"], answer.headers["accept"]) == ("content_must_be_of_a_served_type", "application/json")
    assert await version_now(run) == now


async def test_a_body_that_cannot_be_read_is_a_problem(scene: Scene, run: Running) -> None:
    path = f"/cases/{CASE}/{scene.accepted.command.replace('_', '-')}"
    headers = {
        "X-Redress-Role": scene.accepted.by.role,
        "X-Redress-Actor": scene.accepted.by.id,
        "Content-Type": "application/json",
    }

    answer = await run.http.client.post(path, content=b"[" * 15_000, headers=headers)

    assert problem_of(answer, answer.status_code)["rule"] == "request_must_be_well_formed"
    assert answer.status_code in {400, 422}


async def test_a_fault_of_the_service_is_a_problem_that_tells_nothing_of_it(
    scene: Scene, run: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("secret")

    await scene.ready(run)
    monkeypatch.setattr(run.service.engine, "carry_out", broken)
    run.http.client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]

    answer = await scene.accepted.to(run)

    told = problem_of(answer, 500)
    assert told["rule"] == "service_must_not_fail"
    assert "secret" not in answer.text
