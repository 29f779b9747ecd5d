"""What is masked in the labelled texts, what is not, and what is masked for nothing; docs/access.md has the figures."""

import re
from itertools import pairwise
from time import perf_counter
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.masking import LABELS, found, mask
from tests.architecture.tree import ROOT
from tests.kit.contact_texts import LAST, MORE, USED, Labelled, labelled

SETS: Final = {"first": USED, "second": MORE, "third": LAST}
MASKED_FOR_NOTHING: Final = {"It took me 2 Long Drive sessions to find it"}
"""A price: `2 Long Drive` is written as a street is."""
ROW: Final = re.compile(r"\| (first|second|third) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")


def missed(text: Labelled) -> int:
    """How many marked stretches are not masked whole."""
    spans = found(text.text)
    return sum(not any(s <= start and stop <= e for s, e, _ in spans) for _, start, stop in text.marked)


def for_nothing(text: Labelled) -> int:
    """How many stretches are masked that have nothing to do with a marked one."""
    apart = (not any(s < stop and start < e for _, start, stop in text.marked) for s, e, _ in found(text.text))
    return sum(apart)


@pytest.mark.parametrize(
    "text", [labelled(source) for texts in SETS.values() for source in texts], ids=lambda t: t.text
)
def test_what_reaches_a_person_is_masked_and_nothing_else(text: Labelled) -> None:
    assert (missed(text), for_nothing(text)) == (0, int(text.text in MASKED_FOR_NOTHING))


def test_the_page_has_the_figures_of_the_sets() -> None:
    rows = ROW.findall((ROOT / "docs/access.md").read_text(encoding="utf-8"))

    counted = []
    for name, texts in SETS.items():
        every = [labelled(source) for source in texts]
        clean = [text for text in every if not text.marked]
        stretches = sum(len(text.marked) for text in every)
        counts = (stretches, stretches - sum(map(missed, every)), len(clean), sum(map(for_nothing, every)))
        counted.append((name, *map(str, counts)))
    assert rows == counted


def test_it_is_said_of_what_kind_was_what_is_masked() -> None:
    assert mask("Call +1 415 555 2671 or write to lin@example.com, I am at 12 Elm Street, Bonn") == (
        "Call [phone number masked] or write to [e-mail masked], I am at [address masked]"
    )


@pytest.mark.parametrize("kind", LABELS)
def test_every_kind_is_among_the_labelled_texts(kind: str) -> None:
    assert any(kind == marked for texts in SETS.values() for source in texts for marked, *_ in labelled(source).marked)


@pytest.mark.parametrize(
    "text",
    [
        "身份证 110105194912310021",
        "card 4111111111111112",
        "A123456(4)",
        "IBAN DE88370400440532013000",
        "订单 6222021234567890128",
    ],
    ids=["citizen", "card", "Hong Kong", "IBAN", "counted"],
)
def test_a_number_whose_check_digit_is_wrong_or_that_counts_things_stays(text: str) -> None:
    assert mask(text) == text


def test_what_is_written_full_width_or_with_something_invisible_in_it_is_read_as_it_is_meant() -> None:
    assert mask("打１３８１２３４５６７８吧") == mask("打138\u200b1234\u200b5678吧") == "打[phone number masked]吧"
    assert mask("㍿ ﷺ 没有号码") == "㍿ ﷺ 没有号码"


@given(st.text(max_size=200))
def test_what_lies_between_the_stretches_is_as_it_was_written(text: str) -> None:
    spans = found(text)
    kept, end = [], 0
    for start, stop, _ in spans:
        kept.append(text[end:start])
        end = stop
    kept.append(text[end:])

    assert re.split("|".join(map(re.escape, LABELS.values())), mask(text)) == kept
    assert all(0 <= start < stop <= len(text) for start, stop, _ in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "unit",
    ["省市区路", "北京市朝阳区", "文三路", "路1号", "13", "1-", "a.", "a@a.", "DE89 AAAA ", "a dot a at a dot ", "Aa "],
)
def test_no_text_takes_time_out_of_proportion(unit: str) -> None:
    """INVARIANT: a party cannot hold up the service with what it writes.

    With zones and streets that are tried in every way of reading them, 2,000 characters took half a minute.
    """
    text = (unit * 4000)[:4000]
    begun = perf_counter()

    found(text)

    assert perf_counter() - begun < 2
