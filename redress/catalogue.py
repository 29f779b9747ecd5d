"""The catalogue of everything that travels: computed from the contracts, so that it cannot lie."""

import ast
import asyncio
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from pydantic import BaseModel

from redress.registry import DEFINITIONS
from shared.adapters.http import document_of
from shared.contracts.topology import CONTRACTS, SERVICES
from shared.eventing.agenda import REMINDER, Due
from shared.eventing.messages import Command, Published
from shared.eventing.requests import request_model
from shared.kernel.actors import Actor
from shared.kernel.texts import Personal

Schema = dict[str, Any]

ROOT: Final = Path(__file__).parents[1]
SCHEMAS: Final = "docs/schemas"
OPENAPI: Final = "docs/openapi"
BASE: Final = "https://redress.invalid/schemas"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Told:
    """A published fact with who tells it and which services hear it."""

    contract: type[Published]
    hearers: tuple[str, ...]

    @property
    def inbound(self) -> bool:
        """Whether the platform tells it."""
        return self.contract.SOURCE == "platform"


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that callers may send to a service."""

    service: str
    command: type[Command]

    @property
    def path(self) -> str:
        return f"/cases/{{case_id}}/{self.command.NAME.replace('_', '-')}"

    @property
    def schema_name(self) -> str:
        return f"{self.service}.{self.command.NAME}"

    @property
    def body(self) -> type[BaseModel]:
        return request_model(self.command)


@dataclass(frozen=True, slots=True)
class Timed:
    """A kind of deadline and the command that it fires."""

    kind: str
    command: type[Command]


def told() -> Sequence[Told]:
    """Every published fact, in the order of the contracts."""
    return [
        Told(contract, tuple(s for s in SERVICES if contract in DEFINITIONS[s].model.hears)) for contract in CONTRACTS
    ]


def asked(service: str) -> Sequence[Asked]:
    """The commands callers may send to a service, in the order it lists them."""
    return [Asked(service, command) for command in DEFINITIONS[service].open_commands]


def timed(service: str) -> Sequence[Timed]:
    """The deadlines of a service: each kind that it fires a command for."""
    fires = DEFINITIONS[service].command_for
    found = []
    for kind in _kinds(inspect.getsource(fires)):
        due = Due(kind=kind, key="kind:key/1" if kind == REMINDER else "key", at=_SOME_TIME)
        found.append(Timed(kind, type(fires(due, "case", _SOME_TIME))))
    return found


def summary(described: type[BaseModel]) -> str:
    """A class's own docstring, or for want of one what its module opens with."""
    if own := vars(described).get("__doc__"):
        return _plain(own)
    module = inspect.getmodule(described)
    opening = (module.__doc__ if isinstance(module, ModuleType) else None) or ""
    return opening.strip().split("\n\n")[0].replace("\n", " ")


def fact_schema(fact: Told) -> Schema:
    """The JSON Schema of a published fact.

    What Redress tells may gain optional fields under the same type, so its objects are open;
    what the platform tells is read as strictly as the code reads it.
    """
    schema = _schema(fact.contract, "validation") if fact.inbound else opened(_schema(fact.contract, "serialization"))
    return _named(schema, fact.contract.TYPE, fact.contract.TYPE, summary(fact.contract))


def command_schema(command: Asked) -> Schema:
    """The JSON Schema of a command's body, as HTTP takes it."""
    schema = _schema(command.body, "validation", command.command)
    return _named(schema, command.schema_name, command.schema_name, summary(command.command))


def topic_command_schema(command: Asked) -> Schema:
    """The JSON Schema of a command's data by topic: the body, and who asks."""
    schema = command_schema(command)
    actor = _schema(Actor, "validation")
    schema["$defs"] = {**schema.get("$defs", {}), **actor.pop("$defs", {}), "Actor": actor}
    schema["properties"] = {**schema.get("properties", {}), "by": {"$ref": "#/$defs/Actor"}}
    schema["required"] = [*schema.get("required", ()), "by"]
    return schema


