"""docs/asyncapi.json, held against the official AsyncAPI command line."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.tools.conftest import HERE, tool

CLI = HERE / "node_modules" / ".bin" / "asyncapi"

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which the command line is told to report to nobody."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".asyncapi-analytics").write_text('{"analyticsEnabled": "false", "infoMessageShown": "true"}')
    return folder


def validate(document: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the official validation, at the version that package-lock.json pins; installs it where it is missing."""
    node = tool("node")
    if not CLI.exists():
        npm = [tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=HERE, check=True, capture_output=True, timeout=800)
    return subprocess.run(
        [node, CLI, "validate", document, "--fail-severity=warn"],
        env={**os.environ, "HOME": str(home), "NO_COLOR": "1"}, cwd=home, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_the_official_command_line_takes_the_document(home: Path) -> None:
    ran = validate(ROOT / "docs" / "asyncapi.json", home)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "is valid" in ran.stdout, ran.stdout
    assert "0 errors, 0 warnings" in ran.stdout or "don't have governance issues" in ran.stdout, ran.stdout


def test_the_official_command_line_finds_a_planted_fault(home: Path, tmp_path: Path) -> None:
    document = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))
    document["channels"]["ruling_issued"]["messages"]["ruling.issued.v1"] = {"$ref": "#/components/messages/gone"}
    del document["info"]["version"]
    (tmp_path / "broken.json").write_text(json.dumps(document), encoding="utf-8")

    ran = validate(tmp_path / "broken.json", home)

    assert ran.returncode != 0, ran.stdout
    assert "ruling_issued" in ran.stdout + ran.stderr
