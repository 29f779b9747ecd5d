"""Files in and out by HTTP: who may, up to what size, of what kind; ranges, links, forms, and what is swept."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.evidence.app import build as evidence
from services.evidence.entrypoints.sweeping import Sweeping
from shared.adapters.clock import VirtualClock
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.ports import Ports, memory_ports
from shared.adapters.settings import FileSettings, Settings
from shared.contracts.intake import ComplaintWithdrawn
from shared.kernel.actors import Actor
from tests.kit.http import problem_of, streamed
from tests.kit.runtime import LANES, Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, JUN, LIN, QINGYAO, STRANGER, Ask, an_open_round, told

TEXT = b"The spout is cracked. " * 10_000
DIGEST = sha256(TEXT).hexdigest()
FILES = f"/cases/{CASE}/files"
ITEM = {"item_id": "note", "type": "chat_record", "element": "problem", "caption": "What we wrote."}
LIMIT = 10_485_760


SETTINGS = FileSettings(
    link_secret=SecretStr("a secret of thirty-two characters"),
    open_uploads=2,
    grace_seconds=7200,
    sweep_seconds=100_000,
)


def with_links(settings: Settings, on: Ports) -> FastAPI:
    return evidence(settings.model_copy(update={"files": SETTINGS}), on)


def in_memory(keys: MemoryKeys | None = None) -> tuple[Ports, Notes]:
    notes, clock = Notes(), VirtualClock(BEFORE_NOON)
    return memory_ports(LANES, clock, ports(clock, notes).kafka, keys, SETTINGS), notes


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
async def run(keys: MemoryKeys) -> AsyncIterator[Running]:
    on, notes = in_memory(keys)
    async with running(with_links, on, notes) as one:
        await an_open_round(one)
        await one.caught_up()
        yield one


def of(by: Actor | None) -> dict[str, str]:
    return {"X-Redress-Role": by.role, "X-Redress-Actor": by.id} if by else {}


async def send(
    run: Running, content: Any = TEXT, by: Actor = LIN, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    return await run.http.client.post(FILES, content=content, headers={**of(by), **(headers or {})})


async def fetch(run: Running, by: Actor | None, digest: str = DIGEST, **headers: str) -> httpx.Response:
    await run.caught_up()
    return await run.http.client.get(f"{FILES}/{digest}", headers={**of(by), **(headers or {})})


async def submitted(run: Running, by: Actor = LIN, content: bytes = TEXT) -> str:
    answer = (await send(run, content, by)).json()
    file = {name: answer[name] for name in ("sha256", "size", "media_type")}
    await Ask("submit_evidence", by, {**ITEM, "files": [file]}).must(run)
    return str(file["sha256"])


async def stored(run: Running) -> Mapping[str, bytes]:
    """Every blob that is stored, also those that nobody names."""
    return run.service.ports.files.desk._blobs._inner.stored  # type: ignore[attr-defined, no-any-return]


async def test_a_file_is_stored_and_answered_with_its_reference(run: Running) -> None:
    answer = await send(run, streamed([TEXT[:70_000], TEXT[70_000:]]))

    assert answer.status_code == 201, answer.text
    assert answer.json() == {"case_id": CASE, "sha256": DIGEST, "size": len(TEXT), "media_type": "text/plain"}
    assert (await send(run)).json() == answer.json()
    assert len(await stored(run)) == 1


async def test_a_form_brings_its_one_file(run: Running) -> None:
    form = {"files": {"file": ("chat.txt", TEXT, "application/pdf")}, "data": {"note": "see there"}}
    answer = await run.http.client.post(FILES, headers=of(LIN), **form)  # type: ignore[arg-type]

    assert answer.status_code == 201, answer.text
    assert answer.json()["sha256"] == DIGEST


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        ({"files": [("a", ("a.txt", b"one")), ("b", ("b.txt", b"two"))]}, "form_must_hold_one_file"),
        ({"files": [("a", (None, b"no file"))]}, "form_must_hold_one_file"),
        ({"files": [("a", (None, b"x" * 70_000)), ("b", ("b.txt", b"two"))]}, "form_must_hold_one_file"),
    ],
    ids=["two", "none", "much beside it"],
)
async def test_a_form_without_exactly_one_file_is_refused(run: Running, form: Any, rule: str) -> None:
    answer = await run.http.client.post(FILES, headers=of(LIN), **form)

    assert problem_of(answer, 422)["rule"] == rule
    assert await stored(run) == {}


@pytest.mark.parametrize(
    "body", [b"nonsense", b"--b\r\nContent-Disposition: form-data; filename=x\r\n\r\ncut off", b""]
)
async def test_a_form_that_cannot_be_read_is_refused(run: Running, body: bytes) -> None:
    answer = await send(run, body, headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert problem_of(answer, 422)["rule"] == "request_must_be_well_formed"
    assert await stored(run) == {}
    nameless = await send(run, body, headers={"Content-Type": "multipart/form-data"})
    assert problem_of(nameless, 422)["rule"] == "request_must_be_well_formed"


async def test_a_file_over_the_limit_is_refused_as_soon_as_it_is(run: Running) -> None:
    """INVARIANT: what is over the limit is not read to its end, and nothing of it is kept."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 3 * LIMIT:
            read += 1_000_000
            yield b"x" * 1_000_000

    told_so = problem_of(await send(run, endless()), 413)

    assert told_so["rule"] == "file_must_not_be_too_large"
    assert str(LIMIT) in told_so["cure"]
    assert LIMIT < read < LIMIT + 2_000_000
    assert await stored(run) == {}


