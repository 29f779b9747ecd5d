"""Every question the log and the due rows are asked is answered from an index, in the index's order."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid1

import pytest
from pymongo import monitoring

from shared.adapters.mongo_client import Database, open_database
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_views import MongoViewStore
from shared.eventing.ports import Shown
from shared.kernel.lanes import lane_start
from tests.kit.logs import NOON, Hand

pytestmark = pytest.mark.connected

LANES = 2
FORBIDDEN = {"COLLSCAN", "SORT"}


class Asked(monitoring.CommandListener):
    """Remembers every find that goes over the wire, so that a plan is explained for the very query."""

    def __init__(self) -> None:
        self.finds: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.finds.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    listener = Asked()
    monitoring.register(listener)
    yield listener
    monitoring._LISTENERS.command_listeners.remove(listener)


@pytest.fixture(scope="module")
async def database(asked: Asked) -> AsyncIterator[Database]:
    url = os.environ.get("TEST_MONGO_URL")
    if not url:
        pytest.skip("query plans are asked of a real server: set TEST_MONGO_URL")
    opened = await open_database(url, f"query_plans_{uuid1().hex[:12]}")
    yield opened
    await opened.client.drop_database(opened.name)
    opened.client.close()


@pytest.fixture(scope="module")
async def log(database: Database) -> MongoEventLog:
    filled = MongoEventLog(database, lanes=LANES)
    await filled.start()
    for lane in range(LANES):
        hands = [Hand(f"case-{lane}-{n}", lane) for n in range(40)]
        for turn in range(5):
            await filled.append(lane, [hand.commit(f"{hand.stream}/{turn}") for hand in hands])
    await filled.stop()
    return MongoEventLog(database, lanes=LANES)


@pytest.fixture(scope="module")
async def views(database: Database) -> MongoViewStore:
    store = MongoViewStore(database)
    await store.prepare("deadlines", ["next_due"])
    rows = [Shown(f"case-{n}", 1, n, {}, {"next_due": NOON + timedelta(minutes=n)}) for n in range(400)]
    await store.write("deadlines", 1, rows, fresh=True)
    return store


async def plan_of_the_last(asked: Asked, database: Database) -> set[str]:
    """The stages of the plan for the find that was asked last."""
    find = {
        key: value
        for key, value in asked.finds[-1].items()
        if key in {"find", "filter", "sort", "projection", "limit", "singleBatch"}
    }
    explained = await database.command("explain", find, verbosity="queryPlanner")
    return set(re.findall(r"'stage': '(\w+)'", str(explained["queryPlanner"]["winningPlan"])))


async def test_a_page_is_read_from_the_index(log: MongoEventLog, asked: Asked, database: Database) -> None:
    assert len(await log.read(1, lane_start(1) + 50, 20)) == 20

    stages = await plan_of_the_last(asked, database)
    assert stages, "the server explains nothing"
    assert not stages & FORBIDDEN, stages


@pytest.mark.parametrize("streams", [["case-1-7"], ["case-1-7", "case-1-3", "case-1-39"]], ids=["one", "several"])
async def test_streams_are_loaded_from_the_index_in_its_order(
    log: MongoEventLog, asked: Asked, database: Database, streams: list[str]
) -> None:
    assert sum(len(commits) for commits in (await log.load(1, streams)).values()) == 5 * len(streams)

    stages = await plan_of_the_last(asked, database)
    assert stages, "the server explains nothing"
    assert not stages & FORBIDDEN, stages


async def test_what_follows_a_version_is_loaded_from_the_index(
    log: MongoEventLog, asked: Asked, database: Database
) -> None:
    assert [commit.first for commit in (await log.load(1, ["case-1-7"], after=3))["case-1-7"]] == [4, 5]

    stages = await plan_of_the_last(asked, database)
    assert stages, "the server explains nothing"
    assert not stages & FORBIDDEN, stages


async def test_causes_are_found_in_the_index(log: MongoEventLog, asked: Asked, database: Database) -> None:
    assert len(await log.causes(1, ["case-1-7/1", "case-1-3/4", "nobody's"])) == 2

    stages = await plan_of_the_last(asked, database)
    assert stages, "the server explains nothing"
    assert not stages & FORBIDDEN, stages


async def test_the_head_is_the_end_of_the_index(log: MongoEventLog, asked: Asked, database: Database) -> None:
    assert await log.head(1) == lane_start(1) + 200

    stages = await plan_of_the_last(asked, database)
    assert stages, "the server explains nothing"
    assert not stages & FORBIDDEN, stages


async def test_due_rows_are_read_soonest_first_from_the_index(
    views: MongoViewStore, asked: Asked, database: Database
) -> None:
    due = await views.due("deadlines", [0, 1], NOON + timedelta(minutes=99), 10)
    assert [row.stream for row in due] == [f"case-{n}" for n in range(10)]

    stages = await plan_of_the_last(asked, database)
    assert stages, "the server explains nothing"
    assert not stages & FORBIDDEN, stages


async def test_a_question_without_an_index_would_be_found_out(
    log: MongoEventLog, asked: Asked, database: Database
) -> None:
    """The check can fail: the same questions by fields that no index holds are a scan and a sort."""
    await database["log"].find({"trace": "none"}, sort=[("at", 1)]).to_list(None)

    assert await plan_of_the_last(asked, database) >= FORBIDDEN
