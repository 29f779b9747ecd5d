"""The page on scale says what the arithmetic says, and the arithmetic says what it must."""

import json

import pytest

from redress.commands.scale import COST, SIZES
from redress.flatness import plot
from redress.flatness import table as flat_table
from redress.scaling import need, table
from shared.contracts.topology import SERVICES
from tests.architecture.tree import ROOT

MEASURED = json.loads(COST.read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")


def test_the_page_has_the_table_that_is_computed() -> None:
    """`redress scale plan` prints it."""
    assert PAGE.partition("<!-- plan -->\n")[2].partition("<!-- end of plan -->")[0] == table(MEASURED, SIZES)


def test_the_page_has_the_figures_that_were_measured_and_their_drawing() -> None:
    """`redress scale log --out` writes them, `redress scale show` makes a table and a drawing of them."""
    rows = json.loads((ROOT / "docs/scale/log.json").read_text(encoding="utf-8"))

    assert PAGE.partition("<!-- log -->\n")[2].partition("<!-- end of log -->")[0] == flat_table(rows)
    assert (ROOT / "docs/scale/flat.svg").read_text(encoding="utf-8") == plot(rows)


def test_every_service_was_measured() -> None:
    assert set(MEASURED["services"]) == set(SERVICES)


def test_a_hundred_times_the_cases_need_a_hundred_times_the_bytes_and_commits() -> None:
    one, hundred = need(MEASURED, 1e6), need(MEASURED, 1e8)

    assert hundred.commits == pytest.approx(100 * one.commits)
    assert hundred.hot_bytes == pytest.approx(100 * one.hot_bytes)
    assert hundred.topic_bytes == pytest.approx(100 * one.topic_bytes)


@pytest.mark.parametrize("cases", [1, 1e4, 1e6, 5e6, 1e8])
def test_there_is_a_lane_for_every_replica_and_a_second_replica_for_each(cases: float) -> None:
    found = need(MEASURED, cases)

    assert found.lanes % 12 == 0
    assert 2 <= min(found.replicas.values()) <= max(found.replicas.values()) <= found.lanes


@pytest.mark.parametrize("cases", [0, -1, float("nan")])
def test_no_cases_are_no_plan(cases: float) -> None:
    with pytest.raises(LookupError, match="give a number above 0"):
        need(MEASURED, cases)