async def test_a_side_has_only_so_much_room(run: Running) -> None:
    for n in range(10):
        assert (await send(run, bytes([97 + n]) * LIMIT)).status_code == 201

    assert problem_of(await send(run), 413)["rule"] == "side_must_have_room_left"
    assert (await send(run, by=QINGYAO)).status_code == 201


@pytest.mark.parametrize(
    ("content", "status", "rule"),
    [(b"MZ\x90\x00" * 50, 415, "file_must_be_of_an_allowed_kind"), (b"", 422, "file_must_not_be_empty")],
)
async def test_what_is_no_evidence_is_refused(run: Running, content: bytes, status: int, rule: str) -> None:
    assert problem_of(await send(run, content), status)["rule"] == rule
    assert await stored(run) == {}


async def test_only_a_party_uploads_and_only_until_the_case_is_over(run: Running) -> None:
    assert problem_of(await send(run, by=STRANGER), 403)["rule"] == "only_people_of_the_case"
    assert problem_of(await send(run, by=JUN), 403)["rule"] == "role_must_be_allowed_this"
    await run.hear(told(ComplaintWithdrawn))
    assert problem_of(await send(run), 409)["rule"] == "file_must_not_be_stopped"


@pytest.mark.parametrize("header", ["Repr-Digest", "Content-Digest", "Digest"])
async def test_an_announced_digest_is_checked_on_the_way(run: Running, header: str) -> None:
    form = "sha-256={}" if header == "Digest" else "sha-256=:{}:"
    right, wrong = (form.format(b64encode(sha256(of).digest()).decode()) for of in (TEXT, b"other"))

    assert problem_of(await send(run, headers={header: wrong}), 422)["rule"] == "digest_must_match"
    assert await stored(run) == {}
    assert problem_of(await send(run, headers={header: "sha-256=:AAAA:"}), 422)["field"] == f"header.{header.lower()}"
    assert (await send(run, headers={header: f"unixsum=:AAAA:, {right}"})).status_code == 201


async def test_a_file_is_shown_to_its_owner_at_once_and_to_others_with_its_item(run: Running) -> None:
    await send(run)
    assert (await fetch(run, LIN)).content == TEXT
    for by in (QINGYAO, JUN):
        assert problem_of(await fetch(run, by), 404)["rule"] == "file_must_exist"
    assert problem_of(await fetch(run, STRANGER), 403)["rule"] == "only_people_of_the_case"

    await submitted(run)

    for seen_by in (LIN, QINGYAO, JUN):
        assert (await fetch(run, seen_by)).content == TEXT
    assert problem_of(await fetch(run, LIN, "0" * 64), 404)["rule"] == "file_must_exist"
    elsewhere = await run.http.client.get(f"/cases/case-2/files/{DIGEST}")
    assert problem_of(elsewhere, 404)["rule"] == "file_must_exist"


async def test_a_download_is_for_saving_and_never_for_show(run: Running) -> None:
    await send(run)
    answer = await fetch(run, LIN)

    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["content-length"] == str(len(TEXT))
    assert answer.headers["content-disposition"] == f'attachment; filename="{DIGEST[:16]}.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["etag"] == f'"{DIGEST}"'


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-65600", 100, 65_601),
        ("bytes=200000-", 200_000, 220_000),
        ("bytes=-5", 219_995, 220_000),
        ("bytes=-999999", 0, 220_000),
        ("bytes=219999-999999", 219_999, 220_000),
    ],
)
async def test_a_range_is_answered_alone(run: Running, asked: str, start: int, stop: int) -> None:
    await send(run)
    answer = await fetch(run, LIN, Range=asked)

    assert answer.status_code == 206
    assert answer.content == TEXT[start:stop]
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(TEXT)}"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,5-6", "bytes=x-y", "lines=1-2", "bytes=-", ""])
async def test_a_range_that_is_not_served_means_the_whole(run: Running, asked: str) -> None:
    await send(run)

    answer = await fetch(run, LIN, Range=asked)

    assert (answer.status_code, len(answer.content)) == (200, len(TEXT))


