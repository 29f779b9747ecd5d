"""Each import contract is climbed on purpose, in a copy of the tree: exactly that one must break.

A fence that nobody ever tried to climb may be no fence at all (style 3.2).
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.architecture.fences import Linter, contracts, linter
from tests.architecture.tree import ROOT, SERVICES


@dataclass(frozen=True)
class Canary:
    """A violation: lines to add to files, which are created where they do not exist."""

    breaks: str
    plants: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.breaks}: " + ", ".join(f"{path} {line}".strip() for path, line in self.plants.items())


CANARIES = [
    Canary("tiers", {"shared/adapters/canary.py": "from services.intake import domain"}),
    Canary("tiers", {"shared/kernel/canary.py": "from services.appeals import domain"}),
    Canary("tiers", {"services/mediation/views/canary.py": "import redress"}),
    Canary("islands", {"services/intake/views/canary.py": "from services.evidence import domain"}),
    Canary("islands", {"services/appeals/domain/canary.py": "from services.mediation.domain import events"}),
    Canary("islands", {"services/helpers.py": ""}),
    Canary("shared", {"shared/kernel/canary.py": "from shared.eventing import decider"}),
    Canary("shared", {"shared/eventing/canary.py": "from shared.contracts import intake"}),
    Canary("shared", {"shared/contracts/canary.py": "from shared import adapters"}),
    Canary("shared", {"shared/bundle/canary.py": "from shared import adapters"}),
    Canary("shared", {"shared/contracts/canary.py": "from shared import bundle"}),
    Canary("shared", {"shared/helpers.py": ""}),
    *(Canary("rooms", {f"services/{service}/utils.py": ""}) for service in SERVICES),
    Canary(
        "rooms",
        {"services/intake/handlers.py": "", "services/intake/views/canary.py": "from services.intake import handlers"},
    ),
    Canary("rooms", {"services/evidence/handlers.py": "from services.evidence import views"}),
    Canary("rooms", {"services/mediation/policies.py": "from services.mediation import publications"}),
    Canary("pure", {"services/intake/domain/canary.py": "import motor"}),
    Canary("pure", {"services/evidence/domain/canary.py": "import os"}),
    Canary("pure", {"services/mediation/policies.py": "import asyncio"}),
    Canary("pure", {"services/appeals/publications.py": "import logging"}),
    Canary("pure", {"shared/kernel/canary.py": "import random"}),
    Canary("pure", {"shared/bundle/wording.py": "import pathlib"}),
    Canary("pure", {"shared/contracts/canary.py": "from time import monotonic"}),
    Canary(
        "pure",
        {
            "shared/eventing/canary.py": "import asyncio",
            "services/intake/domain/canary.py": "from shared.eventing import canary",
        },
    ),
    Canary("private", {"services/intake/domain/canary.py": "from shared.contracts import intake"}),
    Canary("ports", {"services/intake/views/canary.py": "import pymongo"}),
    Canary("ports", {"services/evidence/handlers.py": "from motor import motor_asyncio"}),
    Canary("ports", {"shared/eventing/canary.py": "import aiokafka"}),
    Canary("adapters", {"services/intake/views/canary.py": "from shared import adapters"}),
    Canary("adapters", {"services/evidence/entrypoints/canary.py": "from services.evidence import adapters"}),
    Canary("clients", {"services/intake/entrypoints/canary.py": "import aiokafka"}),
    Canary("clients", {"redress/canary.py": "from motor.motor_asyncio import AsyncIOMotorClient"}),
    Canary("shipped", {"redress/canary.py": "import pytest"}),
    Canary("shipped", {"services/appeals/views/canary.py": "from tests.kit import deciding"}),
]


@pytest.fixture(scope="module")
def import_linter() -> Iterator[Linter]:
    with linter() as warm:
        yield warm


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, import_linter: Linter) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for package in ("services", "shared", "redress"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", root)
    linted = import_linter.lint(root)
    assert not linted.broken, f"mend the fences first, then ask the canaries:\n{linted.said}"
    return root


@pytest.fixture
def planted(copy: Path, canary: Canary) -> Iterator[Path]:
    files = {copy / path: line for path, line in canary.plants.items()}
    before = {file: file.read_text(encoding="utf-8") if file.exists() else None for file in files}
    for file, line in files.items():
        file.write_text(f"{before[file] or ''}\n{line}\n", encoding="utf-8")
    yield copy
    for file, text in before.items():
        if text is None:
            file.unlink()
        else:
            file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("canary", CANARIES, ids=str)
def test_a_planted_violation_breaks_exactly_its_contract(canary: Canary, planted: Path, import_linter: Linter) -> None:
    linted = import_linter.lint(planted)

    assert linted.broken == {canary.breaks}, linted.said


def test_every_contract_has_a_canary() -> None:
    assert set(contracts(ROOT)) == {canary.breaks for canary in CANARIES}
