"""Both sides compared: who got more is said in a plain sentence, whoever it is."""

import pytest

from shared.kernel.actors import Side
from shared.kernel.treatment import Of, Unit, Wording, compared, difference, report


def wording(unit: Unit = "times", of: Of = "given", said: str = "was reminded {}") -> Wording:
    return Wording(name="it", of=of, unit=unit, said=said)


@pytest.mark.parametrize(
    ("buyer", "seller", "sentence"),
    [
        (3, 1, "The buyer was reminded 3 times, the seller once."),
        (0, 2, "The seller was reminded twice, the buyer not at all."),
        (2, 2, None),
        (0, 0, None),
    ],
)
def test_whoever_got_more_is_named_first(buyer: int, seller: int, sentence: str | None) -> None:
    assert difference(wording(), buyer, seller) == sentence


@pytest.mark.parametrize(
    ("buyer", "seller", "amounts"),
    [
        (92 * 3600, 72 * 3600, "was given 92 h, the seller 72 h"),
        (3600 + 62, 59, "was given 1 h 1 min 2 s, the seller 59 s"),
        (120, 0, "was given 2 min, the seller no time"),
    ],
)
def test_time_is_said_in_hours_minutes_and_seconds(buyer: int, seller: int, amounts: str) -> None:
    assert difference(wording("seconds", said="was given {}"), buyer, seller) == f"The buyer {amounts}."


def test_things_are_counted() -> None:
    brought = wording("items", said="brought {}")

    assert difference(brought, 1, 0) == "The buyer brought 1 item, the seller none."
    assert difference(brought, 1, 2) == "The seller brought 2 items, the buyer 1 item."


def test_what_is_not_known_of_both_is_left_out() -> None:
    chapter = compared("it", [wording()], {Side.BUYER: {"it": 4}, Side.SELLER: {"it": None}})

    assert chapter.measures == ()


def test_only_a_difference_in_what_was_given_is_one_of_treatment() -> None:
    amounts = {Side.BUYER: {"it": 4}, Side.SELLER: {"it": 1}}

    given, done = ([compared("it", [wording(of=of)], amounts)] for of in ("given", "done"))

    assert given[0].measures[0].difference == done[0].measures[0].difference
    assert not report("case-1", "evidence", given).given_alike
    assert report("case-1", "evidence", done).given_alike
