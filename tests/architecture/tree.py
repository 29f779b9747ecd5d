"""The source tree under test, and how one law over many files reports."""

from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("intake", "evidence", "mediation", "appeals")
PURE_ROOMS = ("domain", "policies.py", "publications.py")


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file of these files and folders, in a stable order."""
    for folder in folders:
        path = ROOT / folder
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def pure_modules() -> Iterator[Path]:
    """Every file that must be pure: three rooms of each service, and what they are made of."""
    yield from modules("shared/kernel", "shared/contracts")
    for service in SERVICES:
        yield from modules(*(f"services/{service}/{room}" for room in PURE_ROOMS))


def offences(files: Iterator[Path], law: Callable[[str], list[str]]) -> list[str]:
    """What the law finds in each file, as lines an editor can jump to."""
    return [f"{path.relative_to(ROOT)}:{found}" for path in files for found in law(path.read_text(encoding="utf-8"))]
