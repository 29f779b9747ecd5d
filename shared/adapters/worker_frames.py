"""What passes between a service and its workers: requests by pickle, answers as plain data only.

A worker reads hostile bytes, so what it says is never unpickled: an answer is JSON, with bytes carried beside it.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Any, Final

import orjson
from pydantic import BaseModel

HEAD: Final = Struct(">IQ")
"""Length of the JSON, and of all bytes beside it together."""
LENGTH: Final = Struct(">Q")
_BYTES: Final = "$bytes"


class FrameError(ValueError):
    """A frame says something no worker of ours would say."""


def pack(value: Any) -> bytes:
    """A frame with plain data: None, truth values, numbers, text, bytes, lists, mappings, dataclasses and models."""
    beside: list[bytes] = []

    def _default(part: Any) -> Any:
        if isinstance(part, BaseModel):
            return part.model_dump(mode="json")
        if isinstance(part, bytes | bytearray | memoryview):
            beside.append(bytes(part))
            return {_BYTES: len(beside[-1])}
        raise TypeError(f"an answer cannot hold a {type(part).__name__}")

    text = orjson.dumps(value, default=_default)
    return b"".join((HEAD.pack(len(text), sum(map(len, beside))), text, *beside))


def unpack(text: bytes, beside: bytes) -> Any:
    """The plain data of a frame; raises FrameError when its parts do not fit together."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FrameError(f"an answer is no JSON: {error}") from error
    cursor = [0]
    whole = _with_bytes(value, beside, cursor)
    if cursor[0] != len(beside):
        raise FrameError(f"{len(beside) - cursor[0]} bytes belong to no part of the answer")
    return whole


def _with_bytes(part: Any, beside: bytes, cursor: list[int]) -> Any:
    match part:
        case {"$bytes": int(length)} if len(part) == 1:
            start, end = cursor[0], cursor[0] + length
            if length < 0 or end > len(beside):
                raise FrameError("a part of the answer lies outside of its bytes")
            cursor[0] = end
            return beside[start:end]
        case dict():
            return {name: _with_bytes(value, beside, cursor) for name, value in part.items()}
        case list():
            return [_with_bytes(value, beside, cursor) for value in part]
        case _:
            return part


def names_of(modules: Sequence[str]) -> str:
    """Module names as one argument of a command line."""
    return ",".join(modules)
