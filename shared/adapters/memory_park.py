"""Parked records in memory, for wiring tests. Proven by the suite of the real one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shared.eventing.parking import Action, Lineage, Parked, Why


class MemoryPark:
    """The `Park` port without a server."""

    def __init__(self) -> None:
        self._parked: dict[str, Parked] = {}
        self._attempts: dict[str, tuple[int, int]] = {}

    async def put(self, parked: Parked) -> None:
        known = self._parked.get(parked.id)
        self._parked[parked.id] = parked
        if known:
            told = replace(known, reason=parked.reason, why=parked.why, attempts=parked.attempts)
            self._parked[parked.id] = told

    async def tally(self) -> Mapping[Why, int]:
        return Counter(parked.why for parked in self._parked.values())

    async def blocked(self) -> Mapping[Lineage, int]:
        blocked: dict[Lineage, int] = {}
        for parked in self._parked.values():
            if parked.seq:
                lineage = (parked.stream, parked.source)
                blocked[lineage] = min(parked.seq, blocked.get(lineage, parked.seq))
        return blocked

    async def asked(self) -> Sequence[Parked]:
        return self._sorted(parked for parked in self._parked.values() if parked.action)

    async def of(self, lineage: Lineage) -> Sequence[Parked]:
        return self._sorted(p for p in self._parked.values() if (p.stream, p.source) == lineage)

    async def every(self, limit: int = 1000) -> Sequence[Parked]:
        return self._sorted(self._parked.values())[:limit]

    async def remove(self, parked_id: str) -> None:
        self._parked.pop(parked_id, None)

    async def ask(self, parked_id: str, action: Action | None) -> bool:
        if parked_id not in self._parked:
            return False
        self._parked[parked_id] = replace(self._parked[parked_id], action=action)
        return True

    async def attempt(self, mark: str, offset: int) -> int:
        at, count = self._attempts.get(mark, (offset, 0))
        self._attempts[mark] = (offset, count + 1 if at == offset else 1)
        return self._attempts[mark][1]

    async def begun(self, mark: str) -> int:
        return self._attempts.get(mark, (0, 0))[0]

    @staticmethod
    def _sorted(parked: Iterable[Parked]) -> list[Parked]:
        return sorted(parked, key=lambda p: (p.stream, p.source, p.seq, p.parked_at))
