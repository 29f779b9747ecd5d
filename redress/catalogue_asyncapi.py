"""The AsyncAPI 3 document of the whole system: a channel per topic, its messages, key and headers."""

import tomllib
from collections.abc import Sequence
from typing import Any, Final

from redress.catalogue import (
    BASE,
    ROOT,
    Asked,
    Schema,
    Told,
    asked,
    fact_schema,
    summary,
    told,
    topic_command_schema,
)
from redress.catalogue_examples import example_of
from shared.contracts.topology import SERVICES, group_of, topics
from shared.eventing.messages import Published
from shared.kernel.lanes import LANES

_TEXT: Final[Schema] = {"type": "string"}
_TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 0}
_CASE_KEY: Final[Schema] = {"type": "string", "description": "The case id."}


def asyncapi() -> Schema:
    """The document, complete in itself."""
    book = _Book()
    for fact in told():
        book.fact(fact)
    for service in SERVICES:
        book.commands(service, asked(service))
        book.parked(service)
    return book.document()


class _Book:
    """Collects channels, messages, operations and schemas."""

    def __init__(self) -> None:
        self._topics = topics()
        self._channels: Schema = {}
        self._operations: Schema = {}
        self._messages: Schema = {}
        self._schemas: Schema = {
            "FactHeaders": _headers({"ce_sequence": {"type": "string", "pattern": "^[1-9][0-9]*$"}}),
            "EventHeaders": _headers({}, required=("ce_specversion", "ce_id", "ce_source", "ce_type")),
            "Reply": reply(),
            "ParkedHeaders": _parked_headers(),
        }

    def document(self) -> Schema:
        return {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Redress",
                "version": version(),
                "description": "Dispute intervention for marketplaces. CloudEvents 1.0 in Kafka's binary mode, "
                "at least once and in order per case.",
            },
            "defaultContentType": "application/json",
            "channels": dict(sorted(self._channels.items())),
            "operations": dict(sorted(self._operations.items())),
            "components": {
                "messages": {
                    name: {**message, "examples": [{"name": "smallest", **self._example(name, message)}]}
                    for name, message in self._messages.items()
                },
                "schemas": dict(sorted(self._schemas.items())),
            },
        }

    def _example(self, name: str, message: Schema) -> Schema:
        sources = {fact.contract.TYPE: fact.contract.SOURCE for fact in told()}
        return example_of(message, self._schemas, sources.get(name, "shop"))

    def fact(self, fact: Told) -> None:
        contract = fact.contract
        suffix = "Input" if fact.inbound else ""
        of_case = contract.stream is Published.stream
        key = _CASE_KEY if of_case else {"type": "string", "description": "The order id."}
        payload = self._hoisted(fact_schema(fact), contract.TYPE, suffix)
        headers = "FactHeaders" if contract.ORDERED and not fact.inbound else "EventHeaders"
        self._message(contract.TYPE, summary(contract), headers, payload, key)
        hearers = ", ".join(fact.hearers) or "no service; for the platform"
        self._channel(contract.TOPIC, f"Told by {contract.SOURCE}. Heard by {hearers}.", [contract.TYPE])
        self._operation("receive" if fact.inbound else "send", contract.TOPIC, summary(contract))

    def commands(self, service: str, commands: Sequence[Asked]) -> None:
        inbox, replies = f"{service}.commands", f"{service}.replies"
        for one in commands:
            payload = self._hoisted(topic_command_schema(one), one.schema_name, "Input")
            self._message(
                one.schema_name, summary(one.command), "EventHeaders", payload, _CASE_KEY, kind=one.command.NAME
            )
        self._channel(inbox, f"Commands to {service}, one per record.", [one.schema_name for one in commands])
        reply = f"{service}.command.answered.v1"
        self._message(reply, f"What became of a command to {service}.", "EventHeaders", _ref("Reply"), _CASE_KEY,
                      kind="command.answered.v1")  # fmt: skip
        self._channel(replies, f"One answer to each record of {inbox}.", [reply])
        self._operation("receive", inbox, f"{service} carries out a command and answers it.")
        self._operations[_id(inbox)]["reply"] = {"channel": _channel_ref(replies)}
        self._operation("send", replies, f"{service} answers a command.")

    def parked(self, service: str) -> None:
        topic = f"{group_of(service)}.parked"
        message = f"{service}.parked"
        text = f"A record that {service} could not take, byte for byte, with the reason in its headers."
        self._message(message, text, "ParkedHeaders", {}, {"type": "string", "description": "The record's own key."},
                      kind=None)  # fmt: skip
        self._channel(topic, f"Announces what {service} parked; `redress parked` shows and replays it.", [message])
        self._operation("send", topic, text)

    def _message(
        self, name: str, text: str, headers: str, payload: Schema, key: Schema, *, kind: str | None = ""
    ) -> None:
        of_type = {"type": "object", "properties": {"ce_type": {"const": kind or name}}}
        self._messages[name] = {
            "name": name,
            "title": name,
            "summary": text,
            "contentType": "application/json",
            "headers": _ref(headers) if kind is None else {"allOf": [_ref(headers), of_type]},
            "payload": payload,
            "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}},
        }

    def _channel(self, topic: str, text: str, messages: Sequence[str]) -> None:
        self._channels[_id(topic)] = {
            "address": topic,
            "description": text,
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            "bindings": {
                "kafka": {
                    "topic": topic,
                    "partitions": LANES,
                    "topicConfiguration": _configuration(self._topics[topic]),
                    "bindingVersion": "0.5.0",
                }
            },
        }

    def _operation(self, action: str, topic: str, text: str) -> None:
        self._operations[_id(topic)] = {"action": action, "channel": _channel_ref(topic), "summary": text}

    def _hoisted(self, schema: Schema, name: str, suffix: str) -> Schema:
        """Move a schema and its definitions among the components; answers a reference to it."""
        definitions = schema.pop("$defs", {})
        for key in ("$schema", "$id"):
            schema.pop(key, None)
        for known, definition in {**{n + suffix: d for n, d in definitions.items()}, name: schema}.items():
            moved = _moved(definition, suffix)
            if self._schemas.setdefault(known, moved) != moved:
                raise ValueError(f"two different schemas are called {known}: rename one of the classes")
        return _ref(name)


