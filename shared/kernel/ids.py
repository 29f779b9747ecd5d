"""Identifiers that follow from what caused them, so that a retry produces the same ones."""

from hashlib import sha1
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]*$")]
"""A name that is safe in keys, headers and paths."""

_SPACE = uuid5(NAMESPACE_URL, "https://redress.invalid/ids").bytes


def derived_id(*parts: str | int) -> str:
    """The UUIDv5 of the parts: the same parts give the same id on every machine, for ever."""
    # `str(uuid5(...))`, spelt out: ten ids are derived for one accepted complaint.
    digest = bytearray(sha1(_SPACE + "\x1f".join(map(str, parts)).encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
