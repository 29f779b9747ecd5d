"""Whether readers of one JSON Schema can read what writers of another write: the rules of `redress contracts diff`.

A writer writes the fields that its schema declares and no others; a reader takes unknown fields unless its schema is
closed. Everything that is not shown to be readable counts as a break, unknown keywords too, so a verdict may be too
strict and is never too mild. The terms are those of Confluent's registry (docs/contracts.md has the table).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

Schema = Mapping[str, Any]

_SAYS_NOTHING: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "examples"})
_LEAST: Final = ("minLength", "minItems", "minimum")
_MOST: Final = ("maxLength", "maxItems", "maximum")
_SAME: Final = ("pattern", "format")
_JUDGED: Final = _SAYS_NOTHING | {
    "type", "properties", "required", "additionalProperties", "items", "const", *_LEAST, *_MOST, *_SAME,
}  # fmt: skip
_TYPES: Final[Mapping[type, str]] = {str: "string", bool: "boolean", int: "integer", float: "number"}


class Verdict(StrEnum):
    """How a new schema goes with an old one."""

    FULL = "full"
    BACKWARD = "backward"
    FORWARD = "forward"
    NONE = "none"

    def meets(self, needed: "Verdict") -> bool:
        """Whether this is at least what is needed."""
        return self is needed or self is Verdict.FULL or needed is Verdict.NONE


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what breaks: `backward` for new readers of old data, `forward` for old readers of new data."""

    verdict: Verdict
    backward: Sequence[str] = ()
    forward: Sequence[str] = ()


def judged(old: Schema, new: Schema) -> Judged:
    """Compare two versions of one contract."""
    backward, forward = breaks(writer=old, reader=new), breaks(writer=new, reader=old)
    match bool(backward), bool(forward):
        case False, False:
            verdict = Verdict.FULL
        case False, True:
            verdict = Verdict.BACKWARD
        case True, False:
            verdict = Verdict.FORWARD
        case _:
            verdict = Verdict.NONE
    return Judged(verdict, backward, forward)


def breaks(*, writer: Schema, reader: Schema) -> Sequence[str]:
    """Why a reader cannot read everything that a writer may write, by field; empty where it can."""
    return list(dict.fromkeys(_Reading(writer, reader).schema(writer, reader, "")))


class _Reading:
    def __init__(self, writer: Schema, reader: Schema) -> None:
        self._writer = writer
        self._reader = reader
        self._under_way: set[tuple[str, str]] = set()

    def schema(self, written: Schema, read: Schema, at: str) -> Iterator[str]:
        """Each thing that may be written has to be read in one way."""
        pair = (str(written.get("$ref", "")), str(read.get("$ref", "")))
        if all(pair):
            if pair in self._under_way:
                return
            self._under_way.add(pair)
        ways = list(_ways(read, self._reader))
        for one in _ways(written, self._writer):
            tried = [list(self._one(one, way, at)) for way in ways]
            if all(tried):
                # The way of its own type tells best what is wrong.
                alike = [found for found, way in zip(tried, ways, strict=True) if _type_of(way) == _type_of(one)]
                yield from min(alike or tried, key=len)
        if all(pair):
            self._under_way.discard(pair)

    def _one(self, written: Schema, read: Schema, at: str) -> Iterator[str]:
        here = at or "the data"
        if "const" in written:
            if not _takes(read, written["const"]):
                yield f"{here}: the value {written['const']!r} is not read"
            return
        if "const" in read:
            yield f"{here}: only the value {read['const']!r} is read"
            return
        kind, wanted = written.get("type"), read.get("type")
        if wanted is not None and kind != wanted and (kind, wanted) != ("integer", "number"):
            yield f"{here}: {kind or 'anything'} is written, {wanted} is read"
            return
        if kind is None and read.keys() - _SAYS_NOTHING:
            yield f"{here}: anything is written, not everything is read"
            return
        yield from _bounds(written, read, here)
        if kind == "array" and "items" in read:
            yield from self.schema(written.get("items", {}), read["items"], f"{at}[]")
        if kind == "object":
            yield from self._object(written, read, f"{at}." if at else "")

    def _object(self, written: Schema, read: Schema, at: str) -> Iterator[str]:
        told, known = written.get("properties", {}), read.get("properties", {})
        open_ended = bool(written.get("additionalProperties", False))
        for name in read.get("required", ()):
            if name not in told and not open_ended:
                yield f"{at}{name}: is needed, and is not written"
            elif name not in written.get("required", ()):
                yield f"{at}{name}: is needed, and may be left out"
        for name, field in told.items():
            yield from self._field(name, field, read, at)
        if open_ended:
            more = written["additionalProperties"]
            every: Schema = {} if more is True else more
            for name in sorted(known.keys() - told.keys()):
                yield from self.schema(every, known[name], f"{at}{name}")
            yield from self._field("*", every, read, at)

    def _field(self, name: str, field: Schema, read: Schema, at: str) -> Iterator[str]:
        known, free = read.get("properties", {}), read.get("additionalProperties", True)
        if name in known:
            yield from self.schema(field, known[name], f"{at}{name}")
        elif free is False:
            yield f"{at}{name}: is unknown to a reader who is closed to unknown fields"
        elif isinstance(free, Mapping):
            yield from self.schema(field, free, f"{at}{name}")


