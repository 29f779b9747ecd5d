"""Resumable uploads by the tus protocol: a client that was cut off asks where it was, and goes on."""

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from hashlib import sha1, sha256
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect

from shared.contracts.intake import ComplaintWithdrawn
from shared.kernel.actors import Actor
from tests.kit.http import problem_of
from tests.kit.runtime import Notes, Running, running
from tests.messaging.scenes import CASE, JUN, LIN, QINGYAO, an_open_round, told
from tests.messaging.test_file_routes import in_memory, of, with_links

VIDEO = b"A film of unpacking, frame by frame. " * 90_000
DIGEST = sha256(VIDEO).hexdigest()
UPLOADS = f"/cases/{CASE}/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
async def run() -> AsyncIterator[Running]:
    on, notes = in_memory()
    async with running(with_links, on, notes) as one:
        await an_open_round(one)
        yield one


async def opened(
    run: Running, length: int = len(VIDEO), by: Actor = LIN, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    return await run.http.client.post(
        UPLOADS, headers={**of(by), **TUS, "Upload-Length": str(length), **(headers or {})}
    )


async def where(run: Running, length: int = len(VIDEO)) -> str:
    answer = await opened(run, length)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def add(
    run: Running, url: str, content: Any, offset: int, by: Actor = LIN, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    sent = {**of(by), **PART, "Upload-Offset": str(offset), **(headers or {})}
    return await run.http.client.patch(url, content=content, headers=sent)


async def offset_of(run: Running, url: str) -> int:
    answer = await run.http.client.head(url, headers={**of(LIN), **TUS})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


async def test_what_the_server_can_is_told_to_who_may_upload(run: Running) -> None:
    answer = await run.http.client.options(UPLOADS, headers=of(LIN))

    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["tus-max-size"] == "10485760"
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"


async def test_an_upload_in_parts_becomes_a_file(run: Running) -> None:
    answer = await opened(
        run, headers={"Upload-Metadata": f"kind bW92, filename {b64encode(b'unpacking.txt').decode()}"}
    )
    url = answer.headers["location"]
    assert answer.headers["upload-expires"] == "Tue, 03 Nov 2026 11:59:59 GMT"

    for at in range(0, len(VIDEO), 1_500_000):
        part = await add(run, url, VIDEO[at : at + 1_500_000], at)
        assert part.status_code == 204, part.text
        assert part.headers["tus-resumable"] == "1.0.0"
        assert int(part.headers["upload-offset"]) == min(at + 1_500_000, len(VIDEO))

    shown = (await run.http.client.get(url, headers=of(LIN))).json()
    assert shown["outcome"]["file"] == {"sha256": DIGEST, "size": len(VIDEO), "media_type": "text/plain"}
    await run.caught_up()
    assert (await run.http.client.get(f"/cases/{CASE}/files/{DIGEST}", headers=of(LIN))).content == VIDEO
    assert await offset_of(run, url) == len(VIDEO)
    assert (await add(run, url, b"", len(VIDEO))).status_code == 204


async def test_an_upload_goes_on_in_another_process(run: Running) -> None:
    """INVARIANT: an upload is bound to no process; a restarted one, or another replica, knows how far it came."""
    url = await where(run)
    await add(run, url, VIDEO[:2_000_000], 0)

    async with running(with_links, run.service.ports, Notes()) as other:
        assert await offset_of(other, url) == 2_000_000
        assert (await add(other, url, VIDEO[2_000_000:], 2_000_000)).status_code == 204
        shown = (await other.http.client.get(url, headers=of(LIN))).json()
    assert shown["outcome"]["file"]["sha256"] == DIGEST


async def test_a_part_that_breaks_off_counts_as_far_as_it_came(run: Running) -> None:
    url = await where(run)

    async def cut_off() -> AsyncIterator[bytes]:
        yield VIDEO[:1_234_567]
        raise ClientDisconnect

    await add(run, url, cut_off(), 0)

    assert await offset_of(run, url) == 1_234_567
    assert (await add(run, url, VIDEO[1_234_567:], 1_234_567)).status_code == 204


@pytest.mark.parametrize(("name", "digest"), [("sha1", sha1), ("sha256", sha256)])
async def test_a_part_is_checked_against_its_checksum(run: Running, name: str, digest: Any) -> None:
    url = await where(run)
    wrong, right = (f"{name} {b64encode(digest(part).digest()).decode()}" for part in (b"other", VIDEO))

    refused = await add(run, url, VIDEO, 0, headers={"Upload-Checksum": wrong})
    assert problem_of(refused, 460)["rule"] == "checksum_must_match"
    assert await offset_of(run, url) == 0
    assert (await add(run, url, VIDEO, 0, headers={"Upload-Checksum": right})).status_code == 204


@pytest.mark.parametrize("checksum", ["md4 AAAA", "sha256", "sha256 AAAA", "sha256 %%%"])
async def test_a_checksum_that_cannot_be_checked_is_refused(run: Running, checksum: str) -> None:
    refused = await add(run, await where(run), VIDEO, 0, headers={"Upload-Checksum": checksum})

    assert problem_of(refused, 422)["field"] == "header.upload-checksum"


async def test_a_part_must_begin_where_the_upload_stands(run: Running) -> None:
    url = await where(run)
    await add(run, url, VIDEO[:1000], 0)

    refused = await add(run, url, VIDEO[:1000], 0)

    assert problem_of(refused, 409)["rule"] == "offset_must_fit"
    assert refused.headers["upload-offset"] == "1000"


async def test_a_part_must_not_be_longer_than_what_is_left(run: Running) -> None:
    url = await where(run, 100)

    assert problem_of(await add(run, url, b"x" * 101, 0), 413)["rule"] == "file_must_not_be_too_large"
    assert await offset_of(run, url) == 0


async def test_a_part_is_of_the_protocols_own_type(run: Running) -> None:
    refused = await add(run, await where(run), VIDEO, 0, headers={"Content-Type": "video/mp4"})

    assert problem_of(refused, 415)["rule"] == "content_must_be_of_a_served_type"


async def test_another_version_of_the_protocol_is_refused(run: Running) -> None:
    url = await where(run)
    for method in ("POST", "HEAD", "PATCH", "DELETE"):
        target = UPLOADS if method == "POST" else url
        refused = await run.http.client.request(method, target, headers={**of(LIN), "Tus-Resumable": "0.2.2"})
        assert refused.status_code == 412
        assert refused.headers["tus-version"] == "1.0.0"


async def test_what_the_inspection_refuses_is_said_once_it_is_whole_and_again_when_asked(run: Running) -> None:
    url = await where(run, 200)

    for content, offset in ((b"MZ\x90\x00" * 50, 0), (b"", 200)):
        assert problem_of(await add(run, url, content, offset), 415)["rule"] == "file_must_be_of_an_allowed_kind"
    shown = (await run.http.client.get(url, headers=of(LIN))).json()
    assert shown["outcome"]["rule"] == "file_must_be_of_an_allowed_kind"


async def test_an_upload_that_is_given_up_is_gone(run: Running) -> None:
    url = await where(run)
    await add(run, url, VIDEO[:1000], 0)

    ended = await run.http.client.delete(url, headers={**of(LIN), **TUS})
    assert ended.status_code == 204
    for method in ("HEAD", "DELETE"):
        assert (await run.http.client.request(method, url, headers={**of(LIN), **TUS})).status_code == 404
    assert problem_of(await add(run, url, VIDEO, 0), 404)["rule"] == "upload_must_exist"
    assert problem_of(await run.http.client.get(url, headers=of(LIN)), 404)["rule"] == "upload_must_exist"


async def test_an_upload_expires(run: Running) -> None:
    url = await where(run)
    run.clock.advance(timedelta(days=1))

    assert (await run.http.client.head(url, headers={**of(LIN), **TUS})).status_code == 404


async def test_an_upload_is_its_callers_alone(run: Running) -> None:
    url = await where(run)

    assert (await run.http.client.head(url, headers={**of(QINGYAO), **TUS})).status_code == 404
    assert problem_of(await add(run, url, VIDEO, 0, by=QINGYAO), 404)["rule"] == "upload_must_exist"


async def test_who_may_not_upload_opens_no_upload(run: Running) -> None:
    assert problem_of(await opened(run, by=JUN), 403)["rule"] == "role_must_be_allowed_this"
    assert problem_of(await opened(run, 10_485_761), 413)["rule"] == "file_must_not_be_too_large"
    metadata = {"Upload-Metadata": "filename %%%"}
    assert problem_of(await opened(run, headers=metadata), 422)["field"] == "header.upload-metadata"
    for length in ("0", "-1", "much"):
        problem_of(await opened(run, headers={"Upload-Length": length}), 422)
    await opened(run)
    await opened(run)
    assert problem_of(await opened(run), 409)["rule"] == "uploads_must_be_few"


async def test_a_case_that_is_over_takes_no_last_part(run: Running) -> None:
    url = await where(run)
    await run.hear(told(ComplaintWithdrawn))

    assert problem_of(await add(run, url, VIDEO, 0), 409)["rule"] == "file_must_not_be_stopped"
