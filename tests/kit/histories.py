"""Random lives of intake's cases, played into any log, and what its views must then show."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import strategies as st

from services.intake.model import MODEL
from shared.adapters.memory_log import MemoryEventLog
from shared.adapters.memory_views import MemoryCursors, MemoryPointers, MemoryViewStore
from shared.adapters.mongo_client import Database
from shared.adapters.mongo_log import MongoEventLog
from shared.adapters.mongo_pointers import MongoPointers
from shared.adapters.mongo_views import MongoCursors, MongoViewStore
from shared.adapters.wire import envelope_of, received_of
from shared.contracts.platform import OrderRecorded
from shared.contracts.topology import CONTRACTS
from shared.eventing.engine import Engine
from shared.eventing.feeds import Feed, Shelf
from shared.eventing.hearing import Hearing
from shared.eventing.messages import Command, Published
from shared.eventing.pointers import Pointers
from shared.eventing.ports import Cursors, EventLog, Shown, ViewStore
from shared.eventing.streams import Codec
from shared.eventing.views import View
from shared.eventing.workbench import Workbench
from shared.kernel.lanes import lane_of, lane_start
from tests.examples import intake
from tests.kit.counter import Tally, nothing_to_gather
from tests.kit.golden import golden
from tests.kit.wire import Outside

LANES = 2
CASES = ("case-a", "case-b", "case-c", "case-d")

_TYPES: Mapping[str, type[Published]] = {contract.TYPE: contract for contract in CONTRACTS}
_COMMANDS: tuple[Callable[[], Command], ...] = (
    intake.open_negotiation,
    intake.offer_in_negotiation,
    intake.refuse_in_negotiation,
    intake.accept_offer,
    intake.decline_offer,
    intake.lapse_negotiation,
    intake.file_complaint,
    intake.file_after_negotiation,
    intake.withdraw,
    intake.close_appeal_window,
    intake.consent_to_suspension,
    intake.suspend_complaint,
    intake.resume_complaint,
    intake.end_suspension,
    intake.urge,
    intake.remind,
)
_HEARD: tuple[Published, ...] = tuple(
    heard.model_validate_json(golden()[heard.TYPE].value) for heard in MODEL.hears if heard is not OrderRecorded
)


@dataclass(frozen=True)
class Asks:
    """A command on one of the cases."""

    case: str
    which: int


@dataclass(frozen=True)
class Hears:
    """A fact of another service on one of the cases."""

    case: str
    which: int


Step: TypeAlias = Asks | Hears

_CASE = st.sampled_from(CASES)
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Asks, _CASE, st.integers(0, len(_COMMANDS) - 1)), st.builds(Hears, _CASE, st.integers(0, len(_HEARD) - 1))
)


def random_script(seed: int, length: int = 18) -> Sequence[Step]:
    """A script for stores too slow for many of them; the seed names it."""
    chance = random.Random(seed)
    kinds: list[Callable[[], Step]] = [
        lambda: Asks(chance.choice(CASES), chance.randrange(len(_COMMANDS))),
        lambda: Hears(chance.choice(CASES), chance.randrange(len(_HEARD))),
    ]
    return [chance.choice(kinds)() for _ in range(length)]


@dataclass
class Life:
    """Intake living through steps: refused commands store nothing, heard facts always do."""

    log: EventLog
    outside: Outside = field(default_factory=lambda: Outside(LANES))
    done: int = 0

    def __post_init__(self) -> None:
        self._bench = Workbench(MODEL, self.log, lanes=LANES)
        self._engine = Engine(self._bench, nothing_to_gather, Tally())
        self._hearing = Hearing(self._bench, intake.BOOK, Tally())

    async def play(self, script: Sequence[Step]) -> None:
        for step in script:
            self.done += 1
            match step:
                case Asks(case=case, which=which):
                    command = _COMMANDS[which]().model_copy(update={"id": f"step-{self.done}", "case_id": case})
                    await self._engine.carry_out(command)
                case Hears(case=case, which=which):
                    fact = _HEARD[which].model_copy(update={"case_id": case})
                    received = received_of(envelope_of(self.outside.tell(fact)), _TYPES)
                    await self._hearing.hear(lane_of(case, LANES), [received])


@dataclass
class Backend:
    """The four stores a view needs, in memory or in one MongoDB database."""

    log: EventLog
    store: ViewStore
    cursors: Cursors
    pointers: Pointers
    close: Callable[[], Awaitable[None]]

    def __post_init__(self) -> None:
        self.life = Life(self.log)

    @classmethod
    def in_memory(cls) -> "Backend":
        async def nothing() -> None:
            return None

        return cls(MemoryEventLog(lanes=LANES), MemoryViewStore(), MemoryCursors(), MemoryPointers(), nothing)

    @classmethod
    async def in_mongo(cls, database: Database) -> "Backend":
        log = MongoEventLog(database, lanes=LANES)
        await log.start()
        return cls(log, MongoViewStore(database), MongoCursors(database), MongoPointers(database), log.stop)

    def feed(self, view: View[Any], collection: str, lane: int, **instead: Any) -> Feed:
        """A feed of one lane as a process that has just started would make it."""
        ports: dict[str, Any] = {
            "log": self.log,
            "store": self.store,
            "cursors": self.cursors,
            "shelf": Shelf(),
            **instead,
        }
        return Feed(view, collection, lane, codec=Codec(MODEL), **ports)

    async def feed_all(self, view: View[Any], collection: str, page: int = 500, **instead: Any) -> None:
        for lane in range(LANES):
            feed = self.feed(view, collection, lane, **instead)
            while await feed.step(page):
                pass

    async def contents(self, collection: str) -> dict[str, Shown]:
        return {shown.stream: shown async for shown in self.store.scan(collection)}


async def expected(log: EventLog, view: View[Any]) -> dict[str, Any]:
    """What the view must show of a log: its own `evolve` over every entry, one after the other, and nothing else."""
    codec = Codec(MODEL)
    documents: dict[str, Any] = {}
    versions: dict[str, int] = {}
    for lane in range(LANES):
        for commit in await log.read(lane, lane_start(lane), 10_000):
            for entry in codec.entries(commit):
                documents[entry.stream] = view.evolve(documents.get(entry.stream), entry)
                versions[entry.stream] = entry.version
    return {
        stream: (versions[stream], document.model_dump(mode="json"), dict(view.keys(document)))
        for stream, document in documents.items()
        if document is not None
    }
