"""The requirements of the source article, each with the tests that show it: `python -m tests.kit.requirements`.

`docs/requirements.md` is made of `tests/requirements.yaml`; a test that is named must exist in a suite that every
commit runs, so that a requirement is shown by a passing test or CI fails.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "tests" / "requirements.yaml"
PAGE = ROOT / "docs" / "requirements.md"
SUITES = ("pure", "architecture", "contracts", "messaging")
"""What `make test` runs."""


class Requirement(BaseModel):
    """One thing the article asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n: int
    section: str
    en: str
    zh: str
    tests: tuple[str, ...] = ()
    beyond: str = ""
    """Why it is not software's to do."""
    later: str = Field("", pattern=r"^(issue [56]: .+)?$")
    """What of it an issue still has to bring."""


def read(source: Path = SOURCE) -> Sequence[Requirement]:
    return [Requirement.model_validate(one) for one in yaml.safe_load(source.read_text(encoding="utf-8"))]


def unshown(requirements: Sequence[Requirement]) -> Sequence[str]:
    """Requirements that no test shows and nothing explains."""
    return [f"{r.n}: {r.en}" for r in requirements if not (r.tests or r.beyond or r.later)]


def unknown(requirements: Sequence[Requirement], root: Path = ROOT) -> Sequence[str]:
    """Named tests that are in no suite which every commit runs."""
    return [f"{r.n}: {test}" for r in requirements for test in r.tests if not _exists(test, root)]


def page(requirements: Sequence[Requirement]) -> str:
    shown = sum(bool(r.tests) for r in requirements)
    lines = [
        "# Requirements",
        "",
        "Made by `make docs` from `tests/requirements.yaml`. What the source article on customer-service intervention",
        f"asks for: {len(requirements)} requirements, {shown} of them shown by tests that every commit runs.",
    ]
    section = ""
    for r in requirements:
        if r.section != section:
            section = r.section
            lines += ["", f"## {section}", "", "| # | asked | shown by |", "|---|---|---|"]
        lines.append(f"| {r.n} | {r.en} ({r.zh}) | {'<br>'.join(_shown(r))} |")
    return "\n".join(lines) + "\n"


def _shown(r: Requirement) -> Iterator[str]:
    for test in r.tests:
        file, _, name = test.partition("::")
        yield f"[{name.removeprefix('test_').replace('_', ' ')}](../tests/{file})"
    if r.beyond:
        yield f"not software's to do: {r.beyond}"
    if r.later:
        yield r.later


def _exists(test: str, root: Path) -> bool:
    file, _, name = test.partition("::")
    path = root / "tests" / file
    return file.split("/", 1)[0] in SUITES and path.is_file() and name in _tests_of(path)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(read()), encoding="utf-8")
    sys.stdout.write(f"written: {PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
