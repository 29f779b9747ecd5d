"""Kafka records apart from any client library, and recordings of them: one JSON object a line."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Headers = Sequence[tuple[str, bytes | None]]

STRUCTURED = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: what a consumer's function is handed, whichever client library fetched it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    partition: int = 0
    offset: int = 0

    def header(self, name: str) -> str | None:
        """A header's text by its name in any case; None where it is absent, null or not UTF-8."""
        found = [value for key, value in self.headers if key.lower() == name]
        try:
            return found[-1].decode() if found and found[-1] is not None else None
        except UnicodeDecodeError:
            return None

    def with_headers(self, **changes: bytes | None) -> "Record":
        """A copy with CloudEvents headers changed, added or, with None, left out; names come without their `ce_`."""
        named = {f"ce_{name}": value for name, value in changes.items()}
        kept = [(key, value) for key, value in self.headers if key.lower() not in named]
        return replace(self, headers=(*kept, *((key, value) for key, value in named.items() if value is not None)))

    def structured(self) -> "Record":
        """The same event in CloudEvents' structured mode: envelope and data in the value, nothing else in headers."""
        event: dict[str, Any] = {}
        for name, value in self.headers:
            if value is not None and (name.startswith("ce_") or name == "traceparent"):
                event[name.removeprefix("ce_")] = value.decode()
        event |= {"datacontenttype": "application/json", "data": json.loads(self.value or b"null")}
        value = json.dumps(event, ensure_ascii=False).encode()
        return replace(self, value=value, headers=(("content-type", f"{STRUCTURED}; charset=utf-8".encode()),))

    def line(self) -> str:
        """The record as one line of a recording. What is not UTF-8 stands as `{"base64": …}`."""
        told = {
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "key": _said(self.key),
            "headers": [[name, _said(value)] for name, value in self.headers],
            "value": _said(self.value),
        }
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def of_line(cls, line: str) -> "Record":
        """The record that a line of a recording holds; raises ValueError for a line that holds none."""
        try:
            told = json.loads(line)
            return cls(
                topic=told["topic"],
                key=_bytes(told["key"]),
                value=_bytes(told["value"]),
                headers=tuple((name, _bytes(value)) for name, value in told["headers"]),
                partition=told["partition"],
                offset=told["offset"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"not a recorded record: {error!r}; `redress topics record` writes them") from error


def read_recording(file: Path) -> list[Record]:
    """Every record of a recording; raises ValueError naming the line that holds none."""
    found: list[Record] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                found.append(Record.of_line(line))
            except ValueError as error:
                raise ValueError(f"{file}, line {number}: {error}") from error
    return found


def write_recording(file: Path, records: Iterable[Record]) -> None:
    """Write records as a recording."""
    file.write_text("".join(f"{record.line()}\n" for record in records), encoding="utf-8")


def _said(value: bytes | None) -> Any:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value or b"").decode()}


def _bytes(told: Any) -> bytes | None:
    match told:
        case None:
            return None
        case str():
            return told.encode()
        case {"base64": str(text)}:
            return b64decode(text)
        case other:
            raise ValueError(f"{other!r} is neither text, null nor base64")
