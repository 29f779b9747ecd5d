"""Charts are well-formed SVG on one scale, and nothing that is drawn is read as markup."""

from xml.etree import ElementTree as ET

from redress.charts import Bar, bars

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
