"""What people write: marked where it stands, and kept as a sealed token once it came in (ADR 0022)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args

from pydantic import AfterValidator, BaseModel, StringConstraints, WithJsonSchema

TOKEN: Final = re.compile(r"pd1:([A-Za-z0-9][A-Za-z0-9._:~-]{0,127}):([A-Za-z0-9_-]{39,});")
"""A sealed text: whose key it is under, then nonce, ciphertext and tag. The semicolon ends it inside a sentence.

None of its characters is escaped in JSON, and an id cannot hold one: it ends in a semicolon.
"""

MASKED: Final = re.compile("pm1" + TOKEN.pattern.removeprefix("pd1"))
"""A sealed text that is to be masked once it is opened: for a reader who may not see contact details in it."""

ERASED: Final = "[erased]"
"""What stands for a text whose key was destroyed."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a text that a person writes or that tells of one, of at most `longest` characters."""

    longest: int = 4000


def _at_most(longest: int) -> AfterValidator:
    def short_enough(text: str) -> str:
        # Sealed it is longer; the edge, where texts come in, holds even what looks like a token to the limit.
        if len(text) > longest and not TOKEN.fullmatch(text):
            message = f"String should have at most {longest} characters"
            raise ValueError(message)
        return text

    return AfterValidator(short_enough)


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    _at_most(4000),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 4000}),
    Personal(),
]
"""Free text that a person writes: never empty, at most 4,000 characters."""

Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    _at_most(4000),
    WithJsonSchema({"type": "string", "maxLength": 4000}),
    Personal(),
]
"""Free text that may be empty, at most 4,000 characters."""

Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    _at_most(128),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 128}),
    Personal(128),
]
"""What proceedings elsewhere, a parcel or a way to reach somebody go by: at most 128 characters."""


def mark_of(annotation: Any, metadata: list[Any] | tuple[Any, ...] = ()) -> Personal | None:
    """The mark on a text of this type, whether it stands alone, may be missing, or is one of several."""
    found = next((mark for mark in metadata if isinstance(mark, Personal)), None)
    if found is not None:
        return found
    inner = getattr(annotation, "__metadata__", ())
    return next((mark for part in (*inner, *get_args(annotation)) if (mark := _mark_in(part))), None)


def _mark_in(part: Any) -> Personal | None:
    return part if isinstance(part, Personal) else mark_of(part)


def with_texts(value: Any, change: Callable[[str, Personal], str]) -> Any:
    """A value with each of its marked texts changed; the same value when it has none."""
    if isinstance(value, tuple):
        changed = tuple(with_texts(part, change) for part in value)
        return changed if any(new is not old for new, old in zip(changed, value, strict=True)) else value
    if not isinstance(value, BaseModel):
        return value
    changes: dict[str, Any] = {}
    for name, field in type(value).model_fields.items():
        old = getattr(value, name)
        mark = mark_of(field.annotation, field.metadata) if isinstance(old, str | tuple) else None
        new = _changed(old, mark, change) if mark else with_texts(old, change)
        if new is not old:
            changes[name] = new
    return value.model_copy(update=changes) if changes else value


def _changed(value: Any, mark: Personal, change: Callable[[str, Personal], str]) -> Any:
    if isinstance(value, str):
        return change(value, mark) if value else value
    return tuple(_changed(part, mark, change) for part in value)
