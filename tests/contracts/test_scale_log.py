"""A large log is what its cases say, whatever interrupts its building; how fast anything is, only real servers tell."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from bench.scale_log import DATABASE, Building, Wanted, opened_log, scale_log
from bench.stamping import Shapes, case_id, shapes, waves
from services.intake.model import MODEL
from shared.adapters.memory_log import MemoryEventLog
from shared.eventing.commits import digest_of
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import LANES, lane_of

pytestmark = pytest.mark.timeout(300)  # real processes at work: a machine busy with other things takes its time

FEW = Wanted(cases=30, played=12)


@pytest.fixture(scope="module")
async def made() -> Shapes:
    return await shapes("intake", seed=FEW.seed, size=FEW.played, longest=FEW.longest)


@pytest.fixture
def mongo(mongo_url: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        client.drop_database(DATABASE)
        yield client
        client.drop_database(DATABASE)


def commits_of(made: Shapes, cases: int) -> int:
    return sum(len(made.stamped(number)) for number in range(cases))


async def test_a_stamped_case_is_a_case_to_the_service_that_decided_the_first(made: Shapes) -> None:
    log = MemoryEventLog(lanes=LANES)
    for wave in waves(made, 0, 40, batch=7):
        for commit in wave:
            assert commit.digest == digest_of(commit)
            await log.append(commit.lane, [commit])
    bench = Workbench(MODEL, log, lanes=LANES)

    for number in range(40):
        original, commits = made.cases[number % len(made.cases)]
        stamped, _ = await bench.stream(lane_of(case_id(number)), case_id(number))
        assert stamped.version == max(one.last for one in commits if one.stream == original)
        assert original not in repr(stamped.state)


def test_waves_hold_every_commit_once_and_each_case_in_its_order(made: Shapes) -> None:
    order: dict[str, int] = {}
    count = 0
    for wave in waves(made, 5, 30, batch=4):
        for commit in wave:
            assert commit.first == order.get(commit.stream, 0) + 1
            order[commit.stream] = commit.last
            count += 1

    assert count == commits_of(made, 30) - commits_of(made, 5)


async def test_a_log_is_built_and_measured_and_gone_in_the_end(made: Shapes, mongo_url: str, mongo: Any) -> None:
    (row,) = await scale_log(mongo_url, FEW, quick=True)

    assert (row["cases"], row["commits"]) == (30, commits_of(made, 30))
    for figure in ("append_rate", "append_rate_bare", "append_p99_ms", "load_p50_ms", "page_p50_ms", "resident_mib"):
        assert row[figure] > 0
    assert row["rebuild"]["case_timeline"] > 0
    assert DATABASE not in mongo.list_database_names()


async def test_building_that_was_killed_goes_on_where_it_was(made: Shapes, mongo_url: str, mongo: Any) -> None:
    told: list[str] = []
    async with opened_log(mongo_url) as (database, log):
        building = Building(database, log, made, told.append)
        await building.fill(30)
        mongo[DATABASE].scale.replace_one({"_id": "built"}, {"cases": 10})  # as if killed before the rest was noted

        await building.fill(45)

    assert mongo[DATABASE].log.count_documents({}) == commits_of(made, 45)
    assert [line.split(";")[0] for line in told] == ["30 cases", "45 cases"]


async def test_a_log_of_another_kind_is_not_gone_on_with(mongo_url: str, mongo: Any) -> None:
    mongo[DATABASE].scale.insert_one({"_id": "kind", **FEW.kind, "seed": 8})

    with pytest.raises(LookupError, match=r"holds another log, begun as .*'seed': 8.*: go on with it, or drop it"):
        await scale_log(mongo_url, FEW, quick=True)
