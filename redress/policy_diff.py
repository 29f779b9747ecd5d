"""What differs between two policies in meaning: clauses by id, burdens by element, lists by what is in them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from shared.kernel.policy import Policy

_NAMES: Final = {"version", "formerly"}
_IDENTITY: Final = ("id", "element")


class Difference(NamedTuple):
    """One field that was added, removed or changed. `old` and `new` are None where there is nothing.

    `area` is the part of the policy, such as `windows`, and `path` the field within it.
    """

    area: str
    path: str
    kind: str
    old: Any
    new: Any


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Every difference, in the order of the policy's fields; the order of clauses and keys is none."""
    before, after = (policy.model_dump(mode="json", exclude=_NAMES) for policy in (old, new))
    found = (Difference(area, *rest) for area in before for rest in _between(before[area], after[area], ""))
    return tuple(found)


def _between(old: Any, new: Any, path: str) -> Iterator[tuple[str, str, Any, Any]]:
    if old == new:
        return
    before, after = _by_identity(old), _by_identity(new)
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not _is_money(before):
        for key in [*before, *(key for key in after if key not in before)]:
            at = f"{path}.{key}" if path else str(key)
            if key not in after:
                yield at, "removed", before[key], None
            elif key not in before:
                yield at, "added", None, after[key]
            else:
                yield from _between(before[key], after[key], at)
    elif isinstance(old, list) and isinstance(new, list):
        gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
        yield from ((path, "removed", one, None) for one in gone)
        yield from ((path, "added", None, one) for one in come)
        if not gone and not come:
            yield path, "reordered", old, new
    else:
        yield path, "changed", old, new


def _by_identity(part: Any) -> Any:
    """A list of things with an identity as a mapping from it; anything else as it is."""
    if isinstance(part, list) and part and isinstance(part[0], Mapping):
        for name in _IDENTITY:
            if name in part[0]:
                return {one[name]: one for one in part}
    return part


def _is_money(part: Mapping[str, Any]) -> bool:
    return set(part) == {"minor", "currency"}
