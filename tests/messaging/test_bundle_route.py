"""The case bundle by HTTP: who may have it, what each reader finds in it, and that any case has one."""

import json
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from PIL import Image

from services.evidence.app import build as evidence
from shared.adapters.clock import VirtualClock
from shared.adapters.memory_keys import MemoryKeys
from shared.adapters.ports import memory_ports
from shared.adapters.sealing import seal
from shared.bundle.checking import Checked, check_bundle
from shared.contracts.appeals import AppealOpened
from shared.contracts.intake import ComplaintAccepted, ComplaintFiled, ComplaintRejected
from shared.contracts.mediation import MediationOpened
from shared.kernel.actors import Actor
from tests.kit.http import WEI, problem_of
from tests.kit.runtime import LANES, Notes, Running, ports, running
from tests.messaging.conftest import BEFORE_NOON
from tests.messaging.scenes import CASE, JUN, LIN, QINGYAO, STRANGER, Ask, an_open_round, told

TRICK = "<script>alert(1)</script> \u202egnp.exe"
PHOTO = {"item_id": "the-box", "type": "photo", "element": "problem", "caption": TRICK}


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
async def run(keys: MemoryKeys) -> AsyncIterator[Running]:
    notes, clock = Notes(), VirtualClock(BEFORE_NOON)
    on = memory_ports(LANES, clock, ports(clock, notes).kafka, keys)
    async with running(evidence, on, notes) as one:
        yield one


def picture(colour: str = "teal") -> bytes:
    written = BytesIO()
    Image.new("RGB", (900, 600), colour).save(written, "PNG")
    return written.getvalue()


async def uploaded(run: Running, content: bytes, by: Actor = LIN) -> Mapping[str, Any]:
    headers = {"X-Redress-Role": by.role, "X-Redress-Actor": by.id}
    answer = (await run.http.client.post(f"/cases/{CASE}/files", content=content, headers=headers)).json()
    return {name: answer[name] for name in ("sha256", "size", "media_type")}


async def asked(run: Running, by: Actor) -> httpx.Response:
    headers = {"X-Redress-Role": by.role, "X-Redress-Actor": by.id}
    return await run.http.client.get(f"/cases/{CASE}/bundle", headers=headers)


async def bundle(run: Running, by: Actor) -> tuple[Checked, Mapping[str, bytes]]:
    answer = await asked(run, by)
    assert answer.status_code == 200, answer.text
    with ZipFile(BytesIO(answer.content)) as archive:
        return check_bundle(BytesIO(answer.content)), {one.filename: archive.read(one) for one in archive.infolist()}


async def sealed(words: str, keys: MemoryKeys) -> bytes:
    """What stands in a chain for words of hers."""
    return seal(words, LIN.id, await keys.key_of(LIN.id)).encode()


async def test_it_holds_the_facts_the_files_and_a_report_with_pictures(run: Running) -> None:
    await an_open_round(run)
    file = await uploaded(run, picture())
    await Ask("submit_evidence", LIN, {**PHOTO, "files": [file]}).must(run)
    await run.hear(told(MediationOpened))

    found, entries = await bundle(run, LIN)

    assert (found.manifest.case_id, found.manifest.seen_by, found.files) == (CASE, "buyer", 1)
    assert entries[f"files/{file['sha256']}.png"] == picture()
    assert MediationOpened.TYPE in entries["chains/evidence.jsonl"].decode()
    report = entries["report.html"].decode()
    assert 'src="data:image/jpeg;base64,' in report
    assert "<script" not in report
    assert "\u202e" not in report
    assert entries["report.pdf"].startswith(b"%PDF-")
    assert json.loads(entries["ocel.json"])["events"]
    assert (await asked(run, QINGYAO)).content == (await asked(run, QINGYAO)).content


