"""Charts are well-formed SVG on one scale, and nothing that is drawn is read as markup."""

from xml.etree import ElementTree as ET

from redress.charts import Bar, Curve, bars, curves
from redress.flatness import plot, table

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = ("median", "nine in ten")


def drawn(*rows: Bar, title: str = "How long steps took") -> ET.Element:
    return ET.fromstring(bars(title, LEGEND, rows))  # noqa: S314  # drawn here


def lengths(chart: ET.Element) -> list[float]:
    """The bars' lengths, row by row: the hatched part, then the solid one."""
    return [float(one.attrib["width"]) for one in chart.iter(f"{SVG}rect") if one.attrib.get("height") == "18"]


def texts(chart: ET.Element) -> list[str | None]:
    return [one.text for one in chart.iter(f"{SVG}text")]


def test_bars_are_on_one_scale() -> None:
    chart = drawn(Bar("evidence", 50, 100, "50 h"), Bar("appeal", 25, 200))

    assert lengths(chart) == [210.0, 105.0, 420.0, 52.5]


def test_a_row_without_figures_has_its_name_and_no_bar() -> None:
    chart = drawn(Bar("appeal", None, None, "no case"))

    assert lengths(chart) == []
    assert {"appeal", "no case"} <= set(texts(chart))


def test_nothing_but_zeros_and_nothing_at_all_can_be_drawn() -> None:
    assert lengths(drawn(Bar("screening", 0, 0))) == [0.0, 0.0]
    assert texts(drawn()) == ["How long steps took", *LEGEND]


def test_what_is_written_is_never_read_as_markup() -> None:
    """INVARIANT: a name that looks like a script is shown, letter by letter."""
    hostile = "</text><script>alert('x')</script>&"
    chart = drawn(Bar(hostile, 1, 2, hostile), title=hostile)

    assert texts(chart).count(hostile) == 3
    assert not list(chart.iter(f"{SVG}script"))


def test_what_cannot_be_seen_is_shown_as_missing() -> None:
    assert "a\ufffdb\ufffd" in texts(drawn(Bar("a\x0bb\u202e", 1, 1)))


def points(chart: ET.Element) -> list[list[tuple[float, ...]]]:
    return [
        [tuple(map(float, at.split(","))) for at in line.attrib["points"].split()]
        for line in chart.iter(f"{SVG}polyline")
    ]


def test_curves_are_on_one_scale_that_begins_at_nothing() -> None:
    chart = ET.fromstring(curves("Cost", ["1,000", "10,000"], [Curve("load", [1, 2]), Curve("append", [1, 0])]))  # noqa: S314

    (load, append) = points(chart)
    assert [x for x, _ in load] == [x for x, _ in append] == [60.0, 560.0]
    assert append[1][1] - load[1][1] == 260
    assert load[0] == append[0]
    assert load[0][1] == (load[1][1] + append[1][1]) / 2


def test_each_curve_is_named_with_where_it_ends() -> None:
    chart = ET.fromstring(curves("Cost", ["1", "2"], [Curve("load", [1, 1.25]), Curve("memory", [1, 1.25])]))  # noqa: S314

    said = [one for one in chart.iter(f"{SVG}text") if (one.text or "").endswith(" 1.25")]
    assert {one.text for one in said} == {"load 1.25", "memory 1.25"}
    assert abs(float(said[0].attrib["y"]) - float(said[1].attrib["y"])) >= 16, "names do not stand on each other"


def test_growing_costs_are_drawn_beside_the_smallest_log_and_told_in_one_table() -> None:
    small = {
        "cases": 1000, "commits": 5000, "load_p50_ms": 1.0, "load_bare_p50_ms": 0.5, "append_p50_ms": 2.0,
        "append_bare_p50_ms": 1.0, "append_rate": 3000, "page_p50_ms": 20.0, "poll_p50_ms": 1.0,
        "rebuild": {"case_timeline": 4000}, "resident_mib": 190.0, "disk_bytes": 10_000_000,
    }  # fmt: skip
    large = {**small, "cases": 1_000_000, "load_p50_ms": 1.5}

    assert "load a case 1.50" in texts(ET.fromstring(plot([small, large])))  # noqa: S314
    assert "| load against bare | 2.00 | 3.00 |\n" in table([small, large])
    assert {line.count("|") for line in table([small, large]).splitlines()} == {4}
