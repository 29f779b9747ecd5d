"""Charts as SVG, drawn from figures alone: no script, no font, nothing is fetched, and it prints in black and white."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple


class Bar(NamedTuple):
    """One row: a solid bar up to `value`, and a hatched one on to `most`; None where there is nothing to draw."""

    name: str
    value: int | None
    most: int | None
    note: str = ""


class Curve(NamedTuple):
    """One line through a value for each step."""

    name: str
    values: Sequence[float]


_NAME: Final = 150
_BAR: Final = 420
_NOTE: Final = 190
_LEFT: Final = 60
_WIDE: Final = 500
_HIGH: Final = 260
_ROW: Final = 30
_TOP: Final = 66
_STYLE: Final = "font:13px system-ui,sans-serif"


def bars(title: str, legend: tuple[str, str], rows: Sequence[Bar]) -> str:
    """Horizontal bars on one scale. `legend` names what the solid and the hatched part reach up to."""
    return "\n".join(_drawn(title, legend, rows)) + "\n"


def curves(title: str, steps: Sequence[str], drawn: Sequence[Curve]) -> str:
    """Lines over equal steps, on one scale that begins at 0; each is named at its end, and has its own dashes."""
    return "\n".join(_curves(title, steps, drawn)) + "\n"


def _curves(title: str, steps: Sequence[str], drawn: Sequence[Curve]) -> Iterator[str]:
    width, height = _LEFT + _WIDE + _NOTE, _TOP + _HIGH + 40
    most = max(value for curve in drawn for value in curve.values)
    xs = [round(_LEFT + _WIDE * step / max(len(steps) - 1, 1), 1) for step in range(len(steps))]

    def y(value: float) -> float:
        return round(_TOP + _HIGH * (1 - value / most), 1)

    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" style="{_STYLE}">'
    yield f"<title>{_text(title)}</title>"
    yield f'<rect width="{width}" height="{height}" fill="#fff"/>'
    yield f'<text x="10" y="24" font-size="16" fill="#1c2126">{_text(title)}</text>'
    for tick in _ticks(most):
        yield f'<path d="M{_LEFT} {y(tick)}h{_WIDE}" stroke="#c9d1d3"/>'
        yield f'<text x="{_LEFT - 8}" y="{y(tick) + 4}" text-anchor="end" fill="#1c2126">{tick:g}</text>'
    for x, step in zip(xs, steps, strict=True):
        yield f'<text x="{x}" y="{_TOP + _HIGH + 22}" text-anchor="middle" fill="#1c2126">{_text(step)}</text>'
    below = 0.0
    for place, curve in enumerate(sorted(drawn, key=lambda one: -one.values[-1])):
        points = " ".join(f"{x},{y(value)}" for x, value in zip(xs, curve.values, strict=True))
        dashes = f"{2 + 3 * place} {place}"
        yield f'<polyline points="{points}" fill="none" stroke="#2d6a5f" stroke-width="2" stroke-dasharray="{dashes}"/>'
        below = max(y(curve.values[-1]) + 4, below + 16)
        said = f"{curve.name} {curve.values[-1]:.2f}"
        yield f'<text x="{xs[-1] + 10}" y="{below}" fill="#1c2126">{_text(said)}</text>'
    yield "</svg>"


def _ticks(most: float) -> Iterator[float]:
    """A handful of round values from 0 on."""
    step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, most) if most / step <= 6)
    yield from (step * count for count in range(int(most / step) + 1))


def _drawn(title: str, legend: tuple[str, str], rows: Sequence[Bar]) -> Iterator[str]:
    width, height = _NAME + _BAR + _NOTE, _TOP + _ROW * len(rows) + 10
    longest = max((max(row.value or 0, row.most or 0) for row in rows), default=0) or 1
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" style="{_STYLE}">'
    yield f"<title>{_text(title)}</title>"
    yield '<defs><pattern id="on" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    yield '<rect width="6" height="6" fill="#fff"/><rect width="2" height="6" fill="#2d6a5f"/></pattern></defs>'
    yield f'<rect width="{width}" height="{height}" fill="#fff"/>'
    yield f'<text x="10" y="24" font-size="16" fill="#1c2126">{_text(title)}</text>'
    for place, (fill, said) in enumerate(zip(("#2d6a5f", "url(#on)"), legend, strict=True)):
        x = _NAME + place * _BAR // 2
        yield f'<rect x="{x}" y="38" width="14" height="12" fill="{fill}" stroke="#2d6a5f"/>'
        yield f'<text x="{x + 20}" y="49" fill="#1c2126">{_text(said)}</text>'
    for place, row in enumerate(rows):
        yield from _row(row, _TOP + place * _ROW, longest)
    yield "</svg>"


def _row(row: Bar, y: int, longest: int) -> Iterator[str]:
    yield f'<text x="{_NAME - 10}" y="{y + 17}" text-anchor="end" fill="#1c2126">{_text(row.name)}</text>'
    for value, fill in ((row.most, "url(#on)"), (row.value, "#2d6a5f")):
        if value is not None:
            length = round(_BAR * value / longest, 1)
            yield f'<rect x="{_NAME}" y="{y + 4}" width="{length}" height="18" fill="{fill}" stroke="#2d6a5f"/>'
    yield f'<text x="{_NAME + _BAR + 10}" y="{y + 17}" fill="#1c2126">{_text(row.note)}</text>'


def _text(said: str) -> str:
    """The text as it reads, without what XML cannot hold or what would turn the direction of reading."""
    return escape("".join(one if one.isprintable() else "\ufffd" for one in said))
