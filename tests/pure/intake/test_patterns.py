"""Patterns in a buyer's cases, told to staff."""

from datetime import date

from services.intake.domain.patterns import Flag, flags, most_at_once
from shared.kernel.policy import BuyerPatterns

TOLD = BuyerPatterns(days=30, cases=3, withdrawn=2, rejected=2)
NOVEMBER = {date(2026, 11, 1): 1, date(2026, 11, 30): 2, date(2026, 12, 1): 1}


def test_the_busiest_days_on_end_are_found_wherever_they_begin() -> None:
    assert most_at_once(NOVEMBER, 30) == 3
    assert most_at_once(NOVEMBER, 31) == 4
    assert most_at_once(NOVEMBER, 1) == 2
    assert most_at_once({}, 30) == 0


def test_each_pattern_is_told_from_its_number_on() -> None:
    assert list(flags(NOVEMBER, 2, 2, TOLD)) == [
        Flag(pattern="many_cases", seen=3, told_from=3, says="3 cases were filed within 30 days"),
        Flag(pattern="many_withdrawn", seen=2, told_from=2, says="2 cases were withdrawn by the buyer"),
        Flag(pattern="many_rejected", seen=2, told_from=2, says="2 cases were rejected by screening"),
    ]


def test_below_its_number_nothing_is_told() -> None:
    assert list(flags({date(2026, 11, 1): 2}, 1, 1, TOLD)) == []


def test_a_policy_that_says_nothing_of_patterns_wants_to_be_told_nothing() -> None:
    assert list(flags(NOVEMBER, 99, 99, None)) == []
