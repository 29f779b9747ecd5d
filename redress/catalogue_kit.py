"""The types of the consumer kit, written from the JSON Schemas: what Redress tells and takes is declared once.

`packages/redress-contracts` may not import Redress, so its classes are generated source, committed and compared
like every other generated file (ADR 0024).
"""

import inspect
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from redress.catalogue import Asked, Schema, Told, asked, command_schema, fact_schema, opened, told
from redress.catalogue_asyncapi import reply
from shared.contracts.topology import SERVICES
from shared.eventing.messages import Published

KIT: Final = "packages/redress-contracts/src/redress_contracts"

_WIDE: Final = 120
_ID: Final[Schema] = {"maxLength": 128, "minLength": 1, "pattern": "^[A-Za-z0-9][A-Za-z0-9._:~-]*$", "type": "string"}
_BOUNDS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "pattern": "pattern",
}
_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def kit() -> Mapping[str, str]:
    """Every generated module of the kit by its path under the root of the repository."""
    facts, commands = told(), [one for service in SERVICES for one in asked(service)]
    values: dict[str, Schema] = {}
    bodies = [(fact, _own(fact_schema(fact), values)) for fact in facts]
    asks = [(one, _own(command_schema(one), values)) for one in commands]
    modules = {
        "values": ("What facts and commands are made of.", list(_values(values))),
        "facts": (
            "What Redress tells: the published facts of the four services.",
            [_fact(fact, body) for fact, body in bodies if not fact.inbound],
        ),
        "inbound": (
            "What the platform tells Redress: facts of yours that it hears.",
            [_fact(fact, body) for fact, body in bodies if fact.inbound],
        ),
        "commands": (
            "What Redress may be asked, the bodies of commands, and what it answers on `<service>.replies`.",
            [*(_command(*one) for one in asks), _reply()],
        ),
    }
    return {f"{KIT}/{name}.py": _module(*made, values) for name, made in modules.items()}


def _own(schema: Schema, values: dict[str, Schema]) -> Schema:
    """The schema, its definitions moved to the values; one that differs by more than openness keeps a name apart."""
    definitions = {name: opened(definition) for name, definition in schema.pop("$defs", {}).items()}
    apart = {name for name, one in definitions.items() if values.setdefault(name, one) != one}
    for name in apart:
        values[f"{name}Input"] = definitions[name]
    return dict(_renamed(schema, apart))


def _renamed(schema: Any, apart: set[str]) -> Any:
    if isinstance(schema, dict):
        return {
            key: f"{value}Input" if key == "$ref" and value.rpartition("/")[2] in apart else _renamed(value, apart)
            for key, value in schema.items()
        }
    return [_renamed(one, apart) for one in schema] if isinstance(schema, list) else schema


def _values(values: Mapping[str, Schema]) -> Iterator[str]:
    """Enumerations first, then objects, each after those that it is made of."""
    for name, value in sorted(values.items()):
        if "enum" in value:
            yield _lines(
                f"class {name}(StrEnum):",
                _doc(value.get("description", "")),
                [""],
                [f"{one.upper()} = {_text(one)}" for one in value["enum"]],
            )
    left = {name: value for name, value in sorted(values.items()) if "enum" not in value}
    while left:
        ready = [name for name, value in left.items() if not _references(value) & left.keys()]
        if not ready:
            raise ValueError(f"values refer to each other in a circle: {', '.join(left)}")
        for name in ready:
            value = left.pop(name)
            yield _lines(f"class {name}(Value):", _doc(value.get("description", "")), [""], _fields(value))


def _fact(fact: Told, schema: Schema) -> str:
    contract = fact.contract
    names = [f"{name}: ClassVar[str] = {_text(getattr(contract, name))}" for name in ("TYPE", "TOPIC", "SOURCE")]
    if not contract.ORDERED:
        names.append("ORDERED: ClassVar[bool] = False")
    own = {name: field for name, field in schema["properties"].items() if not _inherited(name, field)}
    return _lines(
        f"class {contract.__name__}(Fact):",
        _doc(schema["description"]),
        ["", *names, ""],
        _fields({**schema, "properties": own}),
        _properties(contract),
    )


def _command(command: Asked, schema: Schema) -> str:
    names = [
        f"NAME: ClassVar[str] = {_text(command.command.NAME)}",
        f"SERVICE: ClassVar[str] = {_text(command.service)}",
    ]
    fields = _fields(schema)
    return _lines(
        f"class {command.command.__name__}(Command):",
        _doc(schema["description"]),
        ["", *names],
        ["", *fields] if fields else [],
    )


def _reply() -> str:
    return _lines("class Reply(Value):", _doc("What became of a command."), [""], _fields(reply()))


def _inherited(name: str, field: Schema) -> bool:
    return (name, field) in (("case_id", _ID), ("at", {"format": "date-time", "type": "string"}))


