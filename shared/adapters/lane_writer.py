"""Group commit: one ordered insert in flight per lane, so that every stored prefix is gap-free (ADR 0003)."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from pymongo.errors import BulkWriteError, PyMongoError

from shared.adapters.backoff import backoff
from shared.adapters.lane_tail import LaneTail
from shared.adapters.mongo_client import is_transient
from shared.adapters.mongo_documents import to_document
from shared.eventing.commits import Commit
from shared.eventing.ports import (
    AlreadyDone,
    Appended,
    AppendResult,
    AppendUncertainError,
    Silence,
    StoreUnavailableError,
    StreamClash,
    Telemetry,
)

_GROUP: Final = 1000
"""Most commits in one insert; at 900 kB each at worst, the driver splits by message size."""

_DUPLICATE: Final = 11000


class LaneStore(Protocol):
    """What a lane writer needs of the collection."""

    async def insert(self, documents: list[dict[str, Any]]) -> None: ...

    async def last(self, lane: int) -> int: ...

    async def causes(self, lane: int, ids: Sequence[str]) -> dict[str, Commit]: ...


@dataclass(slots=True)
class _Pending:
    commit: Commit
    ticket: "_Ticket"
    index: int


@dataclass(slots=True)
class _Ticket:
    results: list[AppendResult | None]
    done: asyncio.Future[Sequence[AppendResult]] = field(repr=False)
    left: int
    lost: set[str] = field(default_factory=set)
    """Streams on which a commit of this ticket did not happen: what was decided on top of it must not either."""

    def settle(self, index: int, result: AppendResult) -> None:
        self.results[index] = result
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result([r for r in self.results if r is not None])


class LaneWriter:
    """Numbers and stores the commits of one lane.

    n+1 is attempted only when n is known to be majority-durable. Other processes may write the same
    lane: a taken position is renumbered, a taken version or cause is that commit's own result.
    """

    def __init__(
        self, lane: int, store: LaneStore, tail: LaneTail, *, patience: float = 30.0, telemetry: Telemetry | None = None
    ) -> None:
        self._lane = lane
        self._store = store
        self._tail = tail
        self._patience = patience
        self._telemetry = telemetry or Silence()
        self._queue: deque[_Pending] = deque()
        self._last: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def append(self, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        """Queue commits and wait for their results; raises AppendUncertainError past the patience."""
        if not commits:
            return ()
        ticket = _Ticket([None] * len(commits), asyncio.get_running_loop().create_future(), len(commits))
        self._queue.extend(_Pending(commit, ticket, index) for index, commit in enumerate(commits))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain(), name=f"lane-{self._lane}-writer")
        # A caller that goes away cancels its own ticket only; the write that others share is the drain's.
        return await ticket.done

    async def settled(self) -> None:
        """Return when nothing is queued or in flight."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _drain(self) -> None:
        while self._queue:
            group = [self._queue.popleft() for _ in range(min(_GROUP, len(self._queue)))]
            began = time.perf_counter()
            try:
                await self._store_group(group)
                self._telemetry.observe("append_seconds", time.perf_counter() - began)
                self._telemetry.observe("append_commits", len(group))
            except (StoreUnavailableError, PyMongoError) as error:
                self._fail(group, error)
            except Exception as error:  # noqa: BLE001  # one commit that cannot be encoded must not fail its neighbours
                if len(group) == 1:
                    self._fail(group, error)
                else:
                    await self._store_one_by_one(group)

    async def _store_one_by_one(self, group: Sequence[_Pending]) -> None:
        for pending in _standing(group):
            try:
                await self._store_group([pending])
            except Exception as error:  # noqa: BLE001  # its own caller hears it
                self._fail([pending], error)

    def _fail(self, group: Sequence[_Pending], error: Exception) -> None:
        """Tell every waiting caller; none is left hanging."""
        self._last = None
        for pending in group:
            if not pending.ticket.done.done():
                pending.ticket.done.set_exception(error)
        # What is still queued of a ticket that failed may rest on what was not stored.
        self._queue = deque(p for p in self._queue if not p.ticket.done.done())

    async def _store_group(self, group: list[_Pending]) -> None:
        deadline = asyncio.get_running_loop().time() + self._patience
        pauses = backoff()
        while group := _standing(group):
            if asyncio.get_running_loop().time() > deadline:
                raise AppendUncertainError(f"lane {self._lane}: no free position within {self._patience:g} s")
            try:
                if self._last is None:
                    self._last = await self._store.last(self._lane)
                group = await self._attempt(group, self._last)
            except PyMongoError as error:
                if not is_transient(error):
                    raise
                # Sent or not, stored or not: only the log can tell (never append blindly).
                self._last = None
                if asyncio.get_running_loop().time() > deadline:
                    raise AppendUncertainError(f"lane {self._lane}: no answer from MongoDB: {error}") from error
                await asyncio.sleep(next(pauses))
                group = await self._look_up(_standing(group))

    async def _attempt(self, group: list[_Pending], last: int) -> list[_Pending]:
        """Insert the group after `last`; answer what is still to be stored."""
        numbered = [p.commit.at_position(last + n) for n, p in enumerate(group, start=1)]
        try:
            await self._store.insert([to_document(commit) for commit in numbered])
        except BulkWriteError as error:
            if is_transient(error):
                raise
            stored, key = _first_duplicate(error)
            self._stored(group[:stored], numbered[:stored])
            return await self._resolve(group[stored:], key)
        self._stored(group, numbered)
        return []

    def _stored(self, group: Sequence[_Pending], commits: Sequence[Commit]) -> None:
        if not commits:
            return
        self._last = commits[-1].position
        self._tail.extend(commits)
        for pending, commit in zip(group, commits, strict=True):
            pending.ticket.settle(pending.index, Appended(commit.position))

    async def _resolve(self, group: list[_Pending], key: frozenset[str]) -> list[_Pending]:
        """Deal with the first of the group, which met a duplicate on `key`; the rest was not tried."""
        if key == {"_id"}:
            taken = self._last
            self._last = await self._store.last(self._lane)
            if self._last == taken:
                # The winner's commit is not majority-durable yet; it will be in a moment.
                await asyncio.sleep(0.005)
            return group
        first, *rest = group
        done = (await self._store.causes(self._lane, [first.commit.cause.id])).get(first.commit.cause.id)
        if done is None:
            first.ticket.lost.add(first.commit.stream)
            first.ticket.settle(first.index, StreamClash())
        elif done.digest == first.commit.digest:
            # Our own write, of an attempt whose answer was lost: the chain after it is sound.
            first.ticket.settle(first.index, Appended(done.position))
        else:
            first.ticket.lost.add(first.commit.stream)
            first.ticket.settle(first.index, AlreadyDone(done))
        return rest

    async def _look_up(self, group: list[_Pending]) -> list[_Pending]:
        """After an unknown outcome, settle what the log has by now; answer the rest, in order."""
        try:
            found = await self._store.causes(self._lane, [p.commit.cause.id for p in group])
        except PyMongoError as error:
            if is_transient(error):
                return group
            raise
        left: list[_Pending] = []
        for pending in group:
            done = found.get(pending.commit.cause.id)
            if done is not None and done.digest == pending.commit.digest:
                pending.ticket.settle(pending.index, Appended(done.position))
            else:
                left.append(pending)
        return left


def _standing(group: Sequence[_Pending]) -> list[_Pending]:
    """The group less what has its result, and less what was decided on top of a commit that did not happen."""
    left: list[_Pending] = []
    for pending in group:
        if pending.ticket.results[pending.index] is not None:
            continue
        if pending.commit.stream in pending.ticket.lost:
            pending.ticket.settle(pending.index, StreamClash())
        else:
            left.append(pending)
    return left


def _first_duplicate(error: BulkWriteError) -> tuple[int, frozenset[str]]:
    """How many documents were stored before the first duplicate, and the index keys it met."""
    problem: dict[str, Any] = ((error.details or {}).get("writeErrors") or [{}])[0]
    if problem.get("code") != _DUPLICATE or "keyPattern" not in problem:
        raise error
    return problem["index"], frozenset(problem["keyPattern"])
