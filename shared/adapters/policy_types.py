"""Whether each field of a policy document is there, is known and has its type, told as broken rules."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shared.adapters.policy_document import Broken, Path
from shared.kernel.policy import Policy

_RULES: Final = {
    "missing": "field_must_be_present",
    "extra_forbidden": "field_must_be_known",
    "enum": "value_must_be_one_of_those_listed",
    "literal_error": "value_must_be_one_of_those_listed",
    "greater_than": "value_must_be_within_its_bounds",
    "greater_than_equal": "value_must_be_within_its_bounds",
    "less_than": "value_must_be_within_its_bounds",
    "less_than_equal": "value_must_be_within_its_bounds",
}


def validated(data: Any) -> tuple[Policy | None, Sequence[ErrorDetails]]:
    """The policy, or everything that its types say is wrong; strict, so that a quoted number is no number."""
    try:
        return Policy.model_validate_json(json.dumps(data), strict=True), ()
    except ValidationError as error:
        return None, error.errors()


def broken_types(errors: Sequence[ErrorDetails]) -> Iterator[Broken]:
    """One broken rule per error that is about a field."""
    for error in errors:
        path: Path = error["loc"]
        if not path:
            continue
        rule = _RULES.get(error["type"], "value_must_be_of_its_type")
        match rule:
            case "field_must_be_present":
                yield Broken(path, rule, f"{path[-1]} is missing", f"add `{path[-1]}:`")
            case "field_must_be_known":
                yield Broken(path, rule, f"a policy has no {path[-1]} here", _instead(path))
            case _:
                yield Broken(path, rule, f"{error['msg']}, not {_shown(error['input'])}", "correct the value")


def _instead(path: Path) -> str:
    known = sorted(_fields_at(path[:-1]) - {"version"})
    close = get_close_matches(str(path[-1]), known, n=1)
    return f"write {close[0]}" if close else f"remove it; known here: {', '.join(known)}"


def _fields_at(path: Path) -> frozenset[str]:
    """The names of the fields that a policy has at a path."""
    models: list[type[BaseModel]] = [Policy]
    for part in path:
        if isinstance(part, int):
            continue
        inner = [field.annotation for model in models if (field := model.model_fields.get(part)) is not None]
        # A name that is no field is a key of a mapping: its value is of the type that was reached already.
        models = [found for annotation in inner for found in _models_in(annotation)] or models
    return frozenset(name for model in models for name in model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