def _properties(contract: type[Published]) -> list[str]:
    """The contract's own say on its stream and lineage, as it is written there."""
    found: list[str] = []
    for name in ("stream", "lineage"):
        if isinstance(own := vars(contract).get(name), property) and own.fget is not None:
            found += ["", *textwrap.dedent(inspect.getsource(own.fget)).splitlines()]
    return found


def _fields(schema: Schema) -> list[str]:
    required = set(schema.get("required", ()))
    found: list[str] = []
    for name, field in schema.get("properties", {}).items():
        line = f"{name}: {_annotation(field)}"
        if name not in required:
            line += _default(field)
        found += [line] if len(line) + 4 <= _WIDE else _wrapped(line)
        found += _doc(field.get("description", ""))
    return found


def _annotation(field: Schema) -> str:  # noqa: PLR0911  # one arm per kind of schema
    match {key: value for key, value in field.items() if key not in {"default", "description", "title"}}:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"anyOf": list(options)}:
            return " | ".join(_annotation(option) for option in options)
        case {"const": value}:
            return f"Literal[{_text(value)}]"
        case {"enum": list(values)}:
            return f"Literal[{', '.join(map(_text, values))}]"
        case {"format": "date-time"}:
            return "Moment"
        case plain if plain == _ID:
            return "Id"
        case {"type": "array", "items": items, **bounds}:
            return _bounded(f"tuple[{_annotation(items)}, ...]", bounds)
        case {"type": "object", "additionalProperties": dict(of)}:
            return f"dict[str, {_annotation(of)}]"
        case {"type": str(name), **bounds}:
            return _bounded(_PLAIN[name], bounds)
        case other:
            raise ValueError(f"the kit has no type for {other}: teach it to redress/catalogue_kit.py")


def _bounded(annotation: str, bounds: Mapping[str, Any]) -> str:
    if not bounds:
        return annotation
    if unknown := bounds.keys() - _BOUNDS.keys():
        raise ValueError(f"the kit has no bound for {', '.join(unknown)}: teach it to redress/catalogue_kit.py")
    said = (f"{_BOUNDS[key]}={_text(value)}" for key, value in sorted(bounds.items()))
    return f"Annotated[{annotation}, Field({', '.join(said)})]"


def _default(field: Schema) -> str:
    match field:
        case {"default": []}:
            return " = ()"
        case {"default": value}:
            return f" = {_text(value)}"
        case {"type": "object"}:
            return " = Field(default_factory=dict)"
        case {"anyOf": [*_, {"type": "null"}]}:
            return " = None"
        case _:
            return " | None = None"


def _text(value: Any) -> str:
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)
        return f"r{quoted}" if "\\" in value else quoted
    return repr(value)


def _doc(text: str) -> list[str]:
    """A docstring: the first sentence, then the others. A sentence that is too long for its line stays whole."""
    if not text:
        return []
    first, *rest = re.split(r"(?<=\.) ", text, maxsplit=1)
    if len(text) <= _WIDE - 10:
        return [f'"""{text}"""']
    if not rest:
        return [f'"""{text}"""  # noqa: E501']
    return [f'"""{first}', "", *textwrap.wrap(rest[0], _WIDE - 4, break_on_hyphens=False), '"""']


def _wrapped(line: str) -> list[str]:
    """A field that is too long for a line, broken as the formatter breaks it: at its outermost bracket."""
    head, _, rest = line.partition("[")
    inner, _, tail = rest.rpartition("]")
    return [f"{head}[", *textwrap.wrap(f"{inner}", _WIDE - 8, initial_indent="    ", subsequent_indent="    "),
            f"]{tail}"]  # fmt: skip


def _lines(head: str, *parts: Iterable[str]) -> str:
    body = [line for part in parts for line in part]
    return "\n".join([head, *(f"    {line}" if line else "" for line in body)]).rstrip()


def _references(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if "$ref" in schema else set()
        return own.union(*(_references(value) for value in schema.values()))
    return set[str]().union(*map(_references, schema)) if isinstance(schema, list) else set()


def _module(doc: str, classes: Sequence[str], values: Mapping[str, Schema]) -> str:
    text = "\n\n\n".join(classes)
    used = set(re.findall(r"\w+", text))
    made = {line.split("(")[0].removeprefix("class ") for line in text.splitlines() if line.startswith("class ")}
    imports = [
        _import("enum", {"StrEnum"} & used),
        _import("typing", {"Annotated", "ClassVar", "Literal"} & used),
        "",
        _import("pydantic", {"Field"} & used),
        "",
        _import("redress_contracts.messages", {"Command", "Fact", "Id", "Moment", "Value"} & used),
        _import("redress_contracts.values", (values.keys() & used) - made),
    ]
    head = "\n".join(line for line in imports if line is not None)
    return f'"""{doc}\n\nWritten by `redress docs` from the contracts; do not edit.\n"""\n\n{head}\n\n\n{text}\n'


def _import(module: str, names: set[str]) -> str | None:
    if not names:
        return None
    line = f"from {module} import {', '.join(sorted(names))}"
    if len(line) <= _WIDE:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in sorted(names)), ")"])