def _bounds(written: Schema, read: Schema, here: str) -> Iterator[str]:
    for key in _LEAST:
        low = written.get(key, None if key == "minimum" else 0)
        if key in read and (low is None or low < read[key]) and (key == "minimum" or read[key] > 0):
            yield f"{here}: {key} {read[key]} is read, {low if key in written else 'none'} is written"
    for key in _MOST:
        if key in read and (key not in written or written[key] > read[key]):
            yield f"{here}: {key} {read[key]} is read, {written.get(key, 'none')} is written"
    for key in _SAME:
        if key in read and written.get(key) != read[key]:
            yield f"{here}: {key} {read[key]} is read, {written.get(key, 'none')} is written"
    for key in sorted(read.keys() - _JUDGED):
        if written.get(key) != read[key]:
            yield f"{here}: {key} is a keyword that is not judged; leave it as it was"


def _ways(schema: Schema, root: Schema) -> Iterator[Schema]:
    """A schema as its alternatives, none of which has a reference, an `anyOf`, an `enum` or several types."""
    match schema:
        case {"$ref": str(reference), **others}:
            found = root["$defs"][reference.removeprefix("#/$defs/")]
            yield from _ways({**found, **others}, root)
        case {"anyOf": list(options), **others}:
            for option in options:
                yield from _ways({**others, **option}, root)
        case {"enum": list(values), **others}:
            yield from ({**others, "const": value} for value in values)
        case {"type": list(kinds), **others}:
            yield from ({**others, "type": kind} for kind in kinds)
        case _:
            yield schema


def _takes(read: Schema, value: Any) -> bool:
    """Whether one known value is read."""
    if "const" in read:
        return bool(read["const"] == value and type(read["const"]) is type(value))
    kind = "null" if value is None else _TYPES.get(type(value), "")
    if read.get("type", kind) != kind and (kind, read.get("type")) != ("integer", "number"):
        return False
    size = len(value) if isinstance(value, str) else value
    least, most = ("minLength", "maxLength") if isinstance(value, str) else ("minimum", "maximum")
    if value is not None and not read.get(least, size) <= size <= read.get(most, size):
        return False
    if isinstance(value, str) and "pattern" in read and not re.search(read["pattern"], value):
        return False
    return "format" not in read and not read.keys() - _JUDGED


def _type_of(schema: Schema) -> Any:
    if "const" not in schema:
        return schema.get("type")
    return "null" if schema["const"] is None else _TYPES.get(type(schema["const"]))
