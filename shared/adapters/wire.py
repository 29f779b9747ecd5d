"""Facts on the wire: CloudEvents 1.0 in Kafka's binary mode, read tolerantly and written strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import orjson
from pydantic import ValidationError

from shared.eventing.commits import Commit, Outgoing, Record
from shared.eventing.messages import Published
from shared.eventing.outcomes import Received
from shared.eventing.traces import traceparent_in

JSON_TYPE: Final = b"application/json"
STRUCTURED: Final = "application/cloudevents"

_MOST: Final = 2**63 - 1
"""The largest sequence that every store can keep."""


class WireRecord(Protocol):
    """What is read of a Kafka record: aiokafka's ConsumerRecord has it, and so has a parked one."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...

    @property
    def offset(self) -> int: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """The CloudEvents attributes of one record, and its data."""

    id: str
    source: str
    type: str
    subject: str
    seq: int | None
    time: datetime | None
    trace: str | None
    data: bytes


class UnreadableError(ValueError):
    """A record that is not a CloudEvent this system can read; the message says what is wrong with it."""


def headers_of(commit: Commit, out: Outgoing, service: str, trace: str | None = None) -> list[tuple[str, bytes]]:
    """The binary-mode headers of one published fact; `trace` is the span that sends it, or the commit's own stands."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", out.id.encode()),
        ("ce_source", service.encode()),
        ("ce_type", out.type.encode()),
        ("ce_time", (out.at or commit.at).isoformat(timespec="milliseconds").encode()),
        ("ce_subject", commit.stream.encode()),
        ("ce_dataschema", b"https://redress.invalid/schemas/%s.json" % out.type.encode()),
        ("content-type", JSON_TYPE),
    ]
    if out.seq:
        headers.append(("ce_sequence", b"%d" % out.seq))
    if follows := trace or commit.trace:
        headers.append(("traceparent", follows.encode()))
    return headers


def envelope_of(record: WireRecord) -> Envelope:
    """Read a record in binary or structured mode; raises UnreadableError for anything else.

    Header values that are null or not UTF-8 spoil only themselves, unless they are required.
    """
    headers = _headers(record)
    if _is_structured(headers):
        return _structured(record)
    if record.value is None:
        raise UnreadableError("the record has no value: a tombstone is not a fact")
    return _binary(headers, record.value, record)


def outline_of(record: WireRecord) -> Envelope | None:
    """What the headers alone tell of a record whose value must not be touched; None where they tell too little."""
    headers = _headers(record)
    try:
        return None if _is_structured(headers) else _binary(headers, b"", record)
    except UnreadableError:
        return None


def received_of(envelope: Envelope, types: Mapping[str, type[Published]]) -> Received:
    """Decode a published fact; raises UnreadableError naming the type or the field at fault."""
    contract = types.get(envelope.type)
    if contract is None:
        known = ", ".join(sorted(types))
        raise UnreadableError(
            f"type {envelope.type} is not known here (known: {known}); upgrade this service, then replay"
        )
    try:
        message = contract.model_validate_json(envelope.data, extra="ignore")
    except ValidationError as error:
        raise UnreadableError(f"{envelope.type}: {first_problem(error)}") from error
    seq = getattr(message, "version", None) if "version" in contract.model_fields else envelope.seq
    if seq is None or not 1 <= seq <= _MOST:
        where = "version" if "version" in contract.model_fields else "header ce_sequence"
        raise UnreadableError(f"{envelope.type}: {where} must be a whole number from 1 to {_MOST}")
    if message.stream != envelope.subject:
        raise UnreadableError(f"{envelope.type}: ce_subject {envelope.subject} is not the data's {message.stream}")
    record = Record(envelope.type, envelope.id, envelope.data.decode())
    return Received(envelope.subject, message.lineage, seq, record, message, message.at, envelope.trace)


def first_problem(error: ValidationError) -> str:
    """The first validation problem as `field: reason`, and how many more there are."""
    problems = error.errors(include_url=False, include_input=False)
    field = ".".join(str(part) for part in problems[0]["loc"]) or "body"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{field}: {problems[0]['msg']}{more}"


def _headers(record: WireRecord) -> dict[str, str | None]:
    return {name.lower(): _text(value) for name, value in record.headers}


def _is_structured(headers: Mapping[str, str | None]) -> bool:
    return (headers.get("content-type") or "").startswith(STRUCTURED)


def _binary(headers: Mapping[str, str | None], data: bytes, record: WireRecord) -> Envelope:
    attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
    return _envelope(attributes, data, headers.get("traceparent"), record)


def _structured(record: WireRecord) -> Envelope:
    try:
        event: dict[str, Any] = orjson.loads(record.value or b"")
        data = orjson.dumps(event["data"])
        attributes = {name: None if value is None else str(value) for name, value in event.items() if name != "data"}
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        raise UnreadableError(f"not a structured CloudEvent with JSON data: {error}") from error
    return _envelope(attributes, data, attributes.get("traceparent"), record)


def _envelope(attributes: dict[str, str | None], data: bytes, trace: str | None, record: WireRecord) -> Envelope:
    missing = [name for name in ("specversion", "id", "type") if not attributes.get(name)]
    if missing:
        raise UnreadableError(f"missing or unreadable CloudEvents attributes: {', '.join(missing)}")
    if attributes["specversion"] != "1.0":
        raise UnreadableError(f"CloudEvents specversion {attributes['specversion']} is not 1.0")
    subject = attributes.get("subject") or _text(record.key)
    if not subject:
        raise UnreadableError("neither ce_subject nor the key names the case")
    return Envelope(
        attributes["id"] or "",
        attributes.get("source") or "",
        attributes["type"] or "",
        subject,
        _number(attributes.get("sequence")),
        _moment(attributes.get("time")),
        traceparent_in(trace),
        data,
    )


def _text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) < 20 and text.isascii() and text.isdigit() and int(text) <= _MOST else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
