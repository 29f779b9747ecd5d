"""What one more case costs in logs of growing size, as a table and a drawing: the figures of `redress scale log`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from redress.charts import Curve, curves

Row: TypeAlias = Mapping[str, Any]


class _Figure(NamedTuple):
    name: str
    unit: str
    of: Callable[[Row], float]
    digits: int = 2


FIGURES: Final = (
    _Figure("load a case, median", "ms", lambda row: row["load_p50_ms"]),
    _Figure("bare find of a case, median", "ms", lambda row: row["load_bare_p50_ms"]),
    _Figure("load against bare", "", lambda row: row["load_p50_ms"] / row["load_bare_p50_ms"]),
    _Figure("append one commit, median", "ms", lambda row: row["append_p50_ms"]),
    _Figure("bare insert, median", "ms", lambda row: row["append_bare_p50_ms"]),
    _Figure("append against bare", "", lambda row: row["append_p50_ms"] / row["append_bare_p50_ms"]),
    _Figure("500 appends at once", "/s", lambda row: row["append_rate"], 0),
    _Figure("a page of 500 anywhere in a lane, median", "ms", lambda row: row["page_p50_ms"], 1),
    _Figure("a look at the end of a lane, median", "ms", lambda row: row["poll_p50_ms"]),
    _Figure("rebuild of the case file", "commits/s", lambda row: row["rebuild"]["case_timeline"], 0),
    _Figure("memory of the process that did all this", "MiB", lambda row: row["resident_mib"], 0),
    _Figure("bytes on the server's disk for each commit", "", lambda row: row["disk_bytes"] / row["commits"], 0),
)

_DRAWN: Final[Mapping[str, Callable[[Row], float]]] = {
    "load a case": lambda row: row["load_p50_ms"],
    "bare find of a case": lambda row: row["load_bare_p50_ms"],
    "append a commit": lambda row: row["append_p50_ms"],
    "look at the end": lambda row: row["poll_p50_ms"],
    "read a page": lambda row: row["page_p50_ms"],
    "rebuild, each commit": lambda row: 1 / row["rebuild"]["case_timeline"],
    "memory": lambda row: row["resident_mib"],
}


def table(rows: Sequence[Row]) -> str:
    """One line for each figure, one column for each size, in Markdown."""
    return "".join(f"| {' | '.join(line)} |\n" for line in _lines(rows))


def plot(rows: Sequence[Row]) -> str:
    """Each cost, as so many times what it is in the smallest log, as SVG."""
    first = rows[0]
    drawn = [Curve(name, [of(row) / of(first) for row in rows]) for name, of in _DRAWN.items()]
    title = f"What one more case costs: times what it costs among {first['cases']:,} cases"
    return curves(title, [f"{row['cases']:,}" for row in rows], drawn)


def _lines(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    yield ["cases", *(f"{row['cases']:,}" for row in rows)]
    yield ["---"] * (len(rows) + 1)
    yield ["commits", *(f"{row['commits']:,}" for row in rows)]
    for figure in FIGURES:
        said = f"{figure.name}, {figure.unit}" if figure.unit else figure.name
        yield [said, *(f"{figure.of(row):,.{figure.digits}f}" for row in rows)]
