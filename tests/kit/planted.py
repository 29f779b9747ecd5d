"""Event logs with the classic bugs put in on purpose: each must make the tests fail, or the tests prove nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pymongo.errors import AutoReconnect, BulkWriteError

from shared.adapters.lane_tail import LaneTail
from shared.adapters.lane_writer import LaneWriter, _Pending
from shared.adapters.mongo_documents import to_document
from shared.eventing.commits import Commit
from shared.eventing.ports import AlreadyDone, Appended, AppendResult, StreamClash
from tests.kit.simulated import SimulatedLane


class Writer(Protocol):
    """What the machine drives."""

    async def append(self, commits: Sequence[Commit]) -> Sequence[AppendResult]: ...


class CountingWriter:
    """`$inc` a counter, then insert: a later position can be seen first, and a lost one is never filled."""

    def __init__(self, lane: int, store: SimulatedLane, tail: LaneTail, *, patience: float = 30.0) -> None:
        self._lane = lane
        self._store = store

    async def append(self, commits: Sequence[Commit]) -> Sequence[AppendResult]:
        lost: set[str] = set()
        results: list[AppendResult] = []
        for commit in commits:
            result = StreamClash() if commit.stream in lost else await self._append(commit)
            if not isinstance(result, Appended):
                lost.add(commit.stream)
            results.append(result)
        return results

    async def _append(self, commit: Commit) -> AppendResult:
        while True:
            try:
                numbered = commit.at_position(await self._store.take())
                await self._store.insert([to_document(numbered)])
            except (AutoReconnect, BulkWriteError) as error:
                done = await self._done(commit)
                if done is not None:
                    return Appended(done.position) if done.digest == commit.digest else AlreadyDone(done)
                if isinstance(error, BulkWriteError) and not (error.details or {}).get("writeConcernErrors"):
                    return StreamClash()
            else:
                return Appended(numbered.position)

    async def _done(self, commit: Commit) -> Commit | None:
        while True:
            try:
                return (await self._store.causes(self._lane, [commit.cause.id])).get(commit.cause.id)
            except AutoReconnect:
                await asyncio.sleep(0.01)


class PipeliningWriter(LaneWriter):
    """Two inserts in flight: n+1 is attempted before n is known to be stored."""

    async def _attempt(self, group: list[_Pending], last: int) -> list[_Pending]:
        if len(group) == 1:
            return await super()._attempt(group, last)
        documents = [to_document(p.commit.at_position(last + n)) for n, p in enumerate(group, start=1)]
        await asyncio.gather(*(self._store.insert([document]) for document in documents))
        self._stored(group, [p.commit.at_position(last + n) for n, p in enumerate(group, start=1)])
        return []


class BurningWriter(LaneWriter):
    """A commit that lost its version keeps its number: the rest is not renumbered."""

    async def _resolve(self, group: list[_Pending], key: frozenset[str]) -> list[_Pending]:
        left = await super()._resolve(group, key)
        if key != {"_id"} and self._last is not None:
            self._last += 1
        return left


class ForgivingWriter(LaneWriter):
    """What was decided on top of a commit that did not happen is stored all the same."""

    async def _resolve(self, group: list[_Pending], key: frozenset[str]) -> list[_Pending]:
        left = await super()._resolve(group, key)
        group[0].ticket.lost.clear()
        return left


class BlindWriter(LaneWriter):
    """An append whose answer was lost is sent again without asking the log for its cause."""

    async def _look_up(self, group: list[_Pending]) -> list[_Pending]:
        return group

    async def _resolve(self, group: list[_Pending], key: frozenset[str]) -> list[_Pending]:
        if key == {"_id"}:
            return await super()._resolve(group, key)
        first, *rest = group
        first.ticket.lost.add(first.commit.stream)
        first.ticket.settle(first.index, StreamClash())
        return rest


class TrustingWriter(LaneWriter):
    """After a lost answer it numbers on from where it believes the lane to be, as if nothing had been stored."""

    async def _look_up(self, group: list[_Pending]) -> list[_Pending]:
        for pending in group:
            if self._lost is not None:
                pending.ticket.settle(pending.index, Appended(self._lost))
        return []

    _lost: int | None = None

    async def _attempt(self, group: list[_Pending], last: int) -> list[_Pending]:
        self._lost = last + 1
        return await super()._attempt(group, last)


class RepeatingWriter(LaneWriter):
    """A connection that breaks while a clash is looked into: what was stored before it is answered a second time.

    The lane writer had this bug until the machine found it.
    """

    async def _attempt(self, group: list[_Pending], last: int) -> list[_Pending]:
        try:
            return await super()._attempt(group, last)
        except AutoReconnect:
            for pending in group:
                if (result := pending.ticket.results[pending.index]) is not None:
                    pending.ticket.settle(pending.index, result)
            raise


class CauselessLane(SimulatedLane):
    """No unique index on the cause."""

    CAUSES_ARE_UNIQUE: ClassVar[bool] = False


class UnorderedLane(SimulatedLane):
    """`insert_many(ordered=False)`: what follows a clash is stored past a hole."""

    ORDERED: ClassVar[bool] = False


class LocalLane(SimulatedLane):
    """Readers read with concern `local`: they see commits that a failover takes back."""

    MAJORITY_READS: ClassVar[bool] = False


@dataclass(frozen=True)
class Plant:
    """A bug: the writer or the collection it is put into."""

    name: str
    writer: type[Any] = LaneWriter
    lane: type[SimulatedLane] = SimulatedLane


PLANTS = (
    Plant("a counter incremented before the insert", CountingWriter),
    Plant("two inserts in flight", PipeliningWriter),
    Plant("a lost version that keeps its number", BurningWriter),
    Plant("a decision kept on top of one that did not happen", ForgivingWriter),
    Plant("no check of the cause", BlindWriter, CauselessLane),
    Plant("a lost answer taken for success", TrustingWriter),
    Plant("one result given twice", RepeatingWriter),
    Plant("unordered inserts", lane=UnorderedLane),
    Plant("readers without majority", lane=LocalLane),
)
