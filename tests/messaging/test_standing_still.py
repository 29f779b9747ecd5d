"""Intake over HTTP and topics where a case stands still, is urged, is taken up again, or cannot be helped here."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared.adapters.clock import VirtualClock
from shared.contracts.evidence import EvidenceRequested
from shared.contracts.platform import OrderRecorded
from tests.examples import intake as the
from tests.kit.deciding import NOON
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, FILE, INTAKE, LIN, QINGYAO, Ask, a_suspension, an_order, told

ATTESTED = {
    "channel": "shop chat",
    "opened_at": (NOON - timedelta(days=1)).isoformat(),
    "outcome": "refused",
    "note": "The shop says the crack came from my kettle.",
}
FILED = Ask(FILE.command, LIN, {**FILE.body, "attested": ATTESTED})
URGE = Ask("urge", LIN, {})
EVIDENCE = json.loads((Path(__file__).parents[2] / "docs/openapi/evidence.json").read_text("utf-8"))
"""As the evidence service describes itself (tests/contracts/test_openapi.py)."""


@pytest.fixture
async def run() -> AsyncIterator[Running]:
    notes = Notes()
    async with running(INTAKE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as one:
        yield one


async def test_a_suspended_case_shows_it_and_goes_on_when_a_party_says_so(run: Running) -> None:
    await a_suspension(run)
    version = problem_of(await URGE.to(run), 409)["version"]
    suspended = (await run.http.see(f"/cases/{CASE}", at_version=version)).json()
    assert (suspended["status"], suspended["resumes_as"]) == ("suspended", "in_process")

    answer = await Ask("resume_complaint", QINGYAO, {"reason": "We found no way."}).must(run)

    assert (await run.http.see(f"/cases/{CASE}", at_version=answer["version"])).json()["status"] == "in_process"


async def test_urging_is_answered_with_what_the_other_services_told(run: Running) -> None:
    await an_order(run)
    await FILED.must(run)
    await run.hear(told(EvidenceRequested, due_at=NOON + timedelta(hours=72)))
    await run.caught_up()

    version = (await URGE.must(run))["version"]

    line = (await run.http.see(f"/cases/{CASE}", at_version=version)).json()["timeline"][-1]
    assert "owes evidence by 2026-11-05 12:00 UTC" in line["summary"]
    await Ask("urge", LIN, {}).must(run)
    refused = problem_of(await URGE.to(run), 409)
    assert refused["rule"] == "urging_budget_must_not_be_spent"
    assert "urge again from" in refused["cure"]


async def test_a_rejected_complaint_is_shown_where_else_to_turn(run: Running) -> None:
    await an_order(run)
    await FILE.must(run)  # without a negotiation
    await run.caught_up()

    answer = (await run.http.see(f"/cases/{CASE}/outside-help")).json()

    assert (answer["reason"], answer["case_file_at"]) == ("rejected", f"/cases/{CASE}")
    assert answer["bundle_at"] == f"/cases/{CASE}/bundle"
    assert answer["bundle_at"].replace(CASE, "{case_id}") in EVIDENCE["paths"]
    assert set(answer["ways"]) == {"consumer_association", "lawsuit", "legal_advice"}


async def test_outside_help_waits_for_a_case_that_cannot_be_helped_here(run: Running) -> None:
    assert problem_of(await run.http.see("/cases/nowhere/outside-help"), 404)["rule"] == "case_must_exist"
    await an_order(run)
    await FILED.must(run)
    await run.caught_up()

    refused = problem_of(await run.http.see(f"/cases/{CASE}/outside-help"), 409)

    assert refused["rule"] == "process_must_be_unable_to_help"


async def test_who_is_gravely_harmed_is_shown_outside_help_at_any_time(run: Running) -> None:
    await an_order(run)
    await FILED.must(run)
    await run.caught_up()

    answer = (await run.http.see(f"/cases/{CASE}/outside-help?gravely_harmed=true")).json()

    assert answer["reason"] == "rights_gravely_harmed"
    assert set(answer["ways"]) == {"consumer_association", "lawsuit", "legal_advice"}
    assert (await run.http.see(f"/cases/{CASE}")).json()["status"] == "in_process"


async def test_a_line_and_ground_is_taken_up_once_and_a_repeated_buyer_goes_to_a_specialist(run: Running) -> None:
    lines = tuple(the.a_teapot(line_id=f"teapot-{n}") for n in range(4))
    await run.hear(OrderRecorded(at=NOON, version=1, order=the.an_order(lines=lines)))
    for n in range(4):
        body = {**FILED.body, "line_id": f"teapot-{n}"}
        await Ask(FILED.command, LIN, body).to(run, case=f"case-{n}")
        await run.caught_up()
    again = {**FILED.body, "line_id": "teapot-0"}
    await Ask(FILED.command, LIN, again).to(run, case="case-again")
    await run.caught_up()

    cases = [(await run.http.see(f"/cases/case-{n}")).json() for n in range(4)]
    assert [case["tier"] for case in cases] == ["frontline", "frontline", "frontline", "specialist"]
    assert cases[3]["tier_reasons"] == ["repeated_buyer"]
    rejected = (await run.http.see("/cases/case-again")).json()
    assert [failure["rule"] for failure in rejected["failures"]] == ["line_and_ground_must_be_new"]
