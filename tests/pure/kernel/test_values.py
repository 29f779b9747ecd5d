"""How a moment is told to people."""

from datetime import timedelta

from shared.kernel.values import said
from tests.kit.deciding import NOON


def test_a_moment_is_told_to_the_minute_and_to_the_second_where_that_is_not_whole() -> None:
    assert said(NOON) == "2026-11-02 12:00 UTC"
    assert said(NOON + timedelta(seconds=7)) == "2026-11-02 12:00:07 UTC"
