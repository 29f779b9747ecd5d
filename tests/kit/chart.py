"""The Helm chart as manifests: rendered for each of its example values, and the copies of that in the tree.

`python -m tests.kit.chart` renders the copies anew, which needs helm, or Go to build it.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from tests.architecture.tree import ROOT
from tests.kit.go_tools import go_tool

Manifest = dict[str, Any]

CHART: Final = ROOT / "deploy/helm/redress"
RENDERED: Final = ROOT / "deploy/helm/rendered"
EXAMPLES: Final = {path.name.removesuffix("-values.yaml"): path for path in sorted(CHART.glob("ci/*-values.yaml"))}
KUBERNETES: Final = "1.34.0"


def helm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [go_tool("helm"), *arguments, "--kube-version", KUBERNETES], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def rendered(*values: str | Path) -> str:
    """What `helm template` makes of the chart; raises ValueError with helm's own words."""
    options = [word for one in values for word in (("-f", one) if isinstance(one, Path) else ("--set-json", one))]
    answer = helm("template", "redress", CHART, "--namespace", "disputes", *options)
    if answer.returncode:
        raise ValueError(answer.stderr)
    return answer.stdout


def copy_of(example: str) -> Path:
    return RENDERED / f"{example}.yaml"


def manifests(text: str) -> Sequence[Manifest]:
    return [document for document in yaml.safe_load_all(text) if document]


def main() -> None:
    RENDERED.mkdir(exist_ok=True)
    for name, values in EXAMPLES.items():
        copy_of(name).write_text(rendered(values), encoding="utf-8")


if __name__ == "__main__":
    main()
