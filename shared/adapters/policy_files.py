"""Policy versions from a folder of YAML documents; the content's hash is part of the version's name (ADR 0016)."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Final

from shared.adapters.failures import Misconfigured
from shared.adapters.policy_document import Broken, Document, Fault, read_document
from shared.adapters.policy_rules import broken_rules
from shared.adapters.policy_types import broken_types, validated
from shared.kernel.policy import Policy, PolicyBook

SHIPPED = Path(str(resources.files("shared"))) / "policy"
_NOT_CONTENT: Final = frozenset({"name", "formerly"})


class PolicyFaults(Misconfigured):
    """Policy documents that cannot be used, with every fault of every one of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        count = f"{len(self.faults)} fault{'s' if len(self.faults) > 1 else ''}"
        super().__init__("\n".join([f"{count} in the policy", *(f"  {fault}" for fault in self.faults)]))


@dataclass(frozen=True, slots=True)
class _Head:
    """What sets one version against the others; known of a document that is faulty elsewhere, too."""

    document: Document
    name: str
    starts: datetime
    stands_for: frozenset[str]


def read_policies(folder: Path = SHIPPED) -> PolicyBook:
    """Every policy version of a folder, or of one file; raises PolicyFaults naming every file, line and rule."""
    files = [folder] if folder.is_file() else sorted(folder.glob("*.yaml"))
    if not files:
        raise Misconfigured(f"no policy found: {folder} holds no .yaml file; set REDRESS_POLICIES to the policy folder")
    documents: list[Document] = []
    heads: list[_Head] = []
    policies: list[Policy] = []
    for file in files:
        try:
            text = file.read_bytes()
        except OSError as error:
            raise Misconfigured(f"policy {file.name} cannot be read: {error.strerror}") from error
        document = read_document(file.name, text)
        documents.append(document)
        if document.data is not None:
            whole = _whole(document.data, text)
            heads += _heads(document, whole)
            policies += _checked(document, whole)
    heads.sort(key=lambda head: head.starts)
    for at, head in enumerate(heads):
        head.document.breaks(_against(head, heads[:at]))
    if faults := [fault for document in documents for fault in document.faults]:
        raise PolicyFaults(faults)
    return PolicyBook(versions=tuple(sorted(policies, key=lambda policy: policy.in_force_from)))


def content_hash(data: Any) -> str:
    """SHA-256 over what a document says: neither comments, nor layout, nor the order of keys or clauses count."""
    content = {key: value for key, value in data.items() if key not in _NOT_CONTENT}
    return sha256(json.dumps(_canonical(content), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _canonical(part: Any) -> Any:
    match part:
        case dict():
            return {key: _canonical(value) for key, value in part.items()}
        case list() if part and all(isinstance(one, dict) and "id" in one for one in part):
            return sorted((_canonical(one) for one in part), key=lambda one: str(one["id"]))
        case list():
            return [_canonical(one) for one in part]
        case float() if part.is_integer():
            return int(part)
        case str():
            return _instant(part)
        case _:
            return part


def _instant(text: str) -> str:
    """One instant has one spelling, whatever zone it was written in."""
    if not re.match(r"\d{4}-\d\d-\d\dT", text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(UTC).isoformat() if moment.tzinfo else text


def _whole(data: Any, text: bytes) -> dict[str, Any]:
    """The fields of a policy: what the document says, and the names that this version goes by."""
    name, former = data.get("name"), data.get("formerly", [])
    # A document that was deployed when versions were named after its bytes is still what its cases pinned.
    by_bytes = f"{name}-{sha256(text).hexdigest()[:12]}"
    fields = {key: value for key, value in data.items() if key != "name"}
    names = [*former, by_bytes] if isinstance(former, list) else former
    return {**fields, "version": f"{name}-{content_hash(data)[:12]}", "formerly": names}


def _checked(document: Document, whole: dict[str, Any]) -> Iterator[Policy]:
    """The policy of a document, if it is sound; else its faults are noted."""
    data = document.data
    document.breaks(broken_rules(data))
    if "name" not in data:
        document.breaks([Broken(("name",), "field_must_be_present", "name is missing", "add `name:`")])
    if "version" in data:
        detail = "the version is computed: the name and the hash of the content"
        document.breaks([Broken(("version",), "field_must_be_known", detail, "remove it")], at_key=True)
    policy, errors = validated(whole)
    for broken in broken_types(errors):
        # Where a rule has said what is wrong, the type's own words add nothing.
        if not document.faulty(broken.path):
            document.breaks([broken], at_key=broken.rule == "field_must_be_known")
    if policy is not None and not document.faults:
        yield policy
    elif not document.faults:
        document.breaks(Broken((), "document_must_be_a_policy", str(error["msg"]), "correct it") for error in errors)


def _heads(document: Document, whole: dict[str, Any]) -> Iterator[_Head]:
    name = document.data.get("name")
    try:
        starts = datetime.fromisoformat(str(document.data.get("in_force_from")))
    except ValueError:
        return
    former = whole["formerly"] if isinstance(whole["formerly"], list) else []
    if isinstance(name, str) and starts.tzinfo is not None:
        yield _Head(document, name, starts, frozenset([whole["version"], *map(str, former)]))


def _against(later: _Head, before: Sequence[_Head]) -> Iterator[Broken]:
    """What sets a version at odds with those that come into force no later than it."""
    for one in before:
        file = one.document.file
        if later.name == one.name:
            yield Broken(("name",), "name_must_be_unique", f"{file} has this name too", "give each version its own")
        elif later.starts == one.starts:
            detail = f"{file} is in force from this instant too"
            cure = "give each version an instant of its own"
            yield Broken(("in_force_from",), "versions_must_not_start_at_the_same_instant", detail, cure)
        elif _natural(later.name) < _natural(one.name):
            detail = f"it replaces {one.name} of {file}, which is named as the later one"
            cure = "name versions in the order in which they come into force, or correct the instant"
            yield Broken(("in_force_from",), "versions_must_come_into_force_in_the_order_of_their_names", detail, cure)
        if shared := sorted(later.stands_for & one.stands_for):
            detail = f"{file} stands for {', '.join(shared)} too"
            cure = "let one document stand for a former version"
            yield Broken(("formerly",), "former_version_must_be_claimed_once", detail, cure)


def _natural(name: str) -> list[tuple[int, str]]:
    """Names compare as a reader counts: v9 before v10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name) if part]