def _headers(more: Schema, required: Sequence[str] = ()) -> Schema:
    properties: Schema = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {**_TEXT, "description": "The same for every delivery of the message."},
        "ce_source": {**_TEXT, "description": "The service, or the platform's own name."},
        "ce_type": _TEXT,
        "ce_time": _TIME,
        "ce_subject": {**_TEXT, "description": "The same as the key."},
        "ce_dataschema": {**_TEXT, "format": "uri", "examples": [f"{BASE}/ruling.issued.v1.json"]},
        "content-type": {"const": "application/json"},
        **more,
    }
    return {
        "type": "object",
        "properties": {**properties, "traceparent": {**_TEXT, "description": "W3C trace context."}},
        "required": list(required or properties),
    }


def _parked_headers() -> Schema:
    told_of: Schema = {f"parked-{name}": _TEXT for name in ("id", "reason", "attempts", "sequence")}
    return {
        "type": "object",
        "description": "The record's own headers, and these.",
        "properties": told_of,
        "required": list(told_of),
    }


def reply() -> Schema:
    """The schema of what became of a command, as it stands on `<service>.replies`."""
    optional: Schema = {"anyOf": [_TEXT, {"type": "null"}]}
    return {
        "type": "object",
        "properties": {
            "command_id": {**_TEXT, "description": "The command's ce_id, or topic/partition/offset if it had none."},
            "outcome": {"enum": ["accepted", "unchanged", "refused"]},
            "version": {**_WHOLE, "description": "The case's version in the service's log."},
            "facts": {"type": "array", "items": _TEXT},
            "repeated": {"type": "boolean", "description": "The command was carried out before."},
            "rule": {**_TEXT, "description": "Why it was refused: a stable code."},
            "detail": _TEXT,
            "clause": optional,
            "field": optional,
            "cure": optional,
        },
        "required": ["command_id", "outcome"],
    }


def _moved(schema: Any, suffix: str) -> Any:
    if isinstance(schema, dict):
        return {
            key: f"#/components/schemas/{value.removeprefix('#/$defs/')}{suffix}"
            if key == "$ref"
            else _moved(value, suffix)
            for key, value in schema.items()
        }
    return [_moved(value, suffix) for value in schema] if isinstance(schema, list) else schema


def version() -> str:
    """The version that the project names: that of the next release, or of the last where nothing changed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _configuration(topic: dict[str, str]) -> Schema:
    return {"cleanup.policy": [topic["cleanup.policy"]], "retention.ms": int(topic["retention.ms"])}


def _id(topic: str) -> str:
    return topic.replace(".", "_")


def _ref(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _channel_ref(topic: str) -> Schema:
    return {"$ref": f"#/channels/{_id(topic)}"}
