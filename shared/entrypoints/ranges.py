"""Byte ranges (RFC 9110, section 14): one range, or the whole."""

import re
from typing import Final, Literal, TypeAlias

Part: TypeAlias = tuple[int, int]
"""Start, and stop beyond the last byte."""

_ONE: Final = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


def part_of(header: str | None, size: int) -> Part | Literal["whole", "outside"]:
    """What a Range header asks of so many bytes. One that is not understood, or of several parts, means the whole."""
    asked = _ONE.fullmatch(header or "")
    if asked is None or not (asked[1] or asked[2]):
        return "whole"
    if not asked[1]:
        last = int(asked[2])
        return (max(size - last, 0), size) if last else "outside"
    start = int(asked[1])
    stop = int(asked[2]) + 1 if asked[2] else max(size, start + 1)
    if stop <= start:
        return "whole"
    return (start, min(stop, size)) if start < size else "outside"


def still_whole(if_range: str | None, tag: str) -> bool:
    """Whether `If-Range` asks for the whole because the caller's part is of something else. Dates never match."""
    return if_range is not None and if_range.strip() != tag
