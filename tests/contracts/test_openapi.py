"""Every service answers as its OpenAPI document says, whatever is asked: property tests drawn from the documents."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.adapters.clock import VirtualClock
from tests.architecture.tree import ROOT
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, SCENES, Scene

CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 18
"""So many requests of each route, half of them on a case that is open, by somebody who has a say in it."""
# Parts of an upload are bytes like any other; their type is the protocol's own.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: str(scene.name))
@pytest.mark.timeout(600)
async def test_every_route_answers_as_its_document_says(scene: Scene) -> None:
    """INVARIANT: no request brings about a 5xx, nor an answer that the document does not describe."""
    notes = Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await scene.ready(run)
        document = (await run.http.client.get("/openapi.json")).json()
        schema: Any = schemathesis.openapi.from_dict(document)
        seen = [await asyncio.to_thread(_tried, run, scene, one.ok()) for one in schema.get_all_operations()]

    assert len(seen) == sum(len(path) for path in document["paths"].values())
    assert {status for statuses in seen for status in statuses} >= {200, 404, 409, 422}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: str(scene.name))
async def test_the_document_that_is_served_is_the_one_that_is_committed(scene: Scene) -> None:
    notes = Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        served = (await run.http.client.get("/openapi.json")).json()

    assert served == json.loads((ROOT / f"docs/openapi/{scene.name}.json").read_text(encoding="utf-8"))


def _tried(run: Running, scene: Scene, operation: Any) -> set[int]:
    """The statuses that requests of one route were answered with, each answer checked. Runs beside the loop."""
    loop = run.service.supervisor.failed.get_loop()
    statuses: set[int] = set()
    caller = {"X-Redress-Role": str(scene.accepted.by.role), "X-Redress-Actor": scene.accepted.by.id}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*(_drawn(operation, mode) for mode in GenerationMode)), known=st.booleans())
    def tried(case: Any, known: bool) -> None:
        if known and "case_id" in case.path_parameters:
            case.path_parameters["case_id"] = CASE
            case.headers.update(caller)
        # A version that never comes is waited for; the patience is the caller's.
        case.headers["Prefer"] = "wait=0"
        answer = asyncio.run_coroutine_threadsafe(_sent(run.http.client, case), loop).result(30)
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)

    tried()
    return statuses


def _drawn(operation: Any, mode: GenerationMode) -> Any:
    """Requests that the document allows, or that it does not; a route that takes anything has none of these."""
    return operation.as_strategy(generation_mode=mode)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda route: route["responses"].pop("409"),
        lambda route: route["responses"]["409"].update(content={"application/json": {}}),
        lambda route: route["responses"]["409"]["headers"].update(Retry={"required": True, "schema": {}}),
    ],
    ids=["status", "media type", "header"],
)
async def test_an_answer_that_is_not_described_is_found(spoil: Callable[[Any], Any]) -> None:
    notes = Notes()
    scene = SCENES[0]
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        document = (await run.http.client.get("/openapi.json")).json()
        path = f"/cases/{{case_id}}/{scene.accepted.command.replace('_', '-')}"
        document["paths"][path]["post"]["responses"]["409"].setdefault("headers", {})
        spoil(document["paths"][path]["post"])
        operation = schemathesis.openapi.from_dict(document)[path]["POST"]

        with pytest.raises(FailureGroup):
            await asyncio.to_thread(_tried, run, scene, operation)


async def _sent(client: httpx.AsyncClient, case: Any) -> httpx.Response:
    """A drawn request, over ASGI: encoded as `requests` would, which is what Schemathesis draws for."""
    drawn = case.as_transport_kwargs(base_url="http://redress")
    kept = {name: drawn[name] for name in ("method", "url", "headers", "params", "json", "data") if name in drawn}
    made: Any = requests.Request(**kept).prepare()
    headers = {
        name: value if isinstance(value, bytes) else value.encode("latin1") for name, value in made.headers.items()
    }
    return await client.request(str(made.method), str(made.url), headers=headers, content=made.body)
