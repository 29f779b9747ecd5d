"""A bundle's report printed: small copies of photographs, and PDF. It reads what others sent, so a worker does it."""

import re
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from PIL import Image as Pillow
from PIL import ImageOps
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Image, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from shared.bundle.html import visible
from shared.bundle.report import Grid, Picture, Report

_WIDE: Final = 170 * mm
_SMALL: Final = (480, 480)
_MOST_PIXELS: Final = 100_000_000
_FONT: Final = "Helvetica"
_CHINESE: Final = "STSong-Light"
"""For what the other has no letters for. Neither is embedded: viewers have the one, and bring a font for the other."""
_LATIN: Final = r"\n\x20-\x7e\xa1-\xac\xae-\xff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac"
_BEYOND: Final = re.compile(f"[^{_LATIN}]+")
_PICTURES: Final = ("JPEG", "PNG", "WEBP")


def small_copy(content: bytes) -> bytes | None:
    """A JPEG of at most 480 by 480 pixels with nothing of the original's metadata; None for what is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(BytesIO(content), formats=_PICTURES) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return None
                picture.draft("RGB", _SMALL)
                turned = ImageOps.exif_transpose(picture)
                turned.thumbnail(_SMALL)
                plain = Pillow.new("RGB", turned.size, "white")
                layered = turned.convert("RGBA")
                plain.paste(layered, mask=layered)
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        return None
    written = BytesIO()
    plain.save(written, "JPEG", quality=80)
    return written.getvalue()


def pdf_of(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """The report on A4. The same report and pictures give the same bytes: no date, no random id."""
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=9, leading=12.5, wordWrap="CJK", spaceAfter=4)
    head = ParagraphStyle("head", parent=body, fontSize=13, leading=17, spaceBefore=12, spaceAfter=4, keepWithNext=1)
    title = ParagraphStyle("title", parent=head, fontSize=18, leading=22)
    flow: list[Any] = [Paragraph(_text(report.title), title), Paragraph(_text(report.subtitle), body)]
    for section in report.sections:
        flow.append(Paragraph(_text(section.title), head))
        for part in section.parts:
            match part:
                case Grid():
                    flow += [_table(part, body), Spacer(1, 6)]
                case Picture():
                    flow += [_image(pictures[part.sha256]), Paragraph(_text(part.caption), body)]
                case str():
                    flow.append(Paragraph(_text(part), body))
    written = BytesIO()
    margin = 20 * mm
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        invariant=1,
        pageCompression=0,
        title=visible(report.title),
        author="Redress",
    )
    document.build(flow)
    return written.getvalue()


def _table(grid: Grid, style: ParagraphStyle) -> LongTable:
    shown = [grid.heads, *grid.rows] if any(grid.heads) else list(grid.rows)
    cells = [[Paragraph(_text(cell), style) for cell in row] for row in shown]
    widths = _widths(grid)
    lines: list[Any] = [("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    if any(grid.heads):
        lines.append(("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke))
    return LongTable(cells or [[""]], colWidths=widths, style=TableStyle(lines), splitInRow=1)


def _widths(grid: Grid) -> list[float]:
    """Columns as wide as their longest text asks, within bounds."""
    longest = [
        min(60, max(10, *(len(row[column]) for row in (grid.heads, *grid.rows)))) for column in range(len(grid.heads))
    ]
    return [_WIDE * one / sum(longest) for one in longest]


def _image(content: bytes) -> Image:
    with Pillow.open(BytesIO(content)) as picture:
        width, height = picture.size
    scale = min(80 * mm / width, 80 * mm / height)
    return Image(BytesIO(content), width * scale, height * scale, hAlign="LEFT")


def _text(text: str) -> str:
    plain = _BEYOND.sub(lambda found: "".join(map(_spelt, found[0])), visible(text))
    marked = _BEYOND.sub(lambda found: f'<font name="{_CHINESE}">{found[0]}</font>', escape(plain))
    return marked.replace("\n", "<br/>")


def _spelt(one: str) -> str:
    """A character that neither font has, by its number: the HTML report shows it."""
    try:
        one.encode("gbk")
    except UnicodeEncodeError:
        return f"[U+{ord(one):04X}]"
    return one
