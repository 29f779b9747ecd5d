"""Spoiled and newer copies of sound records: what a consumer may meet on a topic without being stopped by it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from redress_contracts.reading import Received
from redress_contracts.records import STRUCTURED, Record

_UNKNOWN = "redress.told_in_2031.v1"


def with_poison(records: Sequence[Record]) -> Iterator[Record]:
    """The records, with a spoiled copy before and another after each, every kind of spoiling in turn."""
    for number, record in enumerate(records):
        kinds = list(spoiled(record))
        yield kinds[(2 * number) % len(kinds)]
        yield record
        yield kinds[(2 * number + 1) % len(kinds)]
    yield from spoiled(records[-1])


def spoiled(record: Record) -> Iterator[Record]:
    """Every kind of spoiled copy of a record; none of them is a fact."""
    for value in (None, b"", b'{"case_id": ', b"[]", b"null", b"\xff\xfe", b"{}"):
        yield replace(record, value=value)
    yield replace(record, headers=())
    for name in ("id", "type", "specversion"):
        yield record.with_headers(**{name: None})
        yield record.with_headers(**{name: b"\xff"})
    yield record.with_headers(specversion=b"0.3")
    yield record.with_headers(subject=b"somebody-elses-case")
    yield replace(record, value=b"not JSON", headers=(("content-type", STRUCTURED.encode()),))
    yield replace(record, headers=(("content-type", b"application/cloudevents-batch+json"),))


def with_newer_parts(told: Sequence[Received]) -> list[Record]:
    """The facts as a later release tells them.

    Every object has a field more. The first number of each case and source is a fact of an unknown type, and each of
    the others moves up by one.
    """
    begun: set[tuple[str, str]] = set()
    found: list[Record] = []
    for one in told:
        grown = _grown(json.loads(one.data), one.fact)
        record = replace(one.record, value=json.dumps(grown).encode()).with_headers(addedin2031=b"yes")
        if one.seq is not None and not one.versioned:
            if (one.subject, one.lineage) not in begun:
                begun.add((one.subject, one.lineage))
                found.append(_unknown(record))
            record = record.with_headers(sequence=str(one.seq + 1).encode())
        found.append(record)
    return found


def _unknown(record: Record) -> Record:
    told = record.with_headers(type=_UNKNOWN.encode(), id=f"{record.header('ce_id')}-before".encode(), sequence=b"1")
    return replace(told, topic="redress.told_in_2031", value=b'{"what": "nobody knows yet"}')


def _grown(told: Any, read: Any) -> Any:
    """Data with a field more in every object; not in maps, whose keys are free already."""
    if isinstance(told, dict) and isinstance(read, BaseModel):
        grown = {name: _grown(inner, getattr(read, name, None)) for name, inner in told.items()}
        return {**grown, "added_in_2031": [{"x": 1}]}
    if isinstance(told, list) and isinstance(read, tuple):
        return [_grown(*pair) for pair in zip(told, read, strict=True)]
    return told
