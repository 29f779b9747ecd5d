"""A policy document as plain data in which every part knows its line and column."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any, TypeAlias

import yaml

Path: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with a policy document: where, which rule it breaks, and what would cure it.

    Lines and columns count from 1, as editors do.
    """

    file: str
    line: int
    column: int
    field: str
    rule: str
    detail: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.field}: {self.rule}: {self.detail}; cure: {self.cure}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a document breaks at a path; the document knows on which line that is."""

    path: Path
    rule: str
    detail: str
    cure: str


@dataclass
class Document:
    """What a YAML text says. `data` is None when it cannot be read at all; then `faults` says why."""

    file: str
    data: Any = None
    faults: list[Fault] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def breaks(self, broken: Iterable[Broken], *, at_key: bool = False) -> None:
        """Note faults, each at the nearest part of its path that the text has."""
        for one in broken:
            known = next(at for n in range(len(one.path), -1, -1) if (at := one.path[:n]) in self.places)
            place = self.keys.get(known, self.places[known]) if at_key else self.places[known]
            self.add(place, _dotted(one.path), one.rule, one.detail, one.cure)

    def add(self, place: Place, path: str, rule: str, detail: str, cure: str) -> None:
        """Note a fault, once per place and rule: a part that several fields share by an alias is told once."""
        told = {(fault.line, fault.column, fault.rule, fault.detail) for fault in self.faults}
        if (*place, rule, detail) not in told:
            self.faults.append(Fault(self.file, *place, path, rule, detail, cure))

    def faulty(self, path: Path) -> bool:
        """Whether something is already wrong there, or within what stands there."""
        at = _dotted(path)
        return any(fault.field == at or fault.field.startswith(f"{at}.") for fault in self.faults)


def read_document(file: str, text: bytes) -> Document:
    """The document of a YAML text; what cannot be read becomes a fault and the rest is still looked at."""
    document = Document(file)
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        place, said = _problem(error)
        cure = "mend the YAML there; nothing after it could be checked"
        document.add(place, "document", "document_must_be_yaml", said, cure)
        return document
    if not isinstance(node, yaml.MappingNode):
        place = (1, 1) if node is None else _place(node)
        cure = "begin with `name:` and `in_force_from:`; see docs/policy.md"
        document.add(place, "document", "document_must_hold_fields", "the file holds no fields", cure)
        return document
    document.data = _Reading(document, loader).of(node, (), ())
    return document


@dataclass
class _Reading:
    document: Document
    loader: yaml.SafeLoader
    _seen: set[int] = field(default_factory=set)

    def of(self, node: yaml.Node, path: Path, above: tuple[int, ...]) -> Any:
        place = _place(node)
        if isinstance(node, yaml.ScalarNode) or path not in self.document.keys:
            self.document.places[path] = place
        else:
            self.document.places[path] = self.document.keys[path]
        if id(node) in above:
            self.document.add(place, _dotted(path), "document_must_be_finite", "it holds itself", "remove the alias")
            return None
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path, (*above, id(node)))
            case yaml.SequenceNode():
                return [self.of(one, (*path, n), (*above, id(node))) for n, one in enumerate(node.value)]
            case _:
                return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path, above: tuple[int, ...]) -> dict[str, Any]:
        if id(node) not in self._seen:  # an alias leads here again, and merged keys then look like repeated ones
            self._seen.add(id(node))
            self._repeated(node, path)
            try:
                self.loader.flatten_mapping(node)
            except yaml.YAMLError as error:
                place, said = _problem(error)
                cure = "merge a mapping with `<<: *name`"
                self.document.add(place, _dotted(path), "merge_must_name_a_mapping", said, cure)
        found: dict[str, Any] = {}
        for key_node, value in node.value:
            key = self._key(key_node, path)
            self.document.keys[*path, key] = _place(key_node)
            found[key] = self.of(value, (*path, key), above)
        return found

    def _key(self, node: yaml.Node, path: Path) -> str:
        key = node.value if isinstance(node, yaml.ScalarNode) else "(collection)"
        if node.tag != "tag:yaml.org,2002:str":
            kind = node.tag.rpartition(":")[2]
            self.document.add(
                _place(node), _dotted((*path, key)), "key_must_be_text", f"YAML reads this key as {kind}", "quote it"
            )
        return str(key)

    def _repeated(self, node: yaml.MappingNode, path: Path) -> None:
        first: dict[str, Place] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in first:
                detail = f"{key.value} stands on line {first[key.value][0]} already"
                self.document.add(
                    _place(key), _dotted((*path, key.value)), "key_must_be_unique", detail, "keep one of them"
                )
            first.setdefault(key.value, _place(key))

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        try:
            value = self.loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            said = error.problem if isinstance(error, yaml.MarkedYAMLError) else error
            self.document.add(
                _place(node), _dotted(path), "value_must_be_readable", f"{said}", "correct the value or quote it"
            )
            return None
        if isinstance(value, float) and not isfinite(value):
            self.document.add(_place(node), _dotted(path), "number_must_be_finite", f"{value}", "write a number")
            return None
        return value.isoformat() if isinstance(value, datetime | date) else value


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path) or "document"


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _problem(error: yaml.YAMLError) -> tuple[Place, str]:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if isinstance(error, yaml.MarkedYAMLError) and mark is not None:
        return (mark.line + 1, mark.column + 1), f"{error.problem or error.context}"
    return (1, 1), " ".join(str(error).split())
