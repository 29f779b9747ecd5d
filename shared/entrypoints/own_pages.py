"""Pages for callers who may see some cases only: their own, and those that wait for one of their role."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.entrypoints.caller import action_of
from shared.entrypoints.visits import Visit
from shared.eventing.reading import Reader, Seen
from shared.eventing.views import LISTED_FOR, View
from shared.kernel.actors import Role
from shared.kernel.rights import page_keys

_CHUNK: Final = 200
_ROUNDS: Final = 10
"""So many chunks of one's cases are looked through for a page. A page that then is not full has a next one still."""


async def page_for(
    visit: Visit,
    reader: Reader,
    view: View[Any],
    where: Mapping[str, Any],
    own_by: Mapping[Role, str],
    *,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Seen[Any]], str | None]:
    """What of a view this caller may see and asked for, in stream order, and after which stream it goes on, if it does.

    `own_by` are the view's own keys for a role, where it has such; else the cases are found by whose they are.
    """
    right = visit.doors.right(action_of(visit.request))
    keys = page_keys(right, visit.by) if right else ()
    if keys is None:
        return _cut(await reader.many(view, where, after=after, limit=limit + 1), limit)
    if visit.by.role in own_by:
        own = {own_by[visit.by.role]: visit.by.id}
        if any(where.get(key, value) != value for key, value in own.items()):
            return (), None
        return _cut(await reader.many(view, {**where, **own}, after=after, limit=limit + 1), limit)
    found: list[Seen[Any]] = []
    for _ in range(_ROUNDS):
        streams = await _streams(reader, visit.doors.view, keys, after)
        shown = await reader.some(view, streams)
        found += [seen for seen in shown if _fits(view.keys(seen.document), where)]
        if len(found) > limit or len(streams) < _CHUNK:
            return _cut(found, limit)
        after = streams[-1]
    return found, after


async def _streams(reader: Reader, people: View[Any], keys: Sequence[str], after: str | None) -> Sequence[str]:
    """The next cases that stand under any of the keys."""
    lists = [await reader.many(people, {LISTED_FOR: key}, after=after, limit=_CHUNK) for key in keys]
    return sorted({seen.stream for one in lists for seen in one})[:_CHUNK]


def _cut(found: Sequence[Seen[Any]], limit: int) -> tuple[Sequence[Seen[Any]], str | None]:
    page = found[:limit]
    return page, page[-1].stream if len(found) > limit else None


def _fits(keys: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """As the store selects: a key equals what is wanted, or holds it as one of several."""
    return all(value == keys.get(key) or _holds(keys.get(key), value) for key, value in where.items())


def _holds(kept: Any, wanted: Any) -> bool:
    return isinstance(kept, list | tuple) and wanted in kept
