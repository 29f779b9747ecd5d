"""Who is given a file as it was sent, who a copy without metadata, and that links and ranges go by the same rule."""

from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from shared.kernel.actors import Actor, Role
from tests.contracts.test_copies import PLANTED, jpeg
from tests.kit.http import problem_of
from tests.kit.runtime import Running, running
from tests.messaging.scenes import JUN, LIN, QINGYAO, Ask, an_open_round
from tests.messaging.test_file_routes import FILES, ITEM, in_memory, of, with_links

PHOTO = jpeg()
AT = f"{FILES}/{sha256(PHOTO).hexdigest()}"


@pytest.fixture
async def run() -> AsyncIterator[Running]:
    """A case in which the buyer has submitted a photograph that says where and with what it was taken."""
    on, notes = in_memory()
    async with running(with_links, on, notes) as one:
        await an_open_round(one)
        await one.caught_up()
        await submitted(one, PHOTO)
        yield one


async def submitted(run: Running, content: bytes, item: str = "note") -> Mapping[str, Any]:
    answer = (await run.http.client.post(FILES, content=content, headers=of(LIN))).json()
    file = {name: answer[name] for name in ("sha256", "size", "media_type")}
    await Ask("submit_evidence", LIN, {**ITEM, "item_id": item, "files": [file]}).must(run)
    await run.caught_up()
    return file


async def fetch(run: Running, by: Actor, form: str | None = None, at: str = AT, **headers: str) -> httpx.Response:
    asked = {"form": form} if form else {}
    return await run.http.client.get(at, params=asked, headers={**of(by), **headers})


async def test_its_owner_and_staff_get_it_as_it_was_sent(run: Running) -> None:
    for by in (LIN, JUN, Actor(role=Role.AUDITOR, id="ada")):
        answer = await fetch(run, by)
        assert answer.content == PHOTO
        assert answer.headers["etag"] == f'"{sha256(PHOTO).hexdigest()}"'


async def test_the_other_side_gets_a_copy_that_tells_nothing_of_place_and_device(run: Running) -> None:
    """product.md, section 10: what tells of a person is masked for the other side."""
    for by, form in ((QINGYAO, None), (QINGYAO, "shared"), (JUN, "shared")):
        answer = await fetch(run, by, form)
        assert answer.status_code == 200
        assert PLANTED.encode() not in answer.content
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["etag"] == f'"{sha256(answer.content).hexdigest()}"'
        with Image.open(BytesIO(answer.content)) as picture:
            assert picture.size == (80, 48)


async def test_the_other_side_is_refused_the_original(run: Running) -> None:
    refused = problem_of(await fetch(run, QINGYAO, "original"), 403)

    assert refused["rule"] == "original_is_for_its_owner_and_staff"


async def test_a_link_of_the_other_side_gives_no_more(run: Running) -> None:
    url = (await run.http.client.post(f"{AT}/links", headers=of(QINGYAO))).json()["url"]

    assert PLANTED.encode() not in (await run.http.client.get(url)).content
    assert (await run.http.client.get(f"{url}&form=original")).status_code == 403


async def test_a_range_of_a_copy_is_one_of_the_copy(run: Running) -> None:
    whole = (await fetch(run, QINGYAO)).content

    part = await fetch(run, QINGYAO, None, AT, Range="bytes=10-99")

    assert (part.status_code, part.content) == (206, whole[10:100])
    assert part.headers["content-range"] == f"bytes 10-99/{len(whole)}"


async def test_a_picture_has_a_thumbnail_and_a_text_has_none(run: Running) -> None:
    text = await submitted(run, b"what we wrote to each other", "chat")

    small = await fetch(run, QINGYAO, "thumbnail")
    refused = problem_of(await fetch(run, QINGYAO, "thumbnail", f"{FILES}/{text['sha256']}"), 409)

    assert small.headers["content-type"] == "image/jpeg"
    assert PLANTED.encode() not in small.content
    assert refused["rule"] == "thumbnail_must_be_of_a_picture"
