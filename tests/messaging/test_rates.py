"""How often one caller may ask: who counts for whom, what is refused, and that no store hears of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.adapters import rates
from shared.adapters.clock import VirtualClock
from shared.adapters.edge_settings import RateSettings
from shared.adapters.rates import CallersRates
from shared.adapters.telemetry import Metrics
from shared.entrypoints.rates import Kind
from shared.kernel.actors import Actor, Role
from tests.kit.http import WEI, headers_of, problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.kit.tokens import KEYS, SETTINGS
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, EVIDENCE, INTAKE, LIN, OPEN, ORDER, QINGYAO, STRANGER

LIMITS = RateSettings(commands=2, reads=3, uploads=1, strangers=2)
PLATFORM = Actor(role=Role.PLATFORM, id="market")


@pytest.fixture
async def run() -> Any:
    notes = Notes()
    async with running(INTAKE.build, ports(VirtualClock(BEFORE_NOON), notes), notes, rate=LIMITS) as one:
        await one.hear(ORDER)
        yield one


async def see(run: Running, by: Actor) -> Any:
    return await run.http.client.get(f"/cases/{CASE}", headers=headers_of(by) | {"Prefer": "wait=0"})


def limited(run: Running, kind: str) -> float:
    said = run.service.metrics.registry.get_sample_value(
        "redress_requests_limited_total", {"service": run.service.name, "kind": kind}
    )
    return said or 0


async def test_who_asks_too_often_is_refused_until_later_and_nobody_else_is(run: Running) -> None:
    """INVARIANT: a flood of one caller costs others nothing, and no store is asked for it."""
    asked = 0
    people = run.service.doors.people

    async def counted(stream: str) -> Any:
        nonlocal asked
        asked += 1
        return await people(stream)

    run.service.doors.people = counted  # type: ignore[method-assign]
    for _ in range(LIMITS.reads):
        assert (await see(run, LIN)).status_code in {403, 404}
    before = asked
    refused = await see(run, LIN)

    told = problem_of(refused, 429)
    assert told["rule"] == "rate_must_be_kept"
    assert told["detail"] == "3 requests a minute (read) are taken from one caller"
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert refused.headers["Retry-After"] in told["cure"]
    assert asked == before > 0
    assert limited(run, "read") == 1
    assert (await see(run, QINGYAO)).status_code != 429
    assert (await see(run, LIN.model_copy(update={"role": Role.SELLER}))).status_code != 429


async def test_commands_are_counted_apart_from_reads(run: Running) -> None:
    for _ in range(LIMITS.reads + 1):
        await see(run, LIN)
    first, second, third = [await OPEN.to(run) for _ in range(3)]

    assert first.status_code == 200, first.text
    assert second.status_code != 429
    assert problem_of(third, 429)["rule"] == "rate_must_be_kept"
    assert limited(run, "command") == 1


async def test_the_platform_is_not_counted(run: Running) -> None:
    seen = {(await see(run, PLATFORM)).status_code for _ in range(LIMITS.reads + 2)}

    assert 429 not in seen


async def test_what_a_header_says_of_addresses_is_not_believed(run: Running) -> None:
    nobody = [
        await run.http.client.get(f"/cases/{CASE}", headers={"X-Redress-Role": "?", "X-Forwarded-For": f"192.0.2.{n}"})
        for n in range(3)
    ]

    assert [answer.status_code for answer in nobody] == [401, 401, 429]
    assert limited(run, "stranger") == 1
    assert (await see(run, STRANGER)).status_code == 403


async def test_files_are_counted_apart_and_a_link_for_itself() -> None:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes, rate=LIMITS) as run:
        sent = [await run.http.client.post(f"/cases/{CASE}/files", content=b"x", headers=headers_of(LIN)) for _ in "12"]
        assert [answer.status_code == 429 for answer in sent] == [False, True]
        assert limited(run, "upload") == 1

        path = f"/cases/{CASE}/files/{'0' * 64}"
        links = [await run.http.client.get(path, params={"link_signature": one}) for one in "aaaab"]
        assert [answer.status_code == 429 for answer in links] == [False, False, False, True, False]


async def test_a_token_that_does_not_count_is_no_reason_to_refuse_its_neighbours(tmp_path: Path) -> None:
    """INVARIANT: behind one proxy everybody has one address; strangers there do not shut callers out."""
    from tests.messaging.test_tokens import bearer  # noqa: PLC0415  # a helper of the neighbour

    (tmp_path / "jwks.json").write_text(json.dumps(KEYS))
    auth = SETTINGS.model_copy(update={"jwks_file": tmp_path / "jwks.json"})
    notes = Notes()
    async with running(INTAKE.build, ports(VirtualClock(BEFORE_NOON), notes), notes, rate=LIMITS, auth=auth) as run:
        path = f"/cases/{CASE}"
        bad = [(await run.http.client.get(path, headers={"Authorization": "Bearer x"})).status_code for _ in range(3)]
        assert bad == [401, 401, 429]
        assert (await run.http.client.get(path, headers=bearer(WEI))).status_code == 404


def test_counters_are_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_COUNTERS", 10)
    counting = CallersRates(LIMITS, Metrics("intake"))
    for n in range(1000):
        assert counting.wait(Kind.COMMAND, f"caller-{n}") == 0

    assert len(counting.storage.storage) == 10
    assert counting.wait(Kind.COMMAND, "caller-999") == 0
    assert counting.wait(Kind.COMMAND, "caller-999") > 0


def test_a_window_slides_and_what_was_refused_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_007.0
    monkeypatch.setattr("time.time", lambda: now)
    counting = CallersRates(LIMITS, Metrics("intake"))
    taken = [counting.wait(Kind.COMMAND, "lin") for _ in range(50)]
    assert taken[:2] == [0, 0]
    assert all(taken[2:])

    now += taken[2]
    assert counting.wait(Kind.COMMAND, "lin") == 0
    now += 121
    assert [counting.wait(Kind.COMMAND, "lin") == 0 for _ in range(3)] == [True, True, False]
    assert set(counting.storage.storage) == set(counting.storage.expirations)


def test_without_a_number_there_is_no_limit() -> None:
    counting = CallersRates(RateSettings(commands=0), Metrics("intake"))

    assert not any(counting.wait(Kind.COMMAND, "lin") for _ in range(5000))
