"""Holds what every pure test is told in refusals against `refusals.yaml` of its service (tests/kit/refusals.py)."""

from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.kit import refusals

RECORD = pytest.StashKey[refusals.Record]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-refusals", action="store_true", help="write refusals.yaml of every service anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--record-refusals"):
        config.stash[RECORD] = refusals.Record()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    refusals.PER_TEST.clear()
    result = yield
    seen = frozenset(refusals.PER_TEST)
    if record := item.config.stash.get(RECORD, None):
        record.keep(item.path, item.name, seen)
    elif difference := refusals.differences(seen, refusals.of_test(item.path, item.name)):
        pytest.fail(difference, pytrace=False)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A text of a test that is gone is refused too, wherever whole files are collected."""
    if any("::" in arg for arg in config.args) or RECORD in config.stash:
        return
    names = defaultdict[Path, set[str]](set)
    for item in items:
        names[item.path].add(f"{item.path.name}::{item.name}")
    gone = [test for file, found in names.items() for test in refusals.outdated(file.parent, file.name, found)]
    if gone:
        raise pytest.UsageError(f"on record in {refusals.FILE}, but no longer there (`make refusals`): {gone}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    record = session.config.stash.get(RECORD, None)
    if record and exitstatus == pytest.ExitCode.OK:
        record.write()
