"""Reading: headers and value in, one typed fact out. CloudEvents 1.0, binary and structured mode."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from pydantic import ValidationError

from redress_contracts import facts, inbound
from redress_contracts.commands import Reply
from redress_contracts.messages import Fact
from redress_contracts.records import STRUCTURED, Headers, Record
from redress_contracts.upcasting import UPCASTS, Upcast, upcast

TYPES: Final[Mapping[str, type[Fact]]] = {
    fact.TYPE: fact
    for module in (facts, inbound)
    for fact in vars(module).values()
    if isinstance(fact, type) and issubclass(fact, Fact) and fact is not Fact
}
"""Every fact that this release knows, by its CloudEvents type."""

ANSWERED: Final = "command.answered.v1"

_MOST: Final = 2**63 - 1


class UnreadableError(ValueError):
    """A record that is no fact: the message says which attribute or field is wrong. Park it and go on."""


class RecordLike(Protocol):
    """What is read of a record: the kit's own has it, and so has aiokafka's ConsumerRecord."""

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


@dataclass(frozen=True, slots=True)
class Received:
    """One fact with its envelope."""

    id: str
    source: str
    type: str
    """As it was told; an older version than the fact's own class where it was upcast."""
    subject: str
    """The case, or for what is not of a case the key: an order id, a person's stream."""
    seq: int | None
    """Its number among the source's facts of the case; its version where it has one; None where it takes none."""
    time: datetime | None
    trace: str | None
    fact: Fact | None
    """None for a type that this release does not know: its number still counts, and `data` has what it says."""
    data: bytes
    record: Record

    @property
    def lineage(self) -> str:
        """Within the subject, what `seq` counts in."""
        return self.fact.lineage if self.fact else self.source

    @property
    def versioned(self) -> bool:
        """Whether a later one supersedes an earlier one, so that numbers may be left out."""
        return self.fact is not None and "version" in type(self.fact).model_fields


def topics_of(*sources: str) -> list[str]:
    """Every topic with numbered facts of these sources. Subscribe to all of them: the numbers run across topics."""
    return sorted({fact.TOPIC for fact in TYPES.values() if fact.SOURCE in sources and fact.ORDERED})


def read(
    headers: Headers,
    value: bytes | None,
    key: bytes | None = None,
    *,
    types: Mapping[str, type[Fact]] = TYPES,
    upcasts: Mapping[str, Upcast] = UPCASTS,
) -> Received:
    """The fact of one record. Fields of a later version are left out at any depth; unknown types have no `fact`.

    Raises UnreadableError for what is not a CloudEvent 1.0 with JSON data, or does not keep its type's contract.
    """
    record = Record("", key, value, tuple(headers))
    attributes, data = _event(record)
    missing = [name for name in ("specversion", "id", "source", "type") if not attributes.get(name)]
    if missing:
        raise UnreadableError(f"missing or unreadable CloudEvents attributes: {', '.join(missing)}")
    if attributes["specversion"] != "1.0":
        raise UnreadableError(f"CloudEvents specversion {attributes['specversion']} is not 1.0")
    told = str(attributes["type"])
    subject = attributes.get("subject") or _text(key)
    if not subject:
        raise UnreadableError(f"{told}: neither the subject nor the record's key names what it is about")
    fact = _fact(told, data, types, upcasts)
    if fact is not None and fact.stream != subject:
        raise UnreadableError(f"{told}: the subject {subject} is not the data's {fact.stream}")
    return Received(
        id=attributes["id"] or "",
        source=attributes["source"] or "",
        type=told,
        subject=subject,
        seq=_seq(told, fact, attributes.get("sequence")),
        time=_moment(attributes.get("time")),
        trace=attributes.get("traceparent"),
        fact=fact,
        data=data,
        record=record,
    )


def read_record(record: RecordLike) -> Received:
    """`read` of a record in one piece."""
    return read(record.headers, record.value, record.key)


def read_reply(headers: Headers, value: bytes | None) -> Reply:
    """What became of a command, from `<service>.replies`; raises UnreadableError as `read` does."""
    attributes, data = _event(Record("", None, value, tuple(headers)))
    if attributes.get("type") != ANSWERED:
        raise UnreadableError(f"type {attributes.get('type')} is not {ANSWERED}")
    try:
        return Reply.model_validate_json(data, extra="ignore")
    except ValidationError as error:
        raise UnreadableError(f"{ANSWERED}: {_first(error)}") from error


def _event(record: Record) -> tuple[dict[str, str | None], bytes]:
    """The CloudEvents attributes and the data, from whichever mode the record is in."""
    kind = (record.header("content-type") or "").partition(";")[0].strip().lower()
    if kind == STRUCTURED:
        return _structured(record.value)
    if kind.startswith("application/cloudevents"):
        raise UnreadableError(f"content-type {kind} is not read here: Redress tells JSON, one event a record")
    if record.value is None:
        raise UnreadableError("the record has no value: a tombstone is not a fact")
    attributes = {name.lower()[3:]: _text(value) for name, value in record.headers if name.lower().startswith("ce_")}
    return {**attributes, "traceparent": record.header("traceparent")}, record.value


def _structured(value: bytes | None) -> tuple[dict[str, str | None], bytes]:
    try:
        event = json.loads(value or b"")
        data = b64decode(event["data_base64"]) if "data_base64" in event else json.dumps(event["data"]).encode()
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"not a structured CloudEvent with JSON data: {error!r}") from error
    return {name: None if said is None else str(said) for name, said in event.items() if name != "data"}, data


def _fact(told: str, data: bytes, types: Mapping[str, type[Fact]], upcasts: Mapping[str, Upcast]) -> Fact | None:
    try:
        if told in types:
            return types[told].model_validate_json(data, extra="ignore")
        body: Any = json.loads(data)
        if not isinstance(body, dict):
            raise UnreadableError(f"{told}: the data is not a JSON object")  # noqa: TRY301
        type_, body = upcast(told, body, types, upcasts)
        return types[type_].model_validate(body, extra="ignore") if type_ in types else None
    except ValidationError as error:
        raise UnreadableError(f"{told}: {_first(error)}") from error
    except UnreadableError:
        raise
    except (ValueError, LookupError, TypeError) as error:
        raise UnreadableError(f"{told}: {error!r}") from error


def _seq(told: str, fact: Fact | None, sequence: str | None) -> int | None:
    number: int | None
    if fact is not None and "version" in type(fact).model_fields:
        number, where = getattr(fact, "version", None), "version"
    elif fact is not None and not fact.ORDERED:
        return None
    else:
        number, where = _number(sequence), "the header ce_sequence"
        if number is None and fact is None and sequence is None:
            return None
    if number is None or not 1 <= number <= _MOST:
        raise UnreadableError(f"{told}: {where} must be a whole number from 1 to {_MOST}")
    return number


def _first(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    field = ".".join(str(part) for part in problems[0]["loc"]) or "data"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{field}: {problems[0]['msg']}{more}"


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) < 20 and text.isascii() and text.isdigit() else None


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
