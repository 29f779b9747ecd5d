"""Submitted files are screened soon, once, by whoever owns their case, and both sides are shown what was found."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from bench.photographs import cropped, photograph, saved
from services.evidence.app import screening
from services.evidence.domain.access import why_withheld
from services.evidence.domain.events import FileScreened
from services.evidence.entrypoints.screening import Screening
from shared.adapters.clock import VirtualClock
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.ports import memory_ports
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled
from shared.eventing.ports import StoreUnavailableError
from shared.kernel.actors import Actor, Side
from shared.kernel.refusals import Refused
from tests.contracts.test_screening_figures import with_exif
from tests.kit.runtime import LANES, Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, EVIDENCE, JUN, LIN, QINGYAO, Ask, an_open_round, told

CAT = photograph("skimage/data", "chelsea.png")
GPS = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 36.0)}
TAKEN = with_exif(CAT, GPS, Make="Phone", Model="7", DateTimeOriginal="2026:11:02 12:00:00")


@pytest.fixture(params=["plain", "sealed"])
async def run(request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    notes, clock = Notes(), VirtualClock(BEFORE_NOON)
    keys = MemoryKeys() if request.param == "sealed" else None
    on = memory_ports(LANES, clock, ports(clock, notes).kafka, keys)
    async with running(EVIDENCE.build, on, notes) as one:
        await an_open_round(one)
        yield one


async def submitted(run: Running, content: bytes, item: str = "photo", by: Actor = LIN, case: str = CASE) -> str:
    headers = {"X-Redress-Role": by.role, "X-Redress-Actor": by.id}
    answer = (await run.http.client.post(f"/cases/{case}/files", content=content, headers=headers)).json()
    file = {name: answer[name] for name in ("sha256", "size", "media_type")}
    body = {"item_id": item, "type": "photo", "element": "problem", "caption": "The spout.", "files": [file]}
    asked = await Ask("submit_evidence", by, body).to(run, case)
    assert asked.status_code == 200, asked.text
    await run.caught_up()
    return str(file["sha256"])


async def screened(run: Running, case: str = CASE) -> list[dict[str, Any]]:
    """The facts of screenings in the log of a case."""
    commits = await run.log(case)
    return [orjson.loads(record.data) for one in commits for record in one.facts if record.type == FileScreened.TYPE]


async def shown(run: Running, by: Actor, case: str = CASE) -> dict[str, Any]:
    await run.caught_up()
    headers = {"X-Redress-Role": by.role, "X-Redress-Actor": by.id}
    answer: dict[str, Any] = (await run.http.client.get(f"/cases/{case}/evidence", headers=headers)).json()
    return answer


def looks(file: dict[str, Any]) -> dict[str, Any]:
    return {one["item"]["item_id"]: look for one in file["items"] for look in one["screenings"]}


async def test_a_submitted_photo_is_measured_and_shown_to_both_sides_and_its_place_to_adjudicators(
    run: Running,
) -> None:
    await submitted(run, TAKEN)

    assert await screening(run.service).work() == 1

    views = {by: looks(await shown(run, by))["photo"] for by in (LIN, QINGYAO, JUN)}
    for by in (LIN, QINGYAO):
        assert views[by]["figures"]["place"] is None
        assert views[by]["has_place"]
        assert "30.25" not in str(views[by])
    assert views[JUN]["figures"]["place"] == "30.25, 120.16"
    assert views[LIN]["figures"]["device"] == "Phone 7"
    assert [one["code"] for one in views[LIN]["remarks"]] == ["too_small"]
    assert (await shown(run, LIN))["angles"]["ask"] == "show the problem from another angle too: of 2 views 1 is there"


async def test_a_file_is_screened_once_whoever_does_it_and_again_after_a_restart_only_if_it_was_not(
    run: Running,
) -> None:
    await submitted(run, TAKEN)

    together = [screening(run.service) for _ in range(3)]
    await asyncio.gather(*(one.work() for one in together))
    at_once = await together[0].work()  # the view may not show yet what was recorded
    await run.caught_up()

    assert at_once == 0
    assert await screening(run.service).work() == 0
    assert len(await screened(run)) == 1


async def test_an_outage_between_measuring_and_recording_leaves_the_file_waiting(run: Running) -> None:
    await submitted(run, TAKEN)
    plain = screening(run.service)

    async def away(_content: bytes, _media_type: str) -> dict[str, Any] | Refused:
        raise StoreUnavailableError("the pool is busy")

    plain._screen = away  # what an outage looks like from here
    with pytest.raises(StoreUnavailableError):
        await plain.work()

    assert await screened(run) == []
    assert await screening(run.service).work() == 1


async def test_a_file_that_cannot_be_measured_or_is_gone_is_recorded_as_such_and_not_tried_for_ever(
    run: Running,
) -> None:
    first = await submitted(run, TAKEN)
    files = run.service.ports.files
    known = await files.store.find(LIN.id, first)
    assert known is not None
    await files.desk.discard(known.stored)
    assert await files.store._register.remove(known)  # as an erasure leaves it

    assert await screening(run.service).work() == 1

    (found,) = await screened(run)
    assert found["figures"] is None
    assert [one["text"] for one in found["remarks"]] == ["its content is not kept any more"]
    await run.caught_up()
    assert await screening(run.service).work() == 0


async def test_a_copy_of_a_picture_of_another_case_is_found_and_the_case_is_named_to_adjudicators_only(
    run: Running,
) -> None:
    other = "case-2"
    await run.hear(told(ComplaintFiled, other), told(ComplaintAccepted, other))
    await submitted(run, TAKEN, case=other)
    await screening(run.service).work()
    await run.caught_up()
    await submitted(run, saved(cropped(2)(CAT), quality=60))

    assert await screening(run.service).work() == 1

    mine, theirs = looks(await shown(run, LIN))["photo"], looks(await shown(run, JUN))["photo"]
    assert "alike_in_other_cases" in [one["code"] for one in mine["remarks"]]
    assert other not in str(mine)
    assert [one["case_id"] for one in theirs["elsewhere"]] == [other]
    assert theirs["elsewhere"][0]["bits"] <= 8


async def test_a_newer_screener_looks_again_at_what_only_an_older_one_saw(run: Running) -> None:
    await submitted(run, TAKEN)
    await screening(run.service).work()
    await run.caught_up()
    newer = screening(run.service)
    newer._screener = 2  # as the next release has it

    assert await screening(run.service).again() == 0
    assert await newer.work() == 0
    assert await newer.again() == 1
    await run.caught_up()
    assert await newer.again() == 0
    assert [one["screener"] for one in await screened(run)] == [1, 2]
    assert looks(await shown(run, LIN))["photo"]["screener"] == 2


async def test_where_a_picture_was_taken_is_sealed_and_its_screening_withheld_from_the_bundle_of_a_party(
    run: Running,
) -> None:
    await submitted(run, TAKEN)
    await screening(run.service).work()
    (found,) = await screened(run)

    if run.service.ports.keys is not None:
        assert found["figures"]["place"].startswith("pd1:lin:")
        assert found["figures"]["device"].startswith("pd1:lin:")
    (fact,) = [
        f
        for one in await run.log(CASE)
        for f in map(run.service.bench.codec.fact, one.facts)
        if isinstance(f, FileScreened)
    ]
    assert why_withheld([fact], Side.SELLER, frozenset()) is not None
    assert why_withheld([fact], None, frozenset()) is None


async def test_a_lane_of_another_process_is_left_to_it(run: Running) -> None:
    await submitted(run, TAKEN)
    run.service.lanes = frozenset()

    assert await screening(run.service).work() == 0


async def test_the_service_does_it_by_itself(run: Running) -> None:
    await submitted(run, TAKEN)
    run.move_to(run.clock.now() + Screening.TICK)

    async def done() -> bool:
        return bool(await screened(run))

    await run.until(done, "the file was screened")
