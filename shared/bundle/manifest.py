"""`bundle.json`: what a bundle holds, of which case, up to where, and one digest over all of it."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

from pydantic import ValidationError

from shared.bundle.chains import canonical
from shared.bundle.container import MismatchError
from shared.kernel.values import Value

FORMAT: Final = "redress.case-bundle.v1"
MANIFEST: Final = "bundle.json"
SIGNATURE: Final = "bundle.sig"

Absence: TypeAlias = Literal["missing", "erased", "withheld"]
"""Why a file that a fact names is not there: not stored any more, its person erased, or not for this reader."""
Reader: TypeAlias = Literal["staff", "buyer", "seller"]


class Listed(Value):
    """One entry of the archive."""

    name: str
    size: int
    sha256: str


class Chain(Value):
    """One service's chain: how many commits, and the digest of the last one."""

    commits: int
    withheld: int
    head: str


class EvidenceFile(Value):
    """A file that a fact of the case names; `entry` is where it stands, or `absent` why it does not."""

    sha256: str
    size: int
    media_type: str
    entry: str | None = None
    absent: Absence | None = None


class Sealed(Value):
    """One seal of a round's evidence, as evidence told it."""

    round: str
    manifest_digest: str


class BundleManifest(Value):
    """Everything about a bundle but its root."""

    format: Literal["redress.case-bundle.v1"] = FORMAT
    case_id: str
    status: str
    as_of: str
    seen_by: Reader
    policy_version: str | None
    chains: Mapping[str, Chain]
    seals: tuple[Sealed, ...]
    files: tuple[EvidenceFile, ...]
    entries: tuple[Listed, ...]


def written(manifest: BundleManifest) -> bytes:
    """The manifest with `root`: the SHA-256 over itself without the root, in the canonical spelling."""
    fields: dict[str, Any] = manifest.model_dump(mode="json")
    return canonical({**fields, "root": root_of(fields)})


def root_of(fields: Mapping[str, Any]) -> str:
    return sha256(canonical(fields)).hexdigest()


def read_manifest(content: bytes) -> tuple[BundleManifest, str]:
    """The manifest and its root; raises MismatchError where it is not written as `written` writes it."""
    try:
        fields = json.loads(content.decode())
        root = fields.pop("root")
        manifest = BundleManifest.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise MismatchError(MANIFEST, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise MismatchError(MANIFEST, f"cannot be read ({type(error).__name__})") from error
    if root != root_of(fields):
        raise MismatchError(MANIFEST, "the root is not the digest of what it says")
    if content != written(manifest):
        raise MismatchError(MANIFEST, "is not in the canonical spelling")
    return manifest, root


def first_difference(listed: Sequence[Listed], found: Sequence[Listed]) -> None:
    """Raises MismatchError at the first entry that is not as listed."""
    for due, seen in zip(listed, found, strict=False):
        if due.name != seen.name:
            raise MismatchError(seen.name, f"stands where {due.name} is listed")
        if due.size != seen.size:
            raise MismatchError(due.name, f"has {seen.size} bytes, {due.size} are listed")
        if due.sha256 != seen.sha256:
            raise MismatchError(due.name, f"has SHA-256 {seen.sha256}, {due.sha256} is listed")
    if len(found) < len(listed):
        raise MismatchError(listed[len(found)].name, "is listed and not there")
    if len(found) > len(listed):
        raise MismatchError(found[len(listed)].name, "is there and not listed")
