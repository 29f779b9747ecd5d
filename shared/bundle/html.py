"""The report as one HTML page that needs nothing else: no script, no font, no address is fetched."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from shared.bundle.report import Grid, Picture, Report, Section

_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_STYLE: Final = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1c2126;
max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:0}h2{border-bottom:2px solid #2d6a5f;margin-top:2.2rem}
table{border-collapse:collapse;width:100%;margin:.8rem 0}
td,th{border:1px solid #cdd5d3;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#eef4f2}figure{display:inline-block;margin:.4rem 1rem .4rem 0;max-width:20rem;vertical-align:top}
img{max-width:100%;border:1px solid #cdd5d3}figcaption{font-size:.8rem;color:#56606a;overflow-wrap:anywhere}
@media print{body{margin:0;max-width:none;font-size:10pt}h2{break-after:avoid}tr,figure{break-inside:avoid}}
"""


def visible(text: str) -> str:
    """The text with every invisible or direction-changing character spelt out, so that nothing reads as it is not."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def html_of(report: Report, pictures: Mapping[str, bytes]) -> bytes:
    """`pictures` are JPEG by the hash of their evidence file."""
    return "".join(_page(report, pictures)).encode()


def _page(report: Report, pictures: Mapping[str, bytes]) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    yield "style-src 'unsafe-inline'\">"
    yield f"<title>{_text(report.title)}</title><style>{_STYLE}</style></head><body>\n"
    yield f"<h1>{_text(report.title)}</h1><p>{_text(report.subtitle)}</p>\n"
    for section in report.sections:
        yield from _section(section, pictures)
    yield "</body></html>\n"


def _section(section: Section, pictures: Mapping[str, bytes]) -> Iterator[str]:
    yield f"<h2>{_text(section.title)}</h2>\n"
    for part in section.parts:
        match part:
            case Grid():
                yield from _grid(part)
            case Picture():
                data = b64encode(pictures[part.sha256]).decode()
                caption = _text(part.caption)
                yield f'<figure><img alt="{caption}" src="data:image/jpeg;base64,{data}">'
                yield f"<figcaption>{caption}</figcaption></figure>\n"
            case str():
                yield f'<p dir="auto">{_text(part)}</p>\n'


def _grid(grid: Grid) -> Iterator[str]:
    yield "<table>"
    if any(grid.heads):
        yield "<tr>" + "".join(f"<th>{_text(head)}</th>" for head in grid.heads) + "</tr>"
    for row in grid.rows:
        yield "<tr>" + "".join(f'<td dir="auto">{_text(cell)}</td>' for cell in row) + "</tr>"
    yield "</table>\n"


def _text(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>")
