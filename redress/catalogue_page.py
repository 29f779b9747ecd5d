"""The catalogue as a page for people: docs/events.md."""

from collections.abc import Iterator
from typing import Any

from redress.catalogue import SCHEMAS, Asked, Schema, Told, asked, command_schema, fact_schema, summary, timed, told
from shared.contracts.topology import SERVICES, group_of, topics
from shared.kernel.lanes import LANES

_HEAD = f"""\
# Events, commands and deadlines

Written by `redress docs` from the code; do not edit. The same for machines: [asyncapi.json](asyncapi.json) and the
[JSON Schemas](schemas). What a consumer team needs beside them is in [contracts.md](contracts.md).

Each published fact has a topic of its own, keyed by case id, with {LANES} partitions. The record's value is JSON; its
headers are CloudEvents 1.0 in binary mode: `ce_specversion`, `ce_id`, `ce_source`, `ce_type`, `ce_time`, `ce_subject`
(the case id), `ce_sequence`, `ce_dataschema`, `content-type`, and `traceparent` where there is one. `ce_sequence`
counts one service's facts of one case from 1, across its topics. Delivery is at least once: drop what you have seen,
wait when a number is missing, and ignore fields you do not know. A new optional field keeps the type; a new shape is a
new type on the same topic.
"""


_HOW_TO_ASK = """\
By HTTP: `POST` to the path, with headers `X-Redress-Role`, `X-Redress-Actor` and, to make a repetition safe,
`Idempotency-Key`. By topic: on `<service>.commands`, keyed by case id, with `ce_type` the command's name, `ce_id` the
idempotency key, and in the data beside the body `by`, who asks (role and id); the answer comes on `<service>.replies`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    facts = told()
    yield "## Topics\n"
    yield "| topic | told by | heard by | kept |"
    yield "|---|---|---|---|"
    kept = topics()
    for fact in facts:
        topic = fact.contract.TOPIC
        yield f"| [`{topic}`](#{_anchor(topic)}) | {fact.contract.SOURCE} | {_hearers(fact)} | {_days(kept[topic])} |"
    for service in SERVICES:
        for topic, teller, hearer in (
            (f"{service}.commands", "the platform", service),
            (f"{service}.replies", service, "the platform"),
            (f"{group_of(service)}.parked", service, "operators"),
        ):
            yield f"| `{topic}` | {teller} | {hearer} | {_days(kept[topic])} |"
    yield "\n## Facts\n"
    for fact in facts:
        yield from _fact(fact)
    yield "## Values\n"
    yield "What the fields above and below are made of.\n"
    yield from _values()
    yield "## Commands\n"
    yield _HOW_TO_ASK
    for service in SERVICES:
        yield f"### {service}\n"
        said = ""
        for command in asked(service):
            # Commands of one capability share its sentence; once is enough.
            yield from _command(command, "" if summary(command.command) == said else summary(command.command))
            said = summary(command.command)
    yield "## Deadlines\n"
    yield "What a service does by itself when an instant has come. The instants stand in its facts.\n"
    yield "| service | kind | what it then does |"
    yield "|---|---|---|"
    for service in SERVICES:
        for deadline in timed(service):
            yield f"| {service} | `{deadline.kind}` | `{deadline.command.NAME}` |"


def _fact(fact: Told) -> Iterator[str]:
    contract = fact.contract
    yield f"### {contract.TOPIC}\n"
    yield f"{summary(contract)}\n"
    yield (
        f"Type [`{contract.TYPE}`]({SCHEMAS.removeprefix('docs/')}/{contract.TYPE}.json). "
        f"Told by {contract.SOURCE}. Heard by {_hearers(fact)}.\n"
    )
    yield from _fields(fact_schema(fact))


def _command(command: Asked, text: str) -> Iterator[str]:
    link = f"{SCHEMAS.removeprefix('docs/')}/{command.schema_name}.json"
    yield f"#### {command.command.NAME}\n"
    if text:
        yield f"{text}\n"
    yield f"`POST {command.path}` ([schema]({link}))\n"
    schema = command_schema(command)
    if schema.get("properties"):
        yield from _fields(schema)
    else:
        yield "No body: send `{}`.\n"


def _values() -> Iterator[str]:
    definitions: Schema = {}
    for fact in told():
        definitions |= fact_schema(fact).get("$defs", {})
    for service in SERVICES:
        for command in asked(service):
            for name, definition in command_schema(command).get("$defs", {}).items():
                definitions.setdefault(name, definition)
    for name, definition in sorted(definitions.items()):
        yield f"### {name}\n"
        if text := definition.get("description"):
            yield f"{text}\n"
        if "enum" in definition:
            yield "One of " + ", ".join(f"`{value}`" for value in definition["enum"]) + ".\n"
        elif definition.get("properties"):
            yield from _fields(definition)


def _fields(schema: Schema) -> Iterator[str]:
    required = set(schema.get("required", ()))
    described = any("description" in field for field in schema["properties"].values())
    yield "| field | type | needed |" + (" meaning |" if described else "")
    yield "|---|---|---|" + ("---|" if described else "")
    for name, field in schema["properties"].items():
        needed = "yes" if name in required else _default(field)
        meaning = f" {field.get('description', '')} |" if described else ""
        yield f"| `{name}` | {_type(field)} | {needed} |{meaning}"
    yield ""


def _default(field: Schema) -> str:
    value = field.get("default")
    return "no" if value in (None, "", [], {}) else f"no: `{value}`"


def _type(field: Schema) -> str:  # noqa: PLR0911  # one arm per kind of schema
    match field:
        case {"$ref": str(ref)}:
            name = ref.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"const": value}:
            return f"`{value}`"
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"anyOf": options}:
            return " or ".join(_type(option) for option in options if option.get("type") != "null") + ", or null"
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"map to {_type(values)}"
        case _:
            return _plain_type(field)


def _plain_type(field: Schema) -> str:
    match field:
        case {"format": "date-time"}:
            return "moment"
        case {"type": "string", "maxLength": 128, "pattern": _}:
            return "id"
        case {"type": str(name)}:
            return f"{_NAMES.get(name, name)}{_range(field)}"
        case _:
            return "any"


_NAMES = {"string": "text", "integer": "whole number", "boolean": "yes or no"}


def _range(field: Schema) -> str:
    bounds: list[Any] = [field.get(key) for key in ("minimum", "maximum")]
    if bounds == [None, None]:
        most = field.get("maxLength")
        return f", at most {most}" if most and most > 128 else ""
    low, high = bounds
    return f", {low} to {high}" if high is not None and low is not None else f", from {low}" if high is None else ""


def _hearers(fact: Told) -> str:
    return ", ".join(fact.hearers) or "the platform"


def _days(topic: dict[str, str]) -> str:
    return f"{int(topic['retention.ms']) // 86_400_000} days"


def _anchor(topic: str) -> str:
    return topic.replace(".", "")
