"""What a caller says in headers about versions and waiting: If-Match, If-None-Match (RFC 9110), Prefer (RFC 7240)."""

import re
from typing import Annotated, Final

from fastapi import Header

from shared.eventing.engine import VERSION_RULE, Precondition
from shared.kernel.refusals import Refused

LONGEST_WAIT: Final = 30.0
"""Seconds that a request is kept waiting at most, whatever it prefers."""

_TAG: Final = r'(W/)?"[\x21\x23-\x7e]*"'
_TAGS: Final = rf"^(\*|{_TAG}(\s*,\s*{_TAG})*)$"
_WAIT: Final = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?([0-9]{1,9})\b', re.IGNORECASE)

IfMatch = Annotated[
    str | None,
    Header(
        pattern=_TAGS, description='Carry it out only at this version, for example `"7"`; at another one answer 412.'
    ),
]
IfNoneMatch = Annotated[
    str | None, Header(pattern=_TAGS, description="The ETag that the caller has already; answer 304 while it is shown.")
]
Prefer = Annotated[
    str | None,
    Header(description="`wait=SECONDS`: how long the answer may wait for the view to show the version, at most 30."),
]


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def precondition(if_match: str | None) -> Precondition | None:
    """The versions that `If-Match` allows: those it lists, or with `*` any but none."""
    if if_match is None:
        return None
    listed = _strong(if_match)

    def fits(version: int) -> Refused | None:
        if version > 0 if if_match == "*" else etag(version) in listed:
            return None
        return Refused(
            VERSION_RULE,
            detail=f"the case is at version {version}, the request is for {if_match}",
            field="header.if-match",
            cure="look at the case as it is now, and send the command with its present version if it is still meant",
        )

    return fits


def is_shown(if_none_match: str | None, version: int) -> bool:
    """Whether the caller has this version already. Weak comparison, as RFC 9110 asks for."""
    if if_none_match is None:
        return False
    return if_none_match == "*" or etag(version) in {tag.removeprefix("W/") for tag in _tags(if_none_match)}


def patience(prefer: str | None) -> float | None:
    """The seconds that a caller prefers to wait, bounded; None when it says nothing of waiting."""
    wait = _WAIT.search(prefer or "")
    return min(float(wait[1]), LONGEST_WAIT) if wait else None


def applied(seconds: float | None) -> dict[str, str]:
    """The header that says that a preference to wait was met."""
    return {} if seconds is None else {"Preference-Applied": f"wait={seconds:.0f}"}


def _tags(header: str) -> list[str]:
    return [found[0] for found in re.finditer(_TAG, header)]


def _strong(header: str) -> frozenset[str]:
    return frozenset(tag for tag in _tags(header) if not tag.startswith("W/"))
