"""Tests that need tools of other ecosystems: each names its tool, and one that is not on this machine is said to be."""

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("tools")


def tool(name: str) -> str:
    """The path of a program, or the test is skipped with what this machine lacks."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine; install it to run this test")
    return found
