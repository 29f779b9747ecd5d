"""Which collection answers for a view: the pointer that a rebuild swaps (ADR 0008)."""

from dataclasses import dataclass
from typing import Any, Protocol

from shared.eventing.views import View


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where one version of a view lives.

    `feeds` are the collections the lane owners keep fed, in that order. `building` is filled by a
    rebuild until it has caught up and joins the feeds. `previous` is kept for a rollback.
    """

    view: str
    live: str
    feeds: tuple[str, ...]
    building: str | None = None
    previous: str | None = None
    builds: int = 1
    """Builds begun so far: a collection's name is never used twice."""


class Pointers(Protocol):
    """The durable pointers, changed only by compare-and-set."""

    async def get(self, view: str) -> Pointer | None: ...

    async def create(self, pointer: Pointer) -> Pointer:
        """Store a first pointer; answers the one that stands if another process was first."""
        ...

    async def change(self, old: Pointer, new: Pointer) -> bool:
        """Replace `old` by `new`; False when another change came first."""
        ...


def pointer_name(view: View[Any]) -> str:
    """A pointer belongs to one version of a view's shape, so old and new builds run side by side."""
    return f"{view.name}_v{view.version}"


async def pointer_of(pointers: Pointers, view: View[Any]) -> Pointer:
    """The view's pointer, created on first use with its first collection."""
    name = pointer_name(view)
    known = await pointers.get(name)
    if known is not None:
        return known
    first = f"{name}_1"
    return await pointers.create(Pointer(name, first, (first,)))
