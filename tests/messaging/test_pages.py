"""Pages by cursor: bound to their question, and steady while cases are added."""

from collections.abc import AsyncIterator

import pytest

from shared.adapters.clock import VirtualClock
from shared.contracts.intake import ComplaintAccepted
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import EVIDENCE, told


async def opened(run: Running, *cases: str) -> None:
    await run.hear(*(told(ComplaintAccepted, case) for case in cases))
    await run.caught_up()


@pytest.fixture
async def evidence() -> AsyncIterator[Running]:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as run:
        await opened(run, "case-2", "case-4", "case-6", "case-8")
        yield run


async def test_what_is_added_meanwhile_shifts_no_page(evidence: Running) -> None:
    """INVARIANT: what is there from the first page to the last is shown exactly once."""
    first = (await evidence.http.client.get("/evidence", params={"limit": 2})).json()
    await opened(evidence, "case-1", "case-3", "case-7")
    later = (await evidence.http.client.get("/evidence", params={"limit": 9, "cursor": first["next_cursor"]})).json()

    assert [item["id"] for item in first["items"]] == ["case-2", "case-4"]
    assert [item["id"] for item in later["items"]] == ["case-6", "case-7", "case-8"]
    assert later["next_cursor"] is None


async def test_the_link_leads_to_the_next_page_of_the_same_question(evidence: Running) -> None:
    asked = {"status": "collecting", "limit": "3"}
    first = await evidence.http.client.get("/evidence", params=asked)
    link = first.headers["link"].removeprefix("<").partition(">")[0]

    following = await evidence.http.client.get(f"/evidence{link}")

    assert [item["id"] for item in following.json()["items"]] == ["case-8"]
    assert "link" not in following.headers


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many"])
async def test_a_limit_out_of_bounds_is_malformed(evidence: Running, limit: str) -> None:
    told_so = problem_of(await evidence.http.client.get("/evidence", params={"limit": limit}), 422)

    assert told_so["field"] == "query.limit"


async def test_a_filter_nobody_knows_is_refused(evidence: Running) -> None:
    """INVARIANT: a filter that is misspelt never shows everything."""
    told_so = problem_of(await evidence.http.client.get("/evidence", params={"statu": "sealed"}), 422)

    assert told_so["field"] == "query.statu"


@pytest.mark.parametrize("cursor", ["x", "", "bnVsbA", "WyJhIl0", "é", "WyJldmlkZW5jZV9maWxlIixbXSwxXQ"])
async def test_a_cursor_that_was_never_given_out_is_refused(evidence: Running, cursor: str) -> None:
    told_so = problem_of(await evidence.http.client.get("/evidence", params={"cursor": cursor}), 422)

    assert (told_so["rule"], told_so["field"]) == ("cursor_must_fit_the_query", "query.cursor")
    assert "page before" in told_so["cure"]


async def test_a_cursor_of_another_question_is_refused(evidence: Running) -> None:
    page = (await evidence.http.client.get("/evidence", params={"limit": 1})).json()
    other = {"status": "collecting", "cursor": page["next_cursor"]}

    told_so = problem_of(await evidence.http.client.get("/evidence", params=other), 422)

    assert told_so["rule"] == "cursor_must_fit_the_query"
