"""Every cell of the access matrix, over the real applications: what is allowed gets in, what is not is told the rule.

Cells come from the routes and commands that the four applications have, so none can be left out.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from shared.adapters.clock import VirtualClock
from shared.contracts.appeals import AppealDecided, AppealOpened
from shared.contracts.evidence import EvidenceClosed
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled
from shared.contracts.mediation import MediationOpened, RulingIssued
from shared.contracts.platform import OrderRecorded
from shared.eventing.messages import Published
from shared.kernel.actors import Actor, Parties, Role
from shared.kernel.items import Round
from shared.kernel.rights import (
    ONESELF_RULE,
    PEOPLE_RULE,
    ROLE_RULE,
    People,
    Relation,
    Right,
)
from shared.kernel.rights_table import COMMANDS, ROUTES, right_to
from tests.examples.intake import an_order
from tests.kit.deciding import NOON
from tests.kit.http import headers_of, problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import SCENES, Scene, told

CALLERS = {role: Actor(role=role, id=f"the-{role}") for role in Role}
HERS = Parties(buyer_id="the-buyer", seller_id="the-seller")
THEIRS = Parties(buyer_id="another-buyer", seller_id="another-seller")
STREAMS = {Relation.OWN: "case-own", Relation.OTHER: "case-other", Relation.NONE: "case-none"}
"""Whose each case is is asked of the service itself before its cells are driven."""
ELSEWHERE = {"sha256": "0" * 64, "upload_id": "upload-1", "category": "product_quality"}


@dataclass(frozen=True)
class Cell:
    """One role, one action, one relation, and what comes of it."""

    action: str
    by: Actor
    relation: Relation
    rule: str | None


def routes_of(app: FastAPI) -> list[str]:
    """Method and path of every route that an application has, as its router has them."""
    known = [one for one in iter_route_contexts(app.routes) if isinstance(one.original_route, APIRoute)]
    return sorted(f"{method} {one.path}" for one in known for method in one.methods or ())


def expected(right: Right, role: Role, relation: Relation) -> str | None:
    """What the page says of a cell, told here by the table alone."""
    granted = right.grants.get(role, frozenset())
    if not granted:
        return ROLE_RULE
    if relation in granted or right.about in {"pages", "nothing"}:
        return None
    return ONESELF_RULE if right.about == "person" else PEOPLE_RULE


def cells_of(actions: list[str]) -> Iterator[Cell]:
    for action in actions:
        right = right_to(action)
        assert right is not None, f"{action} stands in no table of rights"
        for role, by in CALLERS.items():
            for relation in (Relation.NONE,) if right.about in {"pages", "nothing"} else Relation:
                yield Cell(action, by, relation, expected(right, role, relation))


def of_a_case(case: str, parties: Parties, suffix: str) -> list[Published]:
    """What makes a case somebody's in every service that hears it: the parties, who mediates, and an appeal."""
    return [
        told(ComplaintFiled, case, parties=parties),
        told(ComplaintAccepted, case, parties=parties),
        told(EvidenceClosed, case, round=Round.FIRST),
        told(MediationOpened, case, adjudicator=Actor(role=Role.FRONTLINE, id=f"{suffix}-frontline")),
        told(RulingIssued, case, parties=parties, appeal_until=NOON),
        told(AppealOpened, case, parties=parties),
        told(AppealDecided, case, reviewer=Actor(role=Role.REVIEWER, id=f"{suffix}-reviewer")),
    ]


async def a_world(run: Running) -> None:
    """One case of hers and one of theirs, as far as the service hears of it; the third is there for nobody."""
    for stream, parties, suffix in (("case-own", HERS, "the"), ("case-other", THEIRS, "another")):
        heard = {contract.TYPE for contract in run.service.definition.model.hears}
        await run.hear(*(fact for fact in of_a_case(stream, parties, suffix) if fact.TYPE in heard))
        if OrderRecorded.TYPE in heard:
            order = an_order().model_copy(update={"order_id": stream, "parties": parties})
            await run.hear(OrderRecorded(at=NOON, version=1, order=order))
    await run.caught_up()


def standing(by: Actor, relation: Relation) -> People:
    """The people of a case to whom a caller stands in a relation, whatever the role."""
    other = by.model_copy(update={"id": f"another-{by.role}"})
    adjudicator = {Relation.OWN: by, Relation.OTHER: other, Relation.NONE: None}[relation]
    if by.role is Role.REVIEWER:
        return People(parties=THEIRS, reviewer=adjudicator, under_appeal=relation is Relation.NONE)
    return People(parties=HERS if relation is Relation.OWN else THEIRS, adjudicator=adjudicator)


def requested(run: Running, cell: Cell) -> httpx.Request:
    """The cell's request: nothing that an allowed one could carry out, for its body is empty and it is a dry run."""
    method, _, template = cell.action.partition(" ")
    person = cell.by.id if cell.relation is Relation.OWN else "somebody-else"
    people = dict.fromkeys(("seller_id", "buyer_id", "adjudicator_id"), person)
    path = template.format(**ELSEWHERE, **people, case_id=STREAMS[cell.relation])
    headers = {**headers_of(cell.by), "Prefer": "wait=0"}
    content: dict[str, object] = {"json": {}} if method == "POST" else {}
    return run.http.client.build_request(method, path, headers=headers, params={"dry_run": "true"}, **content)  # type: ignore[arg-type]


