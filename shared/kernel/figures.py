"""Figures over counted values: quantiles and rates, exact and the same whichever way the values were counted."""

from collections.abc import Mapping
from math import ceil


def quantile(counts: Mapping[int, int], percent: int) -> int | None:
    """The least value that at least so many percent of the values do not exceed; None where there is none."""
    total = sum(counts.values())
    rank = max(1, ceil(total * percent / 100))
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0:
            return value
    return None


def median(counts: Mapping[int, int]) -> int | None:
    """The lower median: a value that did occur."""
    return quantile(counts, 50)


def share(part: float, whole: float) -> float | None:
    """Part of a whole, to four places; None where there is no whole."""
    return round(part / whole, 4) if whole else None


def per_thousand(part: int, whole: int) -> float | None:
    """How many to each thousand, to two places; None where there is no whole."""
    return round(1000 * part / whole, 2) if whole else None
