"""The tree as it stands keeps every import contract."""

from tests.architecture.fences import linter
from tests.architecture.tree import ROOT


def test_every_import_keeps_the_fences() -> None:
    with linter() as import_linter:
        linted = import_linter.lint(ROOT)

    assert not linted.broken, linted.said