@pytest.mark.parametrize("asked", ["bytes=220000-", "bytes=-0"])
async def test_a_range_outside_of_the_file_is_refused(run: Running, asked: str) -> None:
    await send(run)
    answer = await fetch(run, LIN, Range=asked)

    assert problem_of(answer, 416)["rule"] == "range_must_be_within_the_file"
    assert answer.headers["content-range"] == f"bytes */{len(TEXT)}"


async def test_a_range_counts_only_for_the_file_it_was_asked_of(run: Running) -> None:
    await send(run)
    tag = f'"{DIGEST}"'

    assert (await fetch(run, LIN, **{"Range": "bytes=0-1", "If-Range": tag})).status_code == 206
    assert (await fetch(run, LIN, **{"Range": "bytes=0-1", "If-Range": '"other"'})).status_code == 200
    assert (await fetch(run, LIN, **{"If-None-Match": f'"x", W/{tag}'})).status_code == 304


async def test_head_answers_the_same_headers_without_the_file(run: Running) -> None:
    await send(run)
    await run.caught_up()
    for headers in ({}, {"Range": "bytes=10-19"}):
        get, head = [
            await run.http.client.request(method, f"{FILES}/{DIGEST}", headers={**of(LIN), **headers})
            for method in ("GET", "HEAD")
        ]
        assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


async def link(run: Running, by: Actor = LIN) -> str:
    await run.caught_up()
    answer = await run.http.client.post(f"{FILES}/{DIGEST}/links", headers=of(by))
    assert answer.status_code == 201, answer.text
    assert answer.json()["expires_at"] == "2026-11-02T12:04:59Z"
    return str(answer.json()["url"])


async def test_a_link_opens_the_file_without_headers_until_it_expires(run: Running) -> None:
    await submitted(run)
    url = await link(run, QINGYAO)

    assert (await run.http.client.get(url)).content == TEXT
    assert (await run.http.client.get(url, headers={"Range": "bytes=0-2"})).content == TEXT[:3]
    assert (await run.http.client.head(url)).status_code == 200
    run.clock.advance(timedelta(seconds=300))
    assert problem_of(await run.http.client.get(url), 403)["rule"] == "link_must_not_have_expired"


async def test_who_looks_at_a_file_is_noted_whether_by_headers_or_by_a_link(run: Running) -> None:
    """INVARIANT: a link is noted under whom it was made for; without headers it would be nobody's look otherwise."""
    await submitted(run)
    await fetch(run, LIN)
    await fetch(run, JUN, Range="bytes=0-9")
    path = await link(run, JUN)
    await run.http.client.get(path)
    await run.http.client.head(path, headers=of(LIN))

    noted = await run.service.ports.reads.of(CASE, run.clock.now())

    route = "/cases/{case_id}/files/{sha256}"
    methods = [(read.what, read.actor, read.part) for read in noted]
    assert methods == [(f"{method} {route}", JUN.id, DIGEST) for method in ("GET", "GET", "HEAD")]


@pytest.mark.parametrize(
    "change",
    [
        {"link_until": "1999999999"},
        {"link_actor": "yue"},
        {"link_role": "auditor"},
        {"link_role": "king"},
        {"link_signature": "0" * 64},
        {"link_signature": "ü"},
        {"link_until": "soon"},
        {"link_until": None},
        {"link_signature": None},
    ],
    ids=str,
)
async def test_a_changed_link_opens_nothing(run: Running, change: Mapping[str, str | None]) -> None:
    await submitted(run)
    url = urlsplit(await link(run))
    said = {name: value for name, value in {**dict(parse_qsl(url.query)), **change}.items() if value is not None}

    for headers in ({}, of(LIN)):
        answer = await run.http.client.get(f"{url.path}?{urlencode(said)}", headers=headers)
        assert problem_of(answer, 403)["rule"] == "link_must_be_signed_here"


async def test_a_link_is_for_one_file_of_one_case(run: Running) -> None:
    await submitted(run)
    url = await link(run)
    other = (await send(run, b"another")).json()["sha256"]
    await run.caught_up()

    for moved in (url.replace(DIGEST, other), url.replace(CASE, "case-2")):
        assert problem_of(await run.http.client.get(moved), 403)["rule"] == "link_must_be_signed_here"


async def test_a_link_is_made_only_by_who_sees_the_file_and_where_there_is_a_secret(run: Running) -> None:
    await send(run)
    await run.caught_up()
    refused = await run.http.client.post(f"{FILES}/{DIGEST}/links", headers=of(QINGYAO))
    assert problem_of(refused, 404)["rule"] == "file_must_exist"

    notes = Notes()
    async with running(evidence, ports(VirtualClock(BEFORE_NOON), notes), notes) as bare:
        await an_open_round(bare)
        await send(bare)
        await bare.caught_up()
        refused = await bare.http.client.post(f"{FILES}/{DIGEST}/links", headers=of(LIN))
        assert problem_of(refused, 409)["rule"] == "links_must_be_set_up"


