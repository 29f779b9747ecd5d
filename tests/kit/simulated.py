"""A lane's collection in which every moment of every answer is the test's to choose, and a clock that it moves.

It has what a lane writer relies on: three unique indexes, inserts document by document in order, majority visibility,
and a network that loses answers, delays requests and cuts connections. A failover rolls back what no majority has.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pymongo.errors import AutoReconnect, BulkWriteError

from shared.adapters.mongo_documents import from_document
from shared.eventing.commits import Commit
from shared.kernel.lanes import lane_start

Document = dict[str, Any]


class SteppedLoop(asyncio.SelectorEventLoop):
    """An event loop that runs only when told, on a clock that moves only when told."""

    _ready: deque[Any]

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__()

    def time(self) -> float:
        return self._now

    def settle(self) -> None:
        """Run until nothing can go on by itself."""
        while True:
            self.call_soon(self.stop)
            self.run_forever()
            if not self._ready:
                return

    def advance(self, seconds: float) -> None:
        """Move the clock and run what it wakes."""
        self._now += seconds
        self.settle()


@dataclass(eq=False)
class Call:
    """A request that has not been answered yet."""

    answer: "asyncio.Future[Any]"


@dataclass(eq=False)
class Insert(Call):
    """An ordered insert on its way through the server."""

    documents: list[Document]
    served: int = 0
    problems: list[Document] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.served == len(self.documents)


@dataclass(eq=False)
class Head(Call):
    """A question for the last position."""


@dataclass(eq=False)
class Causes(Call):
    """A question for causes."""

    ids: Sequence[str]


@dataclass(eq=False)
class Take(Call):
    """A counter to be incremented: no writer of ours asks for it, a planted one does."""


class SimulatedLane:
    """The collection, for one lane."""

    ORDERED: ClassVar[bool] = True
    CAUSES_ARE_UNIQUE: ClassVar[bool] = True
    MAJORITY_READS: ClassVar[bool] = True

    def __init__(self, lane: int) -> None:
        self.lane = lane
        self.documents: list[Document] = []
        self.durable = 0
        """How many of the documents, in the order they were stored, a majority has."""
        self.calls: list[Call] = []
        self.zombies: list[Insert] = []
        self.counter = 0

    # What a lane writer asks.

    async def insert(self, documents: list[Document]) -> None:
        await self._asked(Insert(_answer(), documents))

    async def last(self, lane: int) -> int:
        return int(await self._asked(Head(_answer())))

    async def causes(self, lane: int, ids: Sequence[str]) -> dict[str, Commit]:
        found: dict[str, Commit] = await self._asked(Causes(_answer(), ids))
        return found

    async def take(self) -> int:
        return int(await self._asked(Take(_answer())))

    async def _asked(self, call: Call) -> Any:
        self.calls.append(call)
        try:
            return await call.answer
        except asyncio.CancelledError:
            # The client died: the server goes on with what it was sent.
            self._gone(call)
            raise

    # What a reader sees.

    def visible(self) -> list[Commit]:
        """The commits in position order, as far as a reader is shown them."""
        shown = self.documents[: self.durable] if self.MAJORITY_READS else self.documents
        return sorted(map(from_document, shown), key=lambda commit: commit.position)

    def stored(self) -> list[Commit]:
        """All commits in position order, whether a majority has them or not."""
        return sorted(map(from_document, self.documents), key=lambda commit: commit.position)

    # What the test lets happen.

    def serve(self, insert: Insert, count: int) -> None:
        """Store the next `count` documents of an insert, up to the first that meets a duplicate."""
        for _ in range(count):
            if insert.over:
                return
            index = insert.served
            insert.served += 1
            key = self._clash(insert.documents[index])
            if key is None:
                self.documents.append(insert.documents[index])
                continue
            insert.problems.append({"index": index, "code": 11000, "keyPattern": dict.fromkeys(key, 1)})
            if self.ORDERED:
                insert.served = len(insert.documents)

    def reply(self, call: Call) -> None:
        """Do all that a request asks and answer it; what an answer speaks of, a majority has."""
        self._close(call)
        match call:
            case Insert():
                self.serve(call, len(call.documents))
                if self._has(call):
                    self.durable = len(self.documents)
                self._conclude(call)
            case Head():
                positions = [d["_id"] for d in self.documents[: self.durable]]
                _tell(call, int(max(positions, default=lane_start(self.lane))))
            case Causes():
                found = [d for d in self.documents[: self.durable] if d["cause"]["id"] in call.ids]
                _tell(call, {d["cause"]["id"]: from_document(d) for d in found})
            case Take():
                self.counter += 1
                _tell(call, lane_start(self.lane) + self.counter)
            case _:
                raise TypeError(f"nobody knows how to answer {call}")

    def doubt(self, insert: Insert) -> None:
        """Store what an insert asks and answer that no majority confirmed it in time."""
        self._close(insert)
        self.serve(insert, len(insert.documents))
        details = {"writeErrors": insert.problems, "writeConcernErrors": [{"code": 64}], "nInserted": 0}
        _fail(insert, BulkWriteError(details))

    def cut(self, call: Call, *, goes_on: bool) -> None:
        """Break the client's connection; the server drops the request, or goes on with it unheard."""
        self._close(call)
        if goes_on and isinstance(call, Insert) and not call.over:
            self.zombies.append(call)
        _fail(call, AutoReconnect("connection closed"))

    def haunt(self, zombie: Insert, count: int) -> None:
        """Let an insert that nobody waits for go on."""
        self.serve(zombie, count)
        if zombie.over:
            self.zombies.remove(zombie)

    def replicate(self, count: int) -> None:
        """Let a majority have the next documents."""
        self.durable = min(len(self.documents), self.durable + count)

    def fail_over(self) -> None:
        """Another server takes over: it has what a majority had, and the old one's connections are gone."""
        self.documents = self.documents[: self.durable]
        self.zombies.clear()
        for call in list(self.calls):
            self.cut(call, goes_on=False)

    def _clash(self, document: Document) -> tuple[str, ...] | None:
        for other in self.documents:
            if other["_id"] == document["_id"]:
                return ("_id",)
            if (other["case"], other["first"]) == (document["case"], document["first"]):
                return ("lane", "case", "first")
            if self.CAUSES_ARE_UNIQUE and other["cause"]["id"] == document["cause"]["id"]:
                return ("lane", "cause.id")
        return None

    def _has(self, insert: Insert) -> bool:
        return any(document in insert.documents for document in self.documents[self.durable :])

    def _conclude(self, insert: Insert) -> None:
        if insert.problems:
            _fail(insert, BulkWriteError({"writeErrors": insert.problems, "writeConcernErrors": []}))
        else:
            _tell(insert, None)

    def _close(self, call: Call) -> None:
        if call in self.calls:
            self.calls.remove(call)

    def _gone(self, call: Call) -> None:
        if call in self.calls:
            self.calls.remove(call)
            if isinstance(call, Insert) and not call.over:
                self.zombies.append(call)


def _answer() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()


def _tell(call: Call, value: object) -> None:
    if not call.answer.done():
        call.answer.set_result(value)


def _fail(call: Call, error: Exception) -> None:
    if not call.answer.done():
        call.answer.set_exception(error)
