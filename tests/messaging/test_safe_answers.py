"""Every answer has the headers that keep browsers and caches from doing more with it than was meant."""

from collections.abc import Mapping

import httpx
import pytest

from shared.adapters.http_headers import SAFE
from tests.kit.http import headers_of, problem_of
from tests.kit.runtime import Running
from tests.messaging.scenes import CASE, STRANGER, Scene
from tests.messaging.test_access_matrix import ELSEWHERE, routes_of
from tests.messaging.test_reads import a_case

PEOPLE = dict.fromkeys(("seller_id", "buyer_id", "adjudicator_id"), "somebody")
ALLOWED_OTHERWISE = {"Cache-Control": {"private, no-cache"}}
"""What a route may say for itself; of Content-Security-Policy, anything that begins as strictly."""


def lacking(answer: httpx.Response) -> list[str]:
    """What an answer lacks of the headers that every one has, or has and should not."""
    found = [f"{name}: {answer.headers.get(name)}" for name in SAFE if not _safe(name, answer.headers)]
    return found + [name for name in ("server", "x-powered-by") if name in answer.headers]


def _safe(name: str, headers: Mapping[str, str]) -> bool:
    said = headers.get(name.lower(), "")
    if name == "Content-Security-Policy":
        return said.startswith(SAFE[name])
    return said in {SAFE[name], *ALLOWED_OTHERWISE.get(name, ())}


@pytest.mark.timeout(300)
async def test_every_route_answers_safely_to_everybody(scene: Scene, run: Running) -> None:
    """INVARIANT: answers and refusals of every route, and what no route answers, have every header."""
    parts = {**ELSEWHERE, **PEOPLE, **await a_case(scene, run)}
    run.http.client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    statuses: set[int] = set()
    for action in [*routes_of(run.app), "GET /nothing", "PUT /case-ids", "GET /openapi.json"]:
        method, _, template = action.partition(" ")
        for caller in ({}, headers_of(STRANGER), {"X-Redress-Role": "?", "X-Redress-Actor": "?"}):
            answer = await run.http.client.request(
                method, template.format(**parts), headers={**caller, "Prefer": "wait=0"}
            )
            assert (action, caller, lacking(answer)) == (action, caller, [])
            statuses.add(answer.status_code)
    for path in ("/livez", "/readyz", "/metrics", "/nothing"):
        assert (path, lacking(await run.http.operations.get(path))) == (path, [])

    assert {200, 401, 403, 404, 405} <= statuses


async def test_an_answer_about_a_fault_is_safe_too(scene: Scene, run: Running) -> None:
    async def fails(_: str) -> None:
        raise ZeroDivisionError("a bug")

    run.service.doors.people = fails  # type: ignore[method-assign, assignment]
    run.http.client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    answer = await run.http.client.get(f"/cases/{CASE}/actions", headers=headers_of(STRANGER))

    assert problem_of(answer, 500)["rule"] == "service_must_not_fail"
    assert lacking(answer) == []


def test_an_answer_without_them_is_found() -> None:
    bare = httpx.Response(200, headers={"Server": "x", "Content-Security-Policy": "default-src *"})

    assert {one.partition(":")[0] for one in lacking(bare)} == {*SAFE, "server"}