async def test_an_erased_persons_file_is_gone_for_good(run: Running, keys: MemoryKeys) -> None:
    await submitted(run)
    await keys.destroy(LIN.id)

    assert problem_of(await fetch(run, QINGYAO), 410)["rule"] == "person_must_not_be_erased"
    assert problem_of(await send(run, b"more"), 410)["rule"] == "person_must_not_be_erased"


async def test_a_sealed_file_is_not_told_as_erased_where_the_keys_are_missing(run: Running) -> None:
    await submitted(run)
    run.service.ports.files.desk._blobs._keys = None  # type: ignore[attr-defined]

    refused = problem_of(await fetch(run, LIN), 503)
    assert (refused["rule"], "MASTER_FILE" in refused["cure"]) == ("keys_must_be_configured", True)


async def test_only_ones_own_file_of_this_case_can_be_submitted(run: Running) -> None:
    file = (await send(run, by=QINGYAO)).json()
    body = {**ITEM, "files": [{name: file[name] for name in ("sha256", "size", "media_type")}]}

    assert problem_of(await Ask("submit_evidence", LIN, body).to(run), 409)["rule"] == "file_must_be_uploaded_first"


def sweeping(run: Running) -> Sweeping:
    service, files = run.service, run.service.ports.files
    return Sweeping(
        files.desk,
        files.store,
        files.uploads,
        engine=service.engine,
        clock=run.clock,
        telemetry=service.metrics,
        lanes=lambda: service.lanes,
        every=1,
    )


async def test_what_no_item_or_draft_names_is_swept_and_the_rest_is_not(run: Running) -> None:
    kept = await submitted(run)
    drafted = (await send(run, b"a draft")).json()
    named = {name: drafted[name] for name in ("sha256", "size", "media_type")}
    await Ask("save_draft", LIN, {**ITEM, "item_id": "draft", "files": [named]}).must(run)
    lost = (await send(run, b"never named")).json()["sha256"]
    run.clock.advance(timedelta(days=1, seconds=1))

    await asyncio.gather(*(sweeping(run).sweep() for _ in range(3)))

    assert (await fetch(run, LIN, lost)).status_code == 404
    for digest in (kept, named["sha256"]):
        assert (await fetch(run, LIN, digest)).status_code == 200
    assert len(await stored(run)) == 2


async def test_the_service_sweeps_by_itself(run: Running) -> None:
    await send(run)
    run.clock.advance(timedelta(days=1, seconds=1))

    async def swept() -> bool:
        run.clock.advance(timedelta(seconds=100_001))
        return not await stored(run)

    await run.until(swept, "the file that nobody names is gone", lambda: stored(run))


async def test_a_submission_and_a_sweep_at_once_never_leave_an_item_without_its_file(run: Running) -> None:
    """INVARIANT: an item names no file that was swept: the submission is refused, or the file is there."""
    outcomes = set()
    for n in range(20):
        file = (await send(run, f"file {n}".encode())).json()
        named = {name: file[name] for name in ("sha256", "size", "media_type")}
        run.clock.advance(timedelta(hours=2, seconds=1))
        ask = Ask("submit_evidence", LIN, {**ITEM, "item_id": f"item-{n}", "files": [named]})

        async def after(turns: int, work: Callable[[], Awaitable[Any]]) -> Any:
            for _ in range(turns):
                await asyncio.sleep(0)
            return await work()

        answer, _ = await asyncio.gather(after(10, partial(ask.to, run)), after(n, sweeping(run).sweep))
        there = (await run.service.ports.files.store.find(LIN.id, named["sha256"])) is not None
        assert there == (answer.status_code == 200), f"{answer.text}; the file is there: {there}"
        outcomes.add(answer.status_code)

    assert outcomes == {200, 409}


async def test_a_file_sent_after_the_seal_is_proof_for_both_sides_and_stays(run: Running) -> None:
    for by in (LIN, QINGYAO):
        await Ask("finish_evidence", by, {}).must(run)
    answer = await send(run, b"the bank's receipt", QINGYAO)
    digest = answer.json()["sha256"]
    run.clock.advance(timedelta(days=30))
    await sweeping(run).sweep()

    for by in (QINGYAO, LIN, JUN):
        assert (await fetch(run, by, digest)).content == b"the bank's receipt"


async def test_who_acts_as_nobody_gets_nothing(run: Running) -> None:
    await send(run)
    await run.caught_up()

    problem_of(await run.http.client.get(f"{FILES}/{DIGEST}", headers={"X-Redress-Actor": ""}), 401)
    problem_of(await run.http.client.get(f"{FILES}/{DIGEST}", headers={"X-Redress-Role": "king"}), 401)
