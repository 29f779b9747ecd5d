"""The benchmark measures, tidies up and says what it found; how fast anything is, only real servers tell."""

import json

import pytest
from pymongo import MongoClient

from bench.results import Result, Rounds
from bench.run import run_all, show

pytestmark = pytest.mark.timeout(300)  # real processes at work: a machine busy with other things takes its time

NOWHERE = "127.0.0.1:1"


async def test_measurements_leave_no_database_behind(mongo_url: str) -> None:
    with MongoClient[dict[str, object]](mongo_url) as client:
        before = {name for name in client.list_database_names() if name.startswith("bench-")}

        result, _ = await run_all(NOWHERE, mongo_url, quick=True, only=["load"])

        after = {name for name in client.list_database_names() if name.startswith("bench-")}
    assert result.name == "load a long case"
    assert result.ours > 0
    assert result.bare > 0
    assert after <= before


async def test_uploads_are_measured_through_a_process_of_their_own(mongo_url: str) -> None:
    results = await run_all(NOWHERE, mongo_url, quick=True, only=["files"])

    assert [result.name for result in results] == ["upload files", "upload photographs"]
    assert all(result.ours > 0 and result.bare > 0 for result in results)


async def test_screening_is_measured_through_a_worker(mongo_url: str) -> None:
    results = await run_all(NOWHERE, mongo_url, quick=True, only=["screening"])

    assert [result.name for result in results] == ["screen files", "inspect and screen"]
    assert all(result.ours > 0 and result.bare > 0 for result in results)


async def test_an_unknown_measurement_is_named() -> None:
    with pytest.raises(LookupError, match=r"no such measurement: sped; there are .*append"):
        await run_all(NOWHERE, "mongodb://127.0.0.1:1", only=["sped"])


@pytest.mark.parametrize(
    ("better", "ratio", "met"),
    [("higher", 0.7, True), ("higher", 0.69, False), ("lower", 0.7, True), ("lower", 0.71, False)],
)
def test_a_target_is_met_on_its_better_side(better: str, ratio: float, met: bool) -> None:
    assert Result("x", ratio, 1.0, "facts/s", ratio, 0.7, better).met is met  # type: ignore[arg-type]


def test_ratios_are_taken_per_pair() -> None:
    """A slow moment slows both sides of its pair, so it must not shift the ratio."""
    measured = Rounds(ours=[50, 5, 60], bare=[100, 10, 100])

    assert measured.result("x", "facts/s", 0.5, "higher").ratio == pytest.approx(0.5)


def test_results_are_shown_for_machines_and_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    result = Result("append", 700.0, 1000.0, "commits/s", 0.7, 0.7, "higher", "a note")

    show([result], as_json=True)
    (told,) = json.loads(capsys.readouterr().out)
    show([result], as_json=False)

    assert (told["name"], told["ratio"], told["met"]) == ("append", 0.7, True)
    assert "append" in capsys.readouterr().out
