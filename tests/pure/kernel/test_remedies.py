"""When a ruling goes against the seller: one rule, for the review and for the scorecards."""

import pytest

from shared.kernel.remedies import Remedy, Terms, against_seller

TERMS = Terms(remedy=Remedy.RETURN_REFUND)


@pytest.mark.parametrize(
    ("terms", "liability", "against"), [(TERMS, 1, True), (TERMS, 100, True), (TERMS, 0, False), (None, 100, False)]
)
def test_a_ruling_goes_against_the_seller_who_is_liable_for_what_the_buyer_is_given(
    terms: Terms | None, liability: int, against: bool
) -> None:
    assert against_seller(terms, liability) is against
