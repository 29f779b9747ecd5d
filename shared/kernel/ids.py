"""Identifiers that follow from what caused them, so that a retry produces the same ones."""

from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]*$")]
"""A name that is safe in keys, headers and paths."""

_SPACE = uuid5(NAMESPACE_URL, "https://redress.invalid/ids")


def derived_id(*parts: str | int) -> str:
    """The UUIDv5 of the parts: the same parts give the same id on every machine, for ever."""
    return str(uuid5(_SPACE, "\x1f".join(map(str, parts))))
