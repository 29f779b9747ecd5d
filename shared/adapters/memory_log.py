"""The event log in memory, for wiring tests and fast properties. Proven by the same suite as the real one."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from shared.adapters.lane_tail import LaneTail
from shared.eventing.commits import Commit
from shared.eventing.ports import AlreadyDone, Appended, AppendResult, StreamClash
from shared.kernel.lanes import lane_start, number_of, position


class MemoryEventLog:
    """The `EventLog` port without a server."""

    def __init__(self, *, lanes: int) -> None:
        self._lanes: list[list[Commit]] = [[] for _ in range(lanes)]
        self._streams: dict[str, list[Commit]] = defaultdict(list)
        self._causes: dict[tuple[int, str], Commit] = {}
        self._tails = [LaneTail() for _ in range(lanes)]

    async def append(self, lane: int, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        # Give other tasks the turn a real store would, so races between them can happen.
        await asyncio.sleep(0)
        lost: set[str] = set()
        results: list[AppendResult] = []
        for commit in commits:
            result = StreamClash() if commit.stream in lost else self._append(lane, commit)
            if not isinstance(result, Appended):
                lost.add(commit.stream)
            results.append(result)
        return results

    def _append(self, lane: int, commit: Commit) -> AppendResult:
        done = self._causes.get((lane, commit.cause.id))
        if done is not None:
            # The same commit again, as after a lost answer: it is stored, and what stands on it is sound.
            return Appended(done.position) if done.digest == commit.digest else AlreadyDone(done)
        stream = self._streams[commit.stream]
        if any(stored.first == commit.first for stored in stream):
            return StreamClash()
        stored = commit.at_position(position(lane, len(self._lanes[lane]) + 1))
        self._lanes[lane].append(stored)
        stream.append(stored)
        self._causes[lane, commit.cause.id] = stored
        self._tails[lane].extend([stored])
        return Appended(stored.position)

    async def load(
        self,
        lane: int,  # noqa: ARG002  # the port's signature
        streams: Sequence[str],
        *,
        after: int = 0,
    ) -> Mapping[str, Sequence[Commit]]:
        await asyncio.sleep(0)
        found = {name: tuple(c for c in self._streams.get(name, ()) if c.first > after) for name in streams}
        return {name: commits for name, commits in found.items() if commits}

    async def read(self, lane: int, after: int, limit: int) -> Sequence[Commit]:
        start = number_of(after) if after >= lane_start(lane) else 0
        return self._lanes[lane][start : start + limit]

    async def find_cause(self, lane: int, cause_id: str) -> Commit | None:
        return self._causes.get((lane, cause_id))

    async def head(self, lane: int) -> int:
        commits = self._lanes[lane]
        return commits[-1].position if commits else lane_start(lane)

    async def wait(self, lane: int, after: int, timeout: float) -> None:
        await self._tails[lane].wait(after, timeout)

    async def stop(self) -> None:
        """Nothing is in flight here."""
