"""The report of a bundle: a sentence for every fact, however old, and every letter either shown or spelt."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from shared.adapters.bundle_printing import pdf_of, small_copy
from shared.adapters.worker_pool import OverLimitError
from shared.bundle.chains import Note
from shared.bundle.checking import check_bundle
from shared.bundle.report import Grid, Report, Section, report_of
from shared.bundle.steps import CaseHistory, Step
from shared.contracts.intake import PersonErased
from shared.contracts.platform import OrderRecorded
from shared.contracts.topology import CONTRACTS
from tests.kit.bundles import with_photographs
from tests.kit.golden import FOLDER, Golden

CONTRACTS_BY_TYPE = {contract.TYPE: contract for contract in CONTRACTS}
OF_NO_CASE = (OrderRecorded.TYPE, PersonErased.TYPE)
FILES = [file for file in sorted(FOLDER.glob("*.json")) if not file.stem.startswith(OF_NO_CASE)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_fact_that_was_ever_told_has_a_sentence(file: Path) -> None:
    """INVARIANT: a case of years ago can still be handed out; facts without later fields do not stop its report.

    It breaks when a sentence uses a field that came later, or a new fact is told without one.
    """
    kept = Golden.read(file)
    kind, whole = kept.headers["ce_type"], json.loads(kept.value)
    fields = CONTRACTS_BY_TYPE[kind].model_fields
    oldest = {name: value for name, value in whole.items() if fields[name].is_required()}
    for data in (whole, oldest):
        step = Step(kept.headers["ce_source"], Note(kind, "1", json.dumps(data), data["at"], 1), ("", ""))
        report = report_of(CaseHistory("c", (step,)), [data], [], {}, None, [])

        (timeline,) = [section.parts[0] for section in report.sections if section.title == "Timeline"]
        assert isinstance(timeline, Grid)
        ((_, _, sentence),) = timeline.rows
        assert kind.removesuffix(".v1") not in sentence


def test_a_fact_that_this_build_does_not_know_is_named() -> None:
    step = Step("intake", Note("complaint.sung.v1", "1", "{}", "2026-11-25T12:00:00Z"), ("", ""))
    report = report_of(CaseHistory("c", (step,)), [{}], [], {}, None, [])

    assert "complaint.sung.v1" in str(report.sections)


def test_what_the_fonts_of_paper_do_not_have_is_spelt_out() -> None:
    report = Report(
        "Case 案件", "", [Section("", ["裂纹 cracked 😀 \u202e \u05e9 <b>&amp;</b>", Grid(("",), [("w" * 9000,)])])]
    )

    printed = pdf_of(report, {})

    assert printed == pdf_of(report, {})
    assert b"/STSong-Light" in printed
    assert printed.count(b"[U+1F600]") == printed.count(b"[U+202E]") == printed.count(b"[U+05E9]") == 1
    assert b"<b>&amp;</b>" in printed


def test_what_is_no_picture_or_too_large_has_no_small_copy() -> None:
    assert small_copy(b"%PDF-1.7") is None
    assert small_copy(b"\x89PNG\r\n\x1a\n") is None


async def test_what_takes_too_much_to_print_is_left_out_and_the_bundle_is_sound() -> None:
    """Whatever is made of files from outside is made by a worker, which may be lost over one."""
    asked: list[str] = []

    async def lost(function: Callable[..., Any], *_: Any) -> Any:
        asked.append(function.__name__)
        raise OverLimitError("memory")

    content = await with_photographs(lost)

    found = check_bundle(BytesIO(content))
    assert asked == ["small_copy"] * 3 + ["pdf_of"]
    assert found.files == 3
    with ZipFile(BytesIO(content)) as archive:
        assert "report.pdf" not in archive.namelist()
        assert b"<img" not in archive.read("report.html")
