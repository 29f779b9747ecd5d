"""Every line of the threat model names tests that there are, or says why it is accepted."""

import re
from collections.abc import Iterable

from tests.architecture.tree import ROOT

ELEMENTS = {
    *("HTTP edge", "command topics", "fact topics", "log", "views", "vault"),
    *("files, workers", "bundle", "operators", "image"),
}
_ROW = re.compile(r"^\| (?P<element>[^|]+) \| (?P<letter>[STRIDE]) \| (?P<said>.+) \|(?P<shown>[^|]*)\|$")


def rows(page: str) -> list[tuple[str, str, str, str]]:
    """Element, letter, what is said, and what shows it, of every line of the table."""
    table = page.partition("## Threats")[2].splitlines()
    lines = [line for line in table if line.startswith("|") and not line.startswith(("| element", "|---"))]
    found = [_ROW.match(line) for line in lines]
    assert all(found), [line for line, row in zip(lines, found, strict=True) if not row]
    return [(row["element"], row["letter"], row["said"], row["shown"]) for row in found if row]


def faults(table: Iterable[tuple[str, str, str, str]]) -> list[str]:
    """Lines that name no test and accept nothing, and tests that there are not."""
    found = []
    for element, letter, said, shown in table:
        tests = re.findall(r"`([a-z_/]+\.py(?:::\w+)?)`", shown)
        if not tests and not re.search(r"accepted: \w+", said + shown):
            found.append(f"{element} {letter}: neither a test nor why it is accepted")
        found += [f"{element} {letter}: there is no {test}" for test in tests if not _exists(test)]
    return found


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / "tests" / file
    return path.is_file() and (not name or f"def {name}(" in path.read_text("utf-8"))


def test_every_threat_is_met_by_a_test_that_exists_or_accepted_with_a_reason() -> None:
    table = rows((ROOT / "docs" / "security.md").read_text("utf-8"))

    assert not faults(table)
    assert {element for element, *_ in table} == ELEMENTS
    assert {letter for _, letter, *_ in table} == set("STRIDE")


def test_a_planted_threat_without_a_test_is_found() -> None:
    planted = [
        ("log", "T", "x | y", " `contracts/test_event_log.py::test_that_is_not_there` "),
        ("log", "D", "x | y", " "),
        ("log", "I", "x | accepted: it is so", " "),
    ]

    assert faults(planted) == [
        "log T: there is no contracts/test_event_log.py::test_that_is_not_there",
        "log D: neither a test nor why it is accepted",
    ]
