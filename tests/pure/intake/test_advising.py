# ruff: noqa: RUF001  # Chinese is written with Chinese punctuation
"""Advice stands beside the answer: it says what a description lacks, and never changes what is decided."""

from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.domain.advising import Advice, advice_on
from services.intake.domain.events import ComplaintFiled
from services.intake.domain.filing import FileComplaint
from shared.eventing.messages import Fact
from shared.kernel.policy import AdviceRule
from tests.examples.intake import POLICY, a_teapot, file_complaint, nothing

EVERYTHING_SAID = "On Saturday I unpacked model LQ-220: the spout is cracked. I want my money back."
ALL_SAID_IN_CHINESE = "昨天收到，型号LQ-220，壶嘴裂了，要求退货退款。"
RUDE = ("You are crooks and liars.", "骗子！垃圾商家！", "What the fuck.")


def about(description: str, **line: str) -> list[str]:
    return [advice.about for advice in advice_on(description, a_teapot(**line), POLICY.advice)]


@pytest.mark.parametrize(
    ("description", "missing"),
    [
        (EVERYTHING_SAID, []),
        (ALL_SAID_IN_CHINESE, []),
        ("It is bad.", ["model", "time", "what_happened", "wanted_solution"]),
        ("东西很差。", ["model", "time", "what_happened", "wanted_solution"]),
        ("Model LQ-220 is cracked, I want a refund.", ["time"]),
        ("The Longquan celadon TEAPOT leaks since yesterday.", ["wanted_solution"]),
        ("3天前收到，红色款，想换货。", ["what_happened"]),
        ("Yesterday it stopped. Repair it!", ["model"]),
    ],
)
def test_what_is_missing_is_named_in_english_and_in_chinese(description: str, missing: list[str]) -> None:
    assert about(description) == missing


def test_the_model_of_the_order_line_counts_as_naming_it() -> None:
    assert "model" in about("The celadon is cracked.", model="Celadon Q")
    assert "model" not in about("The celadon q is cracked.", model="Celadon Q")


@pytest.mark.parametrize("rude", RUDE)
def test_strong_words_are_answered_with_a_friendly_line(rude: str) -> None:
    assert about(f"{EVERYTHING_SAID} {rude}") == ["tone"]
    (advice,) = advice_on(f"{EVERYTHING_SAID} {rude}", a_teapot(), POLICY.advice)
    assert advice == Advice(
        about="tone",
        zh="激烈的措辞不影响处理结果；只写事实，会更容易看懂。",
        en="Strong words do not change the result; facts alone are easier to follow.",
    )


def test_the_advice_is_kept_with_the_complaint_accepted_or_not() -> None:
    for changes in ({}, {"attested": None}):
        filed, *_ = nothing().when(file_complaint(description="Bad!", **changes)).outcome
        assert isinstance(filed, ComplaintFiled)
        assert [advice.about for advice in filed.advice] == ["model", "time", "what_happened", "wanted_solution"]


def decision(command: FileComplaint) -> list[Fact]:
    """What was decided, without the words that it was decided on."""
    filed, *rest = nothing().when(command).outcome
    return [filed.model_copy(update={"description": "", "advice": ()}), *rest]


CASES: tuple[dict[str, Any], ...] = (
    {},
    {"attested": None},
    {"category": "seller_violation", "sub_reason": "counterfeit"},
    {"taken_up": "decided", "category": "bad_luck"},
)


@every(st.sampled_from(CASES), st.text(min_size=1).filter(str.strip), st.sampled_from(("", *RUDE)))
def test_no_wording_changes_a_decision(changes: dict[str, Any], words: str, rude: str) -> None:
    """INVARIANT: tone never changes a decision.

    Broken by a screening rule, a tier or a policy that looks at the description.
    """
    said = file_complaint(**changes, description=f"{words} {rude}"[:4000])
    assert decision(said) == decision(file_complaint(**changes, description=EVERYTHING_SAID))


def test_a_cue_that_is_no_pattern_is_told_when_the_policy_is_read() -> None:
    rule = POLICY.advice[0].model_dump()
    with pytest.raises(ValidationError, match="no regular expression"):
        AdviceRule.model_validate(rule | {"cues": ["("]})
