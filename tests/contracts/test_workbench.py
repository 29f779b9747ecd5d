"""Streams in hand: a cached one is brought up to date by what follows it, and by nothing else."""

from collections.abc import Mapping, Sequence

from shared.adapters.memory_log import MemoryEventLog
from shared.eventing.commits import Commit
from shared.eventing.engine import Engine
from shared.eventing.workbench import Workbench
from tests.kit.counter import COUNTER, Tally, count, nothing_to_gather

LANES = 1


class Watched(MemoryEventLog):
    """A log that notes from which version on it was asked."""

    def __init__(self) -> None:
        super().__init__(lanes=LANES)
        self.asked: list[int] = []

    async def load(self, lane: int, streams: Sequence[str], *, after: int = 0) -> Mapping[str, Sequence[Commit]]:
        self.asked.append(after)
        return await super().load(lane, streams, after=after)


def engine(log: MemoryEventLog) -> Engine:
    return Engine(Workbench(COUNTER, log, lanes=LANES), nothing_to_gather, Tally())


async def test_a_cached_stream_is_brought_up_to_date_by_what_others_appended() -> None:
    log = Watched()
    mine, theirs = engine(log), engine(log)
    await mine.carry_out(count(1, "a"))
    await theirs.carry_out(count(2, "b"))
    await theirs.carry_out(count(3, "c"))
    log.asked.clear()

    stream = await mine.load("case-1")

    assert log.asked == [1]
    whole, _ = await Workbench(COUNTER, log, lanes=LANES).stream(0, "case-1")
    assert stream == whole
    assert (stream.version, stream.state.total) == (3, 6)


async def test_bringing_a_stream_up_to_date_leaves_the_cached_one_as_it_was() -> None:
    log = Watched()
    mine, theirs = engine(log), engine(log)
    await mine.carry_out(count(1, "a"))
    await theirs.carry_out(count(2, "b"))

    await mine.load("case-1")

    cached, fresh = await mine.bench.stream(0, "case-1")
    assert (cached.version, cached.state.total, cached.causes, fresh) == (1, 1, {"a"}, False)


async def test_a_cached_stream_that_is_not_the_logs_is_read_anew() -> None:
    """What was restored from a backup under a running process has another chain of digests."""
    log = Watched()
    mine, elsewhere = engine(log), engine(MemoryEventLog(lanes=LANES))
    await mine.carry_out(count(1, "a"))
    await mine.carry_out(count(2, "b"))
    await elsewhere.carry_out(count(5, "x"))
    mine.bench.forget("case-1")
    mine.bench.remember((await elsewhere.bench.stream(0, "case-1"))[0])
    log.asked.clear()

    stream = await mine.load("case-1")

    assert log.asked == [1, 0]
    assert (stream.version, stream.state.total) == (2, 3)
