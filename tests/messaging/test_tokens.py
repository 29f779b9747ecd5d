"""Where callers are known by tokens: what a service believes of headers, tokens and records, and what not."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.intake.app import build as intake
from shared.adapters.clock import VirtualClock
from shared.adapters.ports import Ports
from shared.adapters.settings import Settings
from shared.kernel.actors import Actor, Role
from tests.kit.http import headers_of, problem_of
from tests.kit.runtime import Notes, Running, Sent, ports, running
from tests.kit.tokens import KEYS, SETTINGS, token
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, LIN, OPEN, ORDER

WEI = Actor(role=Role.AUDITOR, id="wei")


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(KEYS))

    def build(settings: Settings, on: Ports) -> FastAPI:
        auth = SETTINGS.model_copy(update={"jwks_file": file})
        return intake(settings.model_copy(update={"auth": auth}), on)

    notes = Notes()
    async with running(build, ports(VirtualClock(BEFORE_NOON), notes), notes) as one:
        await one.hear(ORDER)
        yield one


def bearer(by: Actor, **changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(sub=by.id, redress_role=by.role, **changes)}"}


async def see(run: Running, headers: dict[str, str]) -> httpx.Response:
    run.http.client.headers = httpx.Headers()
    return await run.http.client.get(f"/cases/{CASE}", headers=headers)


async def test_a_token_says_who_asks_and_headers_say_nothing(run: Running) -> None:
    """INVARIANT: with tokens on, nobody becomes somebody by naming them."""
    answer = await OPEN.to(run, headers=bearer(LIN) | headers_of(WEI))
    assert answer.status_code == 200, answer.text
    await run.caught_up()

    assert (await run.log(CASE))[-1].by == LIN
    assert (await see(run, bearer(LIN))).status_code == 200
    nobody = await see(run, headers_of(LIN))
    assert problem_of(nobody, 401)["rule"] == "caller_must_be_known"
    assert nobody.headers["www-authenticate"] == 'Bearer realm="redress"'
    other = await see(run, bearer(Actor(role=Role.BUYER, id="another")) | headers_of(LIN))
    assert problem_of(other, 403)["rule"] == "only_people_of_the_case"


async def test_a_token_that_does_not_count_is_refused_and_not_told(run: Running) -> None:
    sent = bearer(LIN, exp=1)
    answer = await see(run, sent)

    assert problem_of(answer, 401)["rule"] == "token_must_be_valid"
    assert answer.headers["www-authenticate"] == 'Bearer realm="redress", error="invalid_token"'
    assert sent["Authorization"].split()[1] not in answer.text


@pytest.mark.parametrize("scheme", ["Basic bGluOmxpbg==", "Bearer", "bearer  ", ""])
async def test_another_scheme_names_nobody(run: Running, scheme: str) -> None:
    problem_of(await see(run, {"Authorization": scheme}), 401)


async def replied(run: Running, authorization: str | None) -> Sent:
    headers = [("authorization", authorization.encode())] if authorization is not None else []
    record = run.outside.ask("intake", OPEN.command, CASE, OPEN.by, "request-1", **OPEN.body)
    await run.take(replace(record, headers=(*record.headers, *headers)))
    return run.notes.on("intake.replies")[-1]


@pytest.mark.parametrize(
    ("authorization", "rule"),
    [
        (None, "token_must_be_valid"),
        ("Basic bGluOmxpbg==", "token_must_be_valid"),
        (bearer(LIN, exp=1)["Authorization"], "token_must_be_valid"),
        (bearer(WEI)["Authorization"], "caller_must_be_known"),
    ],
)
async def test_a_command_by_topic_is_by_whom_its_token_names(
    run: Running, authorization: str | None, rule: str
) -> None:
    """INVARIANT: whoever may write to a command topic still cannot act as somebody else."""
    reply = (await replied(run, authorization)).data

    assert (reply["outcome"], reply["rule"]) == ("refused", rule)
    assert await run.log(CASE) == []


async def test_a_command_by_topic_with_its_callers_token_is_carried_out(run: Running) -> None:
    reply = (await replied(run, bearer(LIN)["Authorization"])).data

    assert reply["outcome"] == "accepted", reply
    assert [commit.by for commit in await run.log(CASE)] == [LIN]
