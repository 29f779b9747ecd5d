"""Marked texts: found wherever they stand in a value, and held to their length unless they are sealed."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.kernel.texts import Personal, Reference, Remark, Words, with_texts
from shared.kernel.values import Value

TOKEN = "pd1:lin:" + "A" * 6000 + ";"


class Inner(Value):
    said: Words
    code: str = "kept"


class Outer(Value):
    first: Words
    maybe: Words | None = None
    several: tuple[Words, ...] = ()
    inner: tuple[Inner, ...] = ()
    plain: tuple[str, ...] = ("kept",)
    remark: Remark = ""
    reference: Reference = "r"


def louder(text: str, mark: Personal) -> str:
    return f"{text.upper()}/{mark.longest}"


def test_every_marked_text_is_changed_and_nothing_else() -> None:
    whole = Outer(first="a", maybe="b", several=("c", "d"), inner=(Inner(said="e"),), remark="f")

    assert with_texts(whole, louder) == Outer(
        first="A/4000",
        maybe="B/4000",
        several=("C/4000", "D/4000"),
        inner=(Inner(said="E/4000"),),
        remark="F/4000",
        reference="R/128",
    )


def test_a_value_whose_texts_stay_is_the_same_value() -> None:
    whole = Outer(first="a", several=("b",), inner=(Inner(said="c"),))

    assert with_texts(whole, lambda text, _: text) == whole
    assert with_texts(("kept",), louder) == ("kept",)


@pytest.mark.parametrize(("kind", "longest"), [(Words, 4000), (Remark, 4000), (Reference, 128)])
def test_a_text_is_held_to_its_length_and_a_sealed_one_is_not(kind: Any, longest: int) -> None:
    read: TypeAdapter[str] = TypeAdapter(kind)

    assert read.validate_python("x" * longest) == "x" * longest
    assert read.validate_python(TOKEN) == TOKEN
    with pytest.raises(ValidationError, match=f"at most {longest} characters"):
        read.validate_python("x" * (longest + 1))