@cache
def files() -> Mapping[str, str]:
    """Every generated file by its path under the root of the repository."""
    # Imported here: both describe what stands in this module.
    from redress.catalogue_asyncapi import asyncapi  # noqa: PLC0415
    from redress.catalogue_kit import kit  # noqa: PLC0415
    from redress.catalogue_page import page  # noqa: PLC0415
    from redress.process import page as process  # noqa: PLC0415

    made = {f"{SCHEMAS}/{fact.contract.TYPE}.json": _json(fact_schema(fact)) for fact in told()}
    for service in SERVICES:
        made |= {f"{SCHEMAS}/{one.schema_name}.json": _json(command_schema(one)) for one in asked(service)}
    made |= {f"{OPENAPI}/{s}.json": _json(asyncio.run(document_of(DEFINITIONS[s]))) for s in SERVICES}
    pages = {"docs/events.md": page(), "docs/process.md": process()}
    return {**pages, "docs/asyncapi.json": _json(asyncapi()), **made, **kit()}


def stale(root: Path = ROOT) -> Sequence[str]:
    """The generated files that are missing, differ from the code, or belong to nothing any more."""
    made = files()
    changed = [path for path, text in made.items() if not _same(root / path, text)]
    return [*changed, *(str(path.relative_to(root)) for path in _leftovers(root, made))]


def write(root: Path = ROOT) -> Sequence[str]:
    """Bring every generated file up to date; answers the paths that changed."""
    made = files()
    changed = stale(root)
    for path, text in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for leftover in _leftovers(root, made):
        leftover.unlink()
    return changed


def _leftovers(root: Path, made: Mapping[str, str]) -> Iterator[Path]:
    for folder in (SCHEMAS, OPENAPI):
        for path in sorted((root / folder).glob("*.json")):
            if f"{folder}/{path.name}" not in made:
                yield path


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _named(schema: Schema, name: str, title: str, description: str) -> Schema:
    head = {"$schema": DIALECT, "$id": f"{BASE}/{name}.json", "title": title, "description": description}
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def _schema(model: type[BaseModel], mode: Any, documented: type[BaseModel] | None = None) -> Schema:
    schema = model.model_json_schema(mode=mode)
    schema.pop("description", None)
    _describe(schema, documented or model)
    for name, definition in schema.get("$defs", {}).items():
        if "description" in definition:
            definition["description"] = _plain(definition["description"])
        definition.setdefault("title", name)
    _untitled(schema)
    return schema


def _describe(schema: Schema, model: type[BaseModel]) -> None:
    for field, text in field_docs(model).items():
        if field in schema.get("properties", {}):
            schema["properties"][field]["description"] = text


def _untitled(schema: Schema) -> None:
    """Drop the titles that pydantic makes of field names: they say the name again."""
    for owner in (schema, *schema.get("$defs", {}).values()):
        for prop in owner.get("properties", {}).values():
            prop.pop("title", None)


def _plain(text: str) -> str:
    """A docstring on one line, without its pointers into the product's specification."""
    return re.sub(r" \(product\.md[^)]*\)", "", " ".join(text.split()))


def opened(schema: Any) -> Any:
    """The schema of what is told: without the bounds that hold only for what comes in."""
    if isinstance(schema, dict):
        return {key: opened(value) for key, value in schema.items() if (key, value) not in _BOUNDS_OF_WHAT_COMES_IN}
    return [opened(value) for value in schema] if isinstance(schema, list) else schema


@cache
def field_docs(model: type[BaseModel]) -> Mapping[str, str]:
    """What stands under each field of a class, as its docstring."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    lines = tree.body if isinstance(tree, ast.ClassDef) else []
    found = {}
    for field, below in pairwise(lines):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = _plain(text)
            case _:
                continue
    return found


_BOUNDS_OF_WHAT_COMES_IN: Final = (("additionalProperties", False), ("maxLength", Personal().longest))
"""Objects that are told may gain fields, and what people wrote is told sealed, which is longer (ADR 0022)."""


def _kinds(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(textwrap.dedent(source))):
        if isinstance(node, ast.match_case):
            for value in ast.walk(node.pattern):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


_SOME_TIME: Final = Due.model_validate({"kind": "any", "at": "2026-01-01T00:00:00Z"}).at
