"""One example of every message in the AsyncAPI document: the needed headers and fields, made from its own schema."""

from collections.abc import Mapping
from typing import Any, Final

from redress.catalogue import BASE

Schema = Mapping[str, Any]

_MOMENT: Final = "2026-11-02T12:00:00Z"
_OF_PATTERN: Final = {"^[0-9a-f]{64}$": "5e" * 32, "^[A-Z]{3}$": "CNY", "^[1-9][0-9]*$": "1"}
_NUMBER: Final = 2


def example_of(message: Schema, schemas: Schema, source: str) -> dict[str, Any]:
    """Headers, and a payload where the message says what one is like; the subject is what the payload is about."""
    headers = _example(message["headers"], schemas, "")
    known = {"ce_source": source, "ce_id": f"{source}-1", "ce_dataschema": f"{BASE}/{message['name']}.json"}
    headers |= {name: value for name, value in known.items() if name in headers}
    if not message["payload"]:
        return {"headers": headers}
    payload = _example(message["payload"], schemas, "")
    if "ce_subject" in headers:
        headers["ce_subject"] = payload.get("case_id", headers["ce_subject"])
    return {"headers": headers, "payload": payload}


def _example(schema: Schema, schemas: Schema, name: str) -> Any:  # noqa: PLR0911  # one arm per kind of schema
    match schema:
        case {"$ref": str(reference)}:
            return _example(schemas[reference.rpartition("/")[2]], schemas, name)
        case {"allOf": [first, second]}:
            return _example({**_found(first, schemas), "properties": _fields(first, second, schemas)}, schemas, name)
        case {"anyOf": [option, *_]}:
            return _example(option, schemas, name)
        case {"examples": [one, *_]} | {"const": one} | {"enum": [one, *_]}:
            return one
        case {"type": "object", "properties": dict(fields)}:
            needed = schema.get("required", ())
            return {key: _example(fields[key], schemas, key) for key in fields if key in needed}
        case {"type": "array", "items": items}:
            return [_example(items, schemas, name.removesuffix("s"))]
        case _:
            return _scalar(schema, name)


def _scalar(schema: Schema, name: str) -> Any:
    match schema:
        case {"type": "string", "format": "date-time"}:
            return _MOMENT
        case {"type": "string", "pattern": str(pattern)}:
            return _OF_PATTERN.get(pattern, f"{name.removesuffix('_id')}-1")
        case {"type": "integer"}:
            return max(schema.get("minimum", 0), min(schema.get("maximum", _NUMBER), _NUMBER))
        case {"type": "boolean"}:
            return True
        case _:
            return f"{name.removesuffix('_id')}-1" if name.endswith("id") else name.replace("_", " ")


def _found(schema: Schema, schemas: Schema) -> Schema:
    found: Schema = schemas[schema["$ref"].rpartition("/")[2]]
    return found


def _fields(first: Schema, second: Schema, schemas: Schema) -> dict[str, Any]:
    return {**_found(first, schemas)["properties"], **second["properties"]}
