"""Sealed texts in HTTP answers: opened on their way out, and `[erased]` once the key is gone."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.opened_answers import OpenedAnswers
from shared.adapters.sealing import Sealing, seal
from shared.adapters.telemetry import Metrics
from shared.entrypoints.problems import problem

SAID = 'Planted "壺"\nwords'


@pytest.fixture
async def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
async def client(keys: MemoryKeys) -> Any:
    app = FastAPI()
    token = seal(SAID, "lin", await keys.key_of("lin"))

    @app.get("/json")
    async def in_json() -> dict[str, Any]:
        return {"said": [token, f"lin: {token} and {token}"]}

    @app.get("/problem")
    async def in_problem() -> Any:
        return problem(409, "rule", token)

    @app.get("/text", response_class=PlainTextResponse)
    async def in_text() -> str:
        return token

    engine: Any = None  # sealing asks it only whose a text is
    sealing = Sealing(keys, engine, Metrics("counter"))
    app.add_middleware(OpenedAnswers, sealing_of=lambda: sealing)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://redress") as one:
        yield one


async def test_texts_are_opened_wherever_they_stand(client: httpx.AsyncClient) -> None:
    answer = await client.get("/json")

    assert answer.json() == {"said": [SAID, f"lin: {SAID} and {SAID}"]}
    assert answer.headers["content-length"] == str(len(answer.content))
    assert (await client.get("/problem")).json()["detail"] == SAID
    assert (await client.get("/text")).text.startswith("pd1:lin:")


async def test_of_an_erased_person_it_is_said_that_they_were(client: httpx.AsyncClient, keys: MemoryKeys) -> None:
    await keys.destroy("lin")

    answer = await client.get("/json")

    assert answer.json() == {"said": ["[erased]", "lin: [erased] and [erased]"]}
    assert answer.headers["content-length"] == str(len(answer.content))