async def met(run: Running, cell: Cell) -> str | None:
    """What the application makes of a cell: the rule it is refused by at the door, or None when it gets in."""

    async def people(stream: str) -> People | None:
        known = {STREAMS[relation]: standing(cell.by, relation) for relation in Relation}
        # Parties stand to no case in the third way but to one that is not there.
        nobody = stream == STREAMS[Relation.NONE] and cell.by.role not in {
            Role.FRONTLINE,
            Role.SPECIALIST,
            Role.REVIEWER,
        }
        return None if nobody else known[stream]

    run.service.doors.people = people  # type: ignore[method-assign]
    answer = await run.http.client.send(requested(run, cell))
    if answer.status_code not in {401, 403}:
        return None
    if cell.action.startswith("HEAD") and answer.status_code == 403:
        return cell.rule or "an answer to HEAD has no words"
    return str(problem_of(answer, 403)["rule"])


@pytest.fixture
async def run(scene: Scene) -> AsyncIterator[Running]:
    notes = Notes()
    async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as one:
        one.http.client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
        yield one


@pytest.mark.timeout(300)
async def test_every_cell_of_the_matrix_is_as_the_table_says(run: Running) -> None:
    """INVARIANT: what a role may not do in its own cases, in others' or in nobody's is refused by the rule it is told.

    A route that forgets the door lets a refused cell in; one that nobody declared has no row, and fails here.
    """
    cells = list(cells_of(routes_of(run.app)))

    wrong = [(cell, rule) for cell in cells if (rule := await met(run, cell)) != cell.rule]

    assert not wrong
    assert len({cell.rule for cell in cells}) >= 3


async def test_by_topic_every_cell_is_as_over_http(run: Running) -> None:
    """INVARIANT: a command topic is no way around the door."""
    doors = run.service.doors
    commands = [command.NAME for command in run.service.definition.open_commands]
    for cell in cells_of(commands):

        async def people(stream: str, cell: Cell = cell) -> People | None:
            parties = cell.by.role in {Role.BUYER, Role.SELLER}
            return None if parties and cell.relation is Relation.NONE else standing(cell.by, cell.relation)

        doors.people = people  # type: ignore[method-assign]
        refused = await doors.refusal(cell.by, cell.action, STREAMS[cell.relation])
        assert (cell, refused and refused.rule) == (cell, cell.rule)


async def test_the_door_of_the_command_topic_refuses_with_its_rule(scene: Scene, run: Running) -> None:
    await scene.ready(run)
    stranger = CALLERS[scene.accepted.by.role]
    record = run.outside.ask(scene.name, scene.accepted.command, "case-other", stranger, "r-1", **scene.accepted.body)
    await a_world(run)
    before = await run.log("case-other")

    await run.take(record)

    (reply,) = run.notes.on(f"{scene.name}.replies")[-1:]
    assert (reply.data["outcome"], reply.data["rule"]) == ("refused", PEOPLE_RULE)
    assert await run.log("case-other") == before


async def test_whose_a_case_is_follows_from_what_was_told(scene: Scene, run: Running) -> None:
    """The same roles, by the service's own fold over its log: hers, theirs and nobody's."""
    await a_world(run)
    hers, theirs = await run.service.doors.people("case-own"), await run.service.doors.people("case-other")

    assert hers is not None
    assert theirs is not None
    for role in (Role.BUYER, Role.SELLER):
        assert (hers.relation_of(CALLERS[role]), theirs.relation_of(CALLERS[role])) == (Relation.OWN, Relation.OTHER)
    assert await run.service.doors.people("case-none") is None
    if scene.name in {"intake", "evidence"}:
        for role in (Role.FRONTLINE, Role.REVIEWER):
            assert hers.relation_of(CALLERS[role]) is Relation.OWN
            assert theirs.relation_of(CALLERS[role]) is Relation.OTHER


async def test_pages_show_ones_own_cases_and_those_that_wait(scene: Scene, run: Running) -> None:
    """INVARIANT: no page shows a case that its own route would refuse."""
    await a_world(run)
    pages = [action.removeprefix("GET ") for action in routes_of(run.app) if _is_page(action)]
    assert pages
    for path in pages:
        for role, by in CALLERS.items():
            answer = await run.http.client.get(path, headers=headers_of(by))
            if answer.status_code == 403:
                continue
            shown = {item["id"] for item in answer.json()["items"]} & set(STREAMS.values())
            for stream in shown:
                people = await run.service.doors.people(stream)
                assert people is not None
                right = right_to(f"GET {path}")
                assert right is not None
                assert people.relation_of(by) in right.of(role), f"{path} shows {stream} to {by}"
        mine = await run.http.client.get(path, headers=headers_of(CALLERS[Role.BUYER]))
        everything = await run.http.client.get(path)
        ids = {item["id"] for item in everything.json()["items"]}
        assert {item["id"] for item in mine.json()["items"]} == ids & {"case-own"}


def _is_page(action: str) -> bool:
    right = right_to(action)
    return right is not None and right.about == "pages"


async def test_every_line_of_the_table_is_a_route_or_a_command_of_some_service() -> None:
    """INVARIANT: nothing is declared that is not there; what is there and not declared fails above."""
    found: set[str] = set()
    for scene in SCENES:
        notes = Notes()
        async with running(scene.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
            found |= {*routes_of(run.app)} | {command.NAME for command in run.service.definition.open_commands}

    assert {*COMMANDS, *ROUTES} - found == set()


async def test_a_route_that_nobody_declared_is_refused_to_everybody(scene: Scene, run: Running) -> None:
    """INVARIANT: what somebody forgot to declare is closed, not open."""

    @run.app.get("/cases/{case_id}/forgotten")
    async def forgotten(case_id: str) -> dict[str, str]:
        return {"case_id": case_id}

    for by in CALLERS.values():
        answer = await run.http.client.get("/cases/case-own/forgotten", headers=headers_of(by))
        assert problem_of(answer, 403)["rule"] == "action_must_be_declared"
