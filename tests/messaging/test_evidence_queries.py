"""Who sees what of an evidence file: own drafts, what a newer version took the place of, and each side's time."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from shared.adapters.clock import VirtualClock
from shared.contracts.intake import ComplaintResumed, ComplaintSuspended
from shared.kernel.actors import Actor
from tests.kit.deciding import NOON
from tests.kit.hostile_pictures import a_picture
from tests.kit.http import WEI, headers_of, problem_of
from tests.kit.runtime import Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, EVIDENCE, JUN, LIN, QINGYAO, STRANGER, Ask, an_open_round

PHOTO = a_picture("PNG")
BOX = {"item_id": "the-box", "type": "photo", "element": "problem", "caption": "The box had no padding."}


@pytest.fixture
async def run() -> AsyncIterator[Running]:
    notes = Notes()
    async with running(EVIDENCE.build, ports(VirtualClock(BEFORE_NOON), notes), notes) as one:
        await an_open_round(one)
        yield one


async def seen(run: Running, path: str, by: Actor) -> httpx.Response:
    await run.caught_up()
    return await run.http.client.get(f"/cases/{CASE}/{path}", headers=headers_of(by))


async def uploaded(run: Running, content: bytes = PHOTO) -> Mapping[str, Any]:
    headers = {"X-Redress-Role": LIN.role, "X-Redress-Actor": LIN.id}
    answer = (await run.http.client.post(f"/cases/{CASE}/files", content=content, headers=headers)).json()
    return {name: answer[name] for name in ("sha256", "size", "media_type")}


async def brought(run: Running, by: Actor) -> list[str]:
    """The items that somebody sees, without the listing that the platform brings by itself."""
    items = (await seen(run, "evidence", by)).json()["items"]
    return [one["item"]["item_id"] for one in items if one["item"]["submitter"] != "platform"]


async def test_a_draft_is_seen_by_its_owner_alone_and_submitted_with_its_files(run: Running) -> None:
    await Ask("save_draft", LIN, {**BOX, "files": [await uploaded(run)]}).must(run)

    assert [one["draft"]["caption"] for one in (await seen(run, "evidence/drafts", LIN)).json()["drafts"]] == [
        BOX["caption"]
    ]
    assert (await seen(run, "evidence/drafts", QINGYAO)).json()["drafts"] == []
    for by in (STRANGER, JUN):
        problem_of(await seen(run, "evidence/drafts", by), 403)
    assert "padding" not in (await seen(run, "evidence", JUN)).text

    await Ask("submit_draft", LIN, {"item_id": "the-box"}).must(run)

    assert (await seen(run, "evidence/drafts", LIN)).json()["drafts"] == []
    assert await brought(run, QINGYAO) == ["the-box"]


async def test_an_older_version_and_its_file_are_for_adjudicators(run: Running) -> None:
    file = await uploaded(run)
    await Ask("submit_evidence", LIN, {**BOX, "files": [file]}).must(run)
    newer = {"item_id": "my-account", "type": "statement", "supersedes": "the-box", "caption": "It had none."}
    await Ask("submit_evidence", LIN, {**BOX, **newer}).must(run)

    shown = {by: sorted(await brought(run, by)) for by in (LIN, QINGYAO, JUN)}
    page = await run.http.client.get("/evidence")

    assert shown == {
        LIN: ["my-account"],
        QINGYAO: ["my-account"],
        JUN: ["my-account", "the-box"],
    }
    assert len([one for one in page.json()["items"][0]["items"] if one["item"]["submitter"] != "platform"]) == 2
    assert (await seen(run, f"files/{file['sha256']}", JUN)).content == PHOTO
    problem_of(await seen(run, f"files/{file['sha256']}", QINGYAO), 404)


async def test_the_time_of_each_side_is_shown_and_a_suspension_is_nobodys(run: Running) -> None:
    at = NOON.replace(hour=18)
    await run.hear(
        ComplaintSuspended(case_id=CASE, at=at, by=LIN, grounds="joint_wish", reference="", until=NOON.replace(day=25))
    )
    refused = await Ask("finish_evidence", LIN, {}).to(run)
    assert problem_of(refused, 409)["rule"] == "case_must_not_be_suspended"
    assert (await seen(run, "evidence/clocks", WEI)).json()["suspended_at"] == "2026-11-02T18:00:00Z"
    await run.hear(
        ComplaintResumed(case_id=CASE, at=at.replace(day=5), by=QINGYAO, suspended_at=at, reason="We go on.")
    )

    (opened,) = (await seen(run, "evidence/time", WEI)).json()["rounds"]

    assert {side["given_seconds"] for side in opened["sides"].values()} == {72 * 3600}
    assert {side["suspended_seconds"] for side in opened["sides"].values()} == {72 * 3600}
