"""The locks pin everything that pyproject.toml names, and say nothing about the machine that made them."""

import re
import tomllib
from typing import Any

import pytest

from tests.architecture.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.lock": [*PROJECT["dependencies"], *EXTRAS["embedded"], *EXTRAS["dev"]],
    "requirements-runtime.lock": PROJECT["dependencies"],
}
LINE = re.compile(r"([a-z0-9-]+)==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def missing(requirements: list[str], lock: str) -> list[str]:
    pinned = {found[1] for line in lock.splitlines() if (found := LINE.fullmatch(line))}
    return [requirement for requirement in requirements if name_of(requirement) not in pinned]


def foreign(lock: str) -> list[str]:
    """Lines that are neither a pinned version nor a hash: a URL, a path, an index, a comment."""
    return [line for line in lock.splitlines() if not LINE.fullmatch(line)]


@pytest.mark.parametrize(("lock", "requirements"), LOCKS.items(), ids=list(LOCKS))
def test_a_lock_pins_every_requirement_and_nothing_but_versions(lock: str, requirements: list[Any]) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not missing(requirements, text), "run make lock"
    assert not foreign(text)


PLANTED = "motor==3.7.1 \\\n    --hash=sha256:" + "0" * 64


def test_a_planted_missing_requirement_is_found() -> None:
    assert missing(["motor==3.7.1", "py_mongo[srv]>=4; sys_platform == 'linux'"], PLANTED) == [
        "py_mongo[srv]>=4; sys_platform == 'linux'"
    ]


@pytest.mark.parametrize(
    "planted",
    ["--index-url https://index.example/simple", "# made in /home/me", "motor @ file:///tmp/motor.whl", "motor==3.7.1"],
)
def test_a_planted_foreign_line_is_found(planted: str) -> None:
    assert foreign(f"{PLANTED}\n{planted}") == [planted]


INSTALLERS = ("Makefile", "Dockerfile")


def resolving(recipe: str) -> list[str]:
    """Installs from a lock that leave pip free to resolve: it may look past a pin at a release without a hash."""
    return [line.strip() for line in recipe.splitlines() if "--require-hashes" in line and "--no-deps" not in line]


@pytest.mark.parametrize("name", INSTALLERS)
def test_an_install_from_a_lock_does_not_resolve_again(name: str) -> None:
    recipe = (ROOT / name).read_text(encoding="utf-8")

    assert "--require-hashes" in recipe
    assert not resolving(recipe)


def test_a_planted_resolving_install_is_found() -> None:
    assert resolving("pip install --require-hashes -r requirements.lock") == [
        "pip install --require-hashes -r requirements.lock"
    ]
