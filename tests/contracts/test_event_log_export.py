"""A played population as OCEL 2.0: as the standard says, and read by pm4py, on the course that is documented."""

import asyncio
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid1

import jsonschema  # type: ignore[import-untyped]
import pytest

from redress.commands import export
from redress.event_log import histories, write
from redress.process import BESIDE, MOVES, START, strays
from redress.simulator.world import World
from shared.adapters.policy_files import read_policies
from shared.bundle.chains import as_link
from shared.bundle.steps import CaseHistory, published
from shared.contracts.topology import CONTRACTS

SCHEMA = json.loads((Path(__file__).parent / "ocel20.schema.json").read_text("utf-8"))
CASES = 60


@pytest.fixture(scope="module")
async def world() -> World:
    played = World(3, "ocel", CASES, read_policies())
    await played.play()
    return played


@pytest.fixture(scope="module")
async def written(world: World) -> bytes:
    logs = {name: service.log for name, service in world.system.services.items()}
    out = io.BytesIO()
    told_so = await write(histories(logs, 1), out)
    log = json.loads(out.getvalue())
    assert (told_so.cases, told_so.events, told_so.objects) == (CASES, len(log["events"]), len(log["objects"]))
    return out.getvalue()


def names(trace: Sequence[str]) -> list[str]:
    return [name.removesuffix(".v1") for name in trace]


def test_the_log_is_ocel_2(written: bytes) -> None:
    log = json.loads(written)

    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    objects, kinds = {one["id"]: one["type"] for one in log["objects"]}, {one["name"] for one in log["objectTypes"]}
    assert len(objects) == len(log["objects"])
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    assert set(objects.values()) <= kinds
    assert {one["type"] for one in log["events"]} == {one["name"] for one in log["eventTypes"]}
    for one in (*log["objects"], *log["events"]):
        assert {relation["objectId"] for relation in one["relationships"]} <= set(objects), one


def test_every_published_fact_is_an_event_once(world: World, written: bytes) -> None:
    facts: dict[str, list[str]] = defaultdict(list)
    for event in json.loads(written)["events"]:
        (case,) = [one["objectId"] for one in event["relationships"] if one["qualifier"] == "case"]
        facts[case.removeprefix("case:")].append(event["type"])

    assert {case: sorted(types) for case, types in facts.items()} == {
        case.id: sorted(fact.TYPE for fact in case.facts) for case in world.cases.values()
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(300)
def test_pm4py_discovers_the_process_and_every_case_is_on_its_documented_course(written: bytes, tmp_path: Path) -> None:
    """INVARIANT: what is documented is what happens, in every case of a population.

    It breaks when a service goes on where docs/process.md knows no move, or a case stands still before an end.
    """
    import pm4py  # type: ignore[import-untyped]  # noqa: PLC0415  # it takes seconds, and nothing else needs it

    file = tmp_path / "cases.json"
    file.write_bytes(written)
    flat: Any = pm4py.ocel_flattening(pm4py.read_ocel2_json(str(file)), "case")
    traces: Mapping[str, list[str]] = flat.groupby("case:concept:name", sort=False)["concept:name"].apply(list)

    assert len(traces) == CASES
    assert {case: found for case, trace in traces.items() if (found := list(strays(names(trace))))} == {}

    course = flat[~flat["concept:name"].str.removesuffix(".v1").isin({*BESIDE, "notice.requested", "duty.overdue"})]
    follows, starts, _ = pm4py.discover_dfg(course)
    assert set(names(list(starts))) <= set(MOVES[START])
    assert ("complaint.filed.v1", "complaint.accepted.v1") in follows
    assert ("complaint.rejected.v1", "complaint.accepted.v1") not in follows
    net, begin, end = pm4py.discover_petri_net_inductive(course)
    assert pm4py.fitness_token_based_replay(course, net, begin, end)["percentage_of_fitting_traces"] == 100.0


@pytest.mark.parametrize(
    ("trace", "found"),
    [
        (["complaint.filed", "complaint.rejected"], []),
        (["complaint.filed", "ruling.issued"], ["2: ruling.issued while filed", "ends while filed"]),
        (["complaint.filed", "evidence.requested", "complaint.rejected"], ["2: evidence.requested while filed"]),
        (["complaint.filed", "complaint.accepted"], ["ends while collecting"]),
        (["complaint.closed", "notice.requested"], []),
        (["complaint.closed", "complaint.filed"], ["2: complaint.filed while closed"]),
    ],
)
def test_a_case_that_leaves_its_course_is_found(trace: list[str], found: list[str]) -> None:
    assert list(strays(trace)) == found


def test_the_course_knows_every_fact_of_a_case_and_leads_somewhere() -> None:
    known = {fact for moves in MOVES.values() for fact in moves} | BESIDE
    accompanying = {"notice.requested", "duty.overdue", "violation.reported"}
    of_no_case = {"person.erased"}

    assert {one.TOPIC for one in CONTRACTS if one.SOURCE != "platform"} == known | accompanying | of_no_case
    assert {then for moves in MOVES.values() for then in moves.values()} | {START} == set(MOVES)


async def test_of_one_instant_what_was_heard_comes_before_what_followed(world: World) -> None:
    """INVARIANT: the order of a case is that of its causes, whatever the clocks of four services say."""
    commits: dict[str, list[Any]] = {}
    case = next(one for one in world.cases.values() if len({fact.SOURCE for fact in one.facts}) >= 3)
    for name, service in world.system.services.items():
        # One service's clock is a day behind.
        commits[name] = [as_link(one) async for one in service.commits() if one.stream == case.id]
    late = [link._replace(at="2026-01-01T00:00:00.000+00:00") for link in commits["mediation"]]

    history: CaseHistory = published(case.id, {**commits, "mediation": late})
    assert list(strays(names([step.type for step in history.steps]))) == []


@pytest.mark.filterwarnings("ignore")
def test_the_command_writes_the_file_whole(
    mongo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The deployment has no case yet; a file that stood there is replaced in one step, or left as it was."""
    for variable, value in (("MONGO__URL", mongo_url), ("MONGO__DATABASE", f"export_{uuid1().hex}"), ("LANES", "1")):
        monkeypatch.setenv(f"REDRESS_{variable}", value)
    file = tmp_path / "cases.json"
    file.write_text("before")

    export.ocel(out=file)
    assert json.loads(file.read_bytes())["events"] == []
    assert "0 cases" in capsys.readouterr().out

    async def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    before = file.read_bytes()
    monkeypatch.setattr(export, "write", broken)
    with pytest.raises(OSError, match="disk"):
        asyncio.run(export._ocel(file))
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (before, [file])
