"""Quantiles and rates over counted values."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.figures import median, per_thousand, quantile, share


def test_nothing_has_no_figures() -> None:
    assert median({}) is None
    assert quantile({}, 90) is None
    assert share(0, 0) is None
    assert per_thousand(3, 0) is None


def test_the_median_is_a_value_that_occurred() -> None:
    assert median({1: 1, 9: 1}) == 1
    assert median({1: 1, 5: 1, 9: 1}) == 5
    assert median({0: 3, 7: 2}) == 0


def test_nine_in_ten_do_not_exceed_the_ninth_decile() -> None:
    assert quantile({3: 9, 50: 1}, 90) == 3
    assert quantile({3: 8, 50: 2}, 90) == 50


def test_rates_are_rounded() -> None:
    assert share(1, 3) == 0.3333
    assert per_thousand(2, 300) == 6.67


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(1, 100))
def test_a_quantile_is_what_sorting_every_value_would_find(values: list[int], percent: int) -> None:
    counts = {value: values.count(value) for value in values}
    least = min(value for value in values if 100 * sum(v <= value for v in values) >= percent * len(values))

    assert quantile(counts, percent) == least
