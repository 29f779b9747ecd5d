"""Registers in memory, for wiring tests. Proven by the suite of the real one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar

from shared.eventing.registers import Entry

E = TypeVar("E", bound=Entry)


class MemoryRegister(Generic[E]):
    """The `Register` port without a server."""

    def __init__(self, kind: type[E]) -> None:
        self._kind = kind
        self._entries: dict[str, E] = {}

    async def get(self, entry_id: str) -> E | None:
        return self._entries.get(entry_id)

    async def add(self, entry: E) -> bool:
        if self._clashes(entry):
            return False
        self._entries[entry.id] = entry
        return True

    async def replace(self, entry: E) -> E | None:
        if not self._stands(entry):
            return None
        self._entries[entry.id] = entry.model_copy(update={"revision": entry.revision + 1})
        return self._entries[entry.id]

    async def remove(self, entry: E) -> bool:
        return self._stands(entry) and self._entries.pop(entry.id) is not None

    async def find(self, **where: str) -> Sequence[E]:
        return [entry for _, entry in sorted(self._entries.items()) if self._fits(entry, where)]

    async def due(self, until: datetime, limit: int, *, after: str = "") -> Sequence[E]:
        found = (entry for key, entry in sorted(self._entries.items()) if key > after)
        return [entry for entry in found if entry.due_at is not None and entry.due_at <= until][:limit]

    def _stands(self, entry: E) -> bool:
        known = self._entries.get(entry.id)
        return known is not None and known.revision == entry.revision

    def _clashes(self, entry: E) -> bool:
        return entry.id in self._entries or any(
            getattr(known, name) == getattr(entry, name)
            for known in self._entries.values()
            for name in self._kind.UNIQUE
        )

    @staticmethod
    def _fits(entry: E, where: dict[str, str]) -> bool:
        held = ((getattr(entry, name), value) for name, value in where.items())
        return all(value in own if isinstance(own, tuple) else own == value for own, value in held)