async def test_of_the_other_sides_files_a_party_gets_no_more_than_small_copies(run: Running) -> None:
    """An original may tell where it was taken; the digest of what was decided by stays in the chain."""
    await an_open_round(run)
    await Ask("submit_evidence", LIN, {**PHOTO, "files": [await uploaded(run, picture())]}).must(run)

    found, entries = await bundle(run, QINGYAO)

    assert [one.absent for one in found.manifest.files] == ["withheld"]
    assert not any(name.startswith("files/") for name in entries)
    assert 'src="data:image/jpeg;base64,' in entries["report.html"].decode()


async def test_nobody_gets_anothers_draft(run: Running, keys: MemoryKeys) -> None:
    await an_open_round(run)
    await Ask("save_draft", LIN, {**PHOTO, "caption": "for my eyes", "files": [await uploaded(run, picture())]}).must(
        run
    )

    own, hers = await bundle(run, LIN)

    token = await sealed("for my eyes", keys)
    assert token in hers["chains/evidence.jsonl"]
    assert own.withheld == 0
    for by in (QINGYAO, JUN):
        found, theirs = await bundle(run, by)
        assert found.withheld == 1
        assert not any(token in content or b"for my eyes" in content for content in theirs.values())
        assert not any(name.startswith("files/") for name in theirs)


async def test_an_older_version_is_for_staff(run: Running, keys: MemoryKeys) -> None:
    await an_open_round(run)
    file = await uploaded(run, picture("red"))
    await Ask("submit_evidence", LIN, {**PHOTO, "caption": "first words", "files": [file]}).must(run)
    newer = {"item_id": "account", "type": "statement", "supersedes": "the-box", "caption": "better words"}
    await Ask("submit_evidence", LIN, {**PHOTO, **newer}).must(run)

    _, staff = await bundle(run, JUN)
    found, party = await bundle(run, QINGYAO)

    older = await sealed("first words", keys)
    assert older in staff["chains/evidence.jsonl"]
    assert f"files/{file['sha256']}.png" in staff
    assert not any(older in content or b"first words" in content for content in party.values())
    assert f"files/{file['sha256']}.png" not in party
    assert found.withheld == 1


async def test_a_party_reads_no_contact_details_of_the_other_side(run: Running) -> None:
    """Commits with plain words are withheld; of sealed ones the report shows what may be read."""
    call = "Call me at 13812345678."
    await run.hear(
        told(ComplaintFiled, description=call), told(ComplaintAccepted), told(AppealOpened, appellant=LIN, reason=call)
    )
    await Ask("submit_evidence", LIN, {**PHOTO, "caption": call, "files": [await uploaded(run, picture())]}).must(run)

    found, other = await bundle(run, QINGYAO)

    assert found.withheld == 2
    assert not any(b"13812345678" in content for content in other.values())
    assert b"Call me at [phone number masked]." in other["report.html"]
    for by in (LIN, JUN):
        whole, entries = await bundle(run, by)
        assert whole.withheld == 0
        assert call.encode() in entries["chains/evidence.jsonl"]
        assert entries["report.html"].count(call.encode()) >= 3


async def test_a_file_whose_persons_key_was_destroyed_is_said_to_be_erased(run: Running, keys: MemoryKeys) -> None:
    await an_open_round(run)
    await Ask("submit_evidence", LIN, {**PHOTO, "files": [await uploaded(run, picture())]}).must(run)
    await keys.destroy(LIN.id)

    found, entries = await bundle(run, JUN)

    assert [one.absent for one in found.manifest.files] == ["erased"]
    assert not any(name.startswith("files/") for name in entries)


async def test_a_case_that_was_only_filed_or_rejected_has_one_too(run: Running) -> None:
    await run.hear(told(ComplaintFiled))
    filed, _ = await bundle(run, LIN)
    await run.hear(told(ComplaintRejected))
    rejected, _ = await bundle(run, LIN)

    assert filed.manifest.status != rejected.manifest.status
    assert "rejected" in rejected.manifest.status


async def test_a_stranger_and_who_asks_for_no_case_are_refused(run: Running) -> None:
    problem_of(await asked(run, LIN), 403)
    problem_of(await asked(run, WEI), 404)
    await an_open_round(run)

    problem_of(await asked(run, STRANGER), 403)
    assert (await asked(run, WEI)).status_code == 200
