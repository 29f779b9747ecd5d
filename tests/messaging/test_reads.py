"""No route shows a case to somebody who is no party without noting it: walked over every route of every service."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from shared.adapters.clock import VirtualClock
from shared.adapters.memory_reads import MemoryReads
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled
from shared.eventing.ports import StoreUnavailableError
from shared.eventing.reads import Read
from shared.kernel.actors import Actor, Role
from tests.examples.intake import ORDER as ORDER_ID
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, EVIDENCE, INTAKE, LIN, QINGYAO, STRANGER, Scene, told

PUBLIC: Final = {
    "/cases/{case_id}/uploads/{upload_id}": "answers who opened the upload only",
    "/scorecards/sellers": "figures, and no case",
    "/scorecards/sellers/{seller_id}": "figures, and no case",
    "/scorecards/categories/{category}": "figures, and no case",
    "/scorecards/adjudicators/{adjudicator_id}": "figures, and no case",
    "/scorecards/buyers/{buyer_id}": "figures, and no case",
    "/cycle-times/{category}": "figures, and no case",
    "/erasures": "a person's erasure, and no case",
    "/erasures/{case_id}": "a person's erasure, and no case",
    "/cases/{case_id}/evidence/drafts": "answers a party of the case only, with its own",
}
"""Queries that are not noted, and why they need not be."""
JUN = Actor(role=Role.SPECIALIST, id="jun")
WEI = Actor(role=Role.AUDITOR, id="wei")
ELSEWHERE: Final = {
    "upload_id": "upload-1",
    "seller_id": QINGYAO.id,
    "buyer_id": LIN.id,
    "adjudicator_id": JUN.id,
    "category": "product_quality",
}
"""What stands for the parts of paths that are no part of a case."""
PHOTO = b"The spout is cracked from end to end, as the picture will show."


class Unreachable(MemoryReads):
    """A record of reads whose store is away."""

    async def note(self, read: Read) -> None:
        raise StoreUnavailableError("MongoDB: no primary")


def by(actor: Actor, **more: str) -> dict[str, str]:
    return {"X-Redress-Role": actor.role, "X-Redress-Actor": actor.id, **more}


def queries(run: Running) -> Sequence[str]:
    """The path of every route that answers queries, as the document and the router have it."""
    routes = [one for one in iter_route_contexts(run.app.routes) if isinstance(one.original_route, APIRoute)]
    return sorted(str(one.path) for one in routes if "GET" in (one.methods or ()))


async def a_case(scene: Scene, run: Running) -> dict[str, str]:
    """A case that every query of the service has an answer about, and what stands for the parts of paths."""
    await scene.ready(run)
    if scene is not EVIDENCE and scene is not INTAKE:
        await run.caught_up()
        return {"case_id": CASE}
    if scene is INTAKE:
        await scene.accepted.must(run)
        await run.caught_up()
        return {"case_id": CASE}
    sent = await run.http.client.post(f"/cases/{CASE}/files", content=PHOTO, headers=by(LIN))
    file = {name: sent.json()[name] for name in ("sha256", "size", "media_type")}
    item = {**scene.accepted.body, "files": [file]}
    answer = await run.http.ask(CASE, scene.accepted.command, LIN, item)
    assert answer.status_code == 200, answer.text
    await run.caught_up()
    return {"case_id": CASE, "sha256": file["sha256"]}


def asked(path: str, parts: dict[str, str]) -> str:
    """The path with its parts, asked in the way that has an answer."""
    query = "?gravely_harmed=true" if path.endswith("/outside-help") else ""
    return path.format(**ELSEWHERE | parts | ({"case_id": ORDER_ID} if path.startswith("/orders/") else {})) + query


async def of(run: Running, stream: str = CASE) -> Sequence[Read]:
    return await run.service.ports.reads.of(stream, run.clock.now(), limit=200)


async def test_every_query_is_noted_or_declared_public(scene: Scene, run: Running) -> None:
    """INVARIANT: an answer about a case that nobody could note is not given.

    A new route that forgets to note what it shows answers 200 here, while the record of reads is away.
    """
    parts = await a_case(scene, run)
    noted = [path for path in queries(run) if path not in PUBLIC]
    assert {"/cases/{case_id}/actions", "/cases/{case_id}/reads"} < set(noted)
    for path in noted:
        before = len(await of(run, ORDER_ID if path.startswith("/orders") else CASE))
        answer = await run.http.client.get(asked(path, parts), headers=by(WEI))
        after = await of(run, ORDER_ID if path.startswith("/orders") else CASE)
        found = (path, answer.status_code, [read.what for read in after[before:]])
        assert found == (path, 200, [f"GET {path}"])

    on = replace(run.service.ports, reads=Unreachable())
    async with running(scene.build, on, Notes()) as blind:
        for path in noted:
            refused = problem_of(await blind.http.client.get(asked(path, parts), headers=by(WEI)), 503)
            assert (path, refused["rule"]) == (path, "read_must_be_audited")


async def test_what_is_declared_public_tells_staff_nothing_of_a_case(run: Running, scene: Scene) -> None:
    parts = await a_case(scene, run)
    for path in {*queries(run)} & PUBLIC.keys():
        answer = await run.http.client.get(asked(path, parts), headers=by(WEI))
        shown = CASE in answer.text and answer.status_code != 404
        assert not shown, f"{path}: {answer.text}"


@pytest.fixture
async def evidence() -> Any:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await a_case(EVIDENCE, run)
        yield run


async def test_a_read_says_who_saw_what_when_and_in_which_request(evidence: Running) -> None:
    path = f"/cases/{CASE}/evidence"
    answer = await evidence.http.client.get(path, headers=by(JUN, **{"X-Request-Id": "gateway-7"}))

    (read,) = await of(evidence)
    assert read.id
    assert read.until - read.at == timedelta(days=1096)
    assert replace(read, id="", until=read.at) == Read(
        id="",
        at=evidence.clock.now(),
        role=Role.SPECIALIST,
        actor="jun",
        request="gateway-7",
        what="GET /cases/{case_id}/evidence",
        part=None,
        shown={CASE: answer.json()["version"]},
        until=read.at,
    )


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "ab" * 16),
        ({"X-Request-Id": "one\ttwo", "traceparent": "nonsense"}, None),
        ({"X-Request-Id": "x" * 129}, None),
    ],
    ids=["a trace", "unfit names", "a name without end"],
)
async def test_a_request_without_a_usable_name_has_the_name_of_its_read(
    evidence: Running, headers: dict[str, str], name: str | None
) -> None:
    await evidence.http.client.get(f"/cases/{CASE}/evidence", headers=by(JUN, **headers))

    (read,) = await of(evidence)
    assert read.request == (name or read.id)


async def test_parties_are_not_staff(evidence: Running) -> None:
    for party in (LIN, QINGYAO):
        assert (await evidence.http.client.get(f"/cases/{CASE}/evidence", headers=by(party))).status_code == 200

    assert await of(evidence) == []


async def test_a_caller_who_names_nobody_reads_nothing(evidence: Running) -> None:
    """INVARIANT: leaving out the headers is no way around the record."""
    for name in ("X-Redress-Role", "X-Redress-Actor"):
        problem_of(await evidence.http.client.get(f"/cases/{CASE}/evidence", headers={name: ""}), 401)

    assert await of(evidence) == []


async def test_an_answer_that_nothing_changed_is_noted_too(evidence: Running) -> None:
    known = (await evidence.http.client.get(f"/cases/{CASE}/evidence", headers=by(LIN))).headers["etag"]
    asked_again = by(JUN, **{"If-None-Match": known})

    assert (await evidence.http.client.get(f"/cases/{CASE}/evidence", headers=asked_again)).status_code == 304
    assert len(await of(evidence)) == 1


async def test_a_page_is_one_read_of_all_that_it_shows(evidence: Running) -> None:
    others = [f"case-{n}" for n in range(2, 6)]
    await evidence.hear(*(told(kind, case) for case in others for kind in (ComplaintFiled, ComplaintAccepted)))
    await evidence.caught_up()

    await evidence.http.client.get("/evidence", headers=by(JUN))
    await evidence.http.client.get("/evidence", params={"status": "sealed"}, headers=by(JUN))

    (first,) = await of(evidence)
    assert {(await of(evidence, case))[0].id for case in others} == {first.id}


async def test_the_reads_of_a_case_are_told_to_auditors_and_to_its_parties(evidence: Running) -> None:
    await evidence.http.client.get(f"/cases/{CASE}/evidence", headers=by(JUN))
    by_lin = (await evidence.http.client.get(f"/cases/{CASE}/reads", headers=by(LIN))).json()
    by_wei = (await evidence.http.client.get(f"/cases/{CASE}/reads", headers=by(WEI))).json()

    assert [(one["role"], one["actor"], one["what"]) for one in by_lin["items"]] == [
        ("specialist", "jun", "GET /cases/{case_id}/evidence")
    ]
    # An auditor's look at the record stands in the record.
    assert [one["actor"] for one in by_wei["items"]] == ["jun", "wei"]


async def test_the_reads_of_a_case_come_page_by_page(evidence: Running) -> None:
    for _ in range(3):
        await evidence.http.client.get(f"/cases/{CASE}/evidence", headers=by(JUN))
    path = f"/cases/{CASE}/reads"
    first = await evidence.http.client.get(path, params={"limit": 2}, headers=by(LIN))
    link = first.headers["link"].removeprefix("<").partition(">")[0]
    last = await evidence.http.client.get(path + link, headers=by(LIN))
    refused = await evidence.http.client.get(path, params={"cursor": "x"}, headers=by(LIN))

    assert (len(first.json()["items"]), len(last.json()["items"]), last.json()["next_cursor"]) == (2, 1, None)
    assert problem_of(refused, 422)["rule"] == "cursor_must_fit_the_query"


async def test_the_reads_of_a_case_are_nobody_elses_business(evidence: Running) -> None:
    stranger = await evidence.http.client.get(f"/cases/{CASE}/reads", headers=by(STRANGER))
    nowhere = await evidence.http.client.get("/cases/case-9/reads", headers=by(LIN))
    unknown = await evidence.http.client.get("/cases/case-9/reads", headers=by(WEI))
    adjudicator = await evidence.http.client.get(f"/cases/{CASE}/reads", headers=by(JUN))

    assert problem_of(stranger, 403)["rule"] == problem_of(nowhere, 403)["rule"] == "only_people_of_the_case"
    assert problem_of(unknown, 404)["rule"] == "case_must_exist"
    assert problem_of(adjudicator, 403)["rule"] == "role_must_be_allowed_this"
    assert await of(evidence) == []
