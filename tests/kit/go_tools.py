"""Tools written in Go, built once from the Go module proxy into `.tools/bin`, each at one version."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.architecture.tree import ROOT

BINARIES: Final = ROOT / ".tools/bin"
MODULES: Final = {
    "helm": "helm.sh/helm/v3/cmd/helm@v3.19.2",
    "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0",
}


def go_tool(name: str) -> Path:
    """The tool's path; builds it where it is missing. Raises LookupError saying what the machine lacks."""
    built = BINARIES / name
    if built.exists():
        return built
    go = shutil.which("go")
    if go is None:
        raise LookupError(f"{name} is not in {BINARIES.relative_to(ROOT)} and there is no go to build it: install Go")
    BINARIES.mkdir(parents=True, exist_ok=True)
    answer = subprocess.run(
        [go, "install", MODULES[name]], env={**os.environ, "GOBIN": str(BINARIES)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if answer.returncode:
        raise LookupError(f"go could not build {MODULES[name]}: {answer.stderr.strip()[-500:]}")
    return built
