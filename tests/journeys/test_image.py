"""The image holds what its list says, and runs as nobody in particular."""

import json
import os
import subprocess
from typing import Any

import pytest

from tests.architecture.tree import ROOT
from tests.journeys.composed import Composed

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1200)]

IMAGE = "redress:journeys"
_INSTALLED = """
import json
from importlib.metadata import distributions
print(json.dumps(sorted({(one.metadata["Name"].lower().replace("_", "-"), one.version) for one in distributions()})))
"""


@pytest.fixture(scope="module")
def image() -> dict[str, Any]:
    """What Docker knows of the image of what is in the tree now."""
    Composed(f"redress-image-{os.getpid()}").must("build", within_s=900)
    found = subprocess.run(["docker", "image", "inspect", IMAGE], check=True, capture_output=True, text=True).stdout
    (described,) = json.loads(found)
    return dict(described)


def said(*words: str) -> str:
    command = ["docker", "run", "--rm", "--network", "none", "--read-only", IMAGE, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_its_label_names_the_list_of_what_is_in_it(image: dict[str, Any]) -> None:
    listed = json.loads(said("cat", image["Config"]["Labels"]["org.cyclonedx.sbom"]))

    assert listed == json.loads((ROOT / "sbom.cdx.json").read_text("utf-8"))


def test_the_list_names_every_package_that_is_installed(image: dict[str, Any]) -> None:
    """It may name more: the lock holds what other versions of Python would take instead."""
    listed = json.loads(said("cat", image["Config"]["Labels"]["org.cyclonedx.sbom"]))
    named = {(one["name"].lower().replace("_", "-"), one["version"]) for one in listed["components"]}
    installed = {(name, version) for name, version in json.loads(said("python", "-c", _INSTALLED)) if name != "redress"}

    assert len(installed) > 40
    assert installed <= named, sorted(installed - named)


def test_its_processes_are_not_root(image: dict[str, Any]) -> None:
    assert image["Config"]["User"] == "10001:10001"
    assert said("id", "-u").strip() == "10001"
