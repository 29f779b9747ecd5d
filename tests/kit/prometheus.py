"""Prometheus' own programs: found on the machine, or built by Go into a folder that git ignores."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.kit.replicas import ROOT

VERSION: Final = "v0.316.0"
FOLDER: Final = ROOT / ".tools" / f"prometheus-{VERSION}"


def program(name: str) -> Path:
    """The path of `promtool` or `prometheus`; building one takes some minutes the first time.

    Skips the test, saying what the machine lacks, where it is neither there nor can be built.
    """
    if found := os.environ.get(f"TEST_{name.upper()}") or shutil.which(name):
        return Path(found)
    built = FOLDER / name
    if not built.exists():
        if not shutil.which("go"):
            pytest.skip(f"neither {name} nor Go is here: install one of them, or name it in TEST_{name.upper()}")
        module = f"github.com/prometheus/prometheus/cmd/{name}@{VERSION}"
        # Without service discovery of every cloud: a quarter of the build, and nothing of it is asked for here.
        done = subprocess.run(
            ["go", "install", "-tags", "remove_all_sd", module],
            env={**os.environ, "GOBIN": str(FOLDER), "GOFLAGS": "-buildvcs=false"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"{name} is not here, and Go cannot build it: {done.stderr.strip().splitlines()[-1:]}")
    return built
