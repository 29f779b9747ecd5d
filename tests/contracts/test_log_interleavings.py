"""The lane writer against every interleaving hypothesis finds: lost answers, late inserts, lagging heads, failovers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shared.adapters.lane_tail import LaneTail
from shared.adapters.lane_writer import LaneWriter
from shared.eventing.commits import Commit
from shared.eventing.ports import AlreadyDone, Appended, AppendResult, AppendUncertainError, StreamClash
from shared.kernel.lanes import lane_start
from tests.kit.logs import Hand, require_sound
from tests.kit.planted import PLANTS, Plant, Writer
from tests.kit.simulated import Call, Insert, SimulatedLane, SteppedLoop

pytestmark = pytest.mark.timeout(300)  # a search through many histories, on a machine that may be busy

LANE = 3
STREAMS = ("case-a", "case-b")
PATIENCE = 2.0

which = st.integers(min_value=0, max_value=11)
behind = st.sampled_from((0, 0, 1, 2))
few = st.integers(min_value=1, max_value=3)
drafts = st.lists(
    st.tuples(st.sampled_from(STREAMS), st.integers(min_value=1, max_value=2)), min_size=1, max_size=4
).map(tuple)


@dataclass(eq=False)
class Ticket:
    """One call of append, and what came of it."""

    commits: Sequence[Commit]
    task: "asyncio.Task[Sequence[AppendResult]]"


@dataclass(eq=False)
class Process:
    """A service process: its writer, the tail that its readers share, and what it waits for."""

    writer: Writer
    tail: LaneTail
    cursor: int = lane_start(LANE)
    waiting: list[Ticket] = field(default_factory=list)


class LogMachine(RuleBasedStateMachine):
    """Three processes append to one lane; readers follow it."""

    WRITER: ClassVar[type[Any]] = LaneWriter
    STORE: ClassVar[type[SimulatedLane]] = SimulatedLane

    def __init__(self) -> None:
        super().__init__()
        self.loop = SteppedLoop()
        self.store = self.STORE(LANE)
        self.processes = [self._spawn() for _ in range(3)]
        self.asked: list[Sequence[Commit]] = []
        self.acknowledged: dict[int, Commit] = {}
        self.already: list[tuple[Commit, Commit]] = []
        self.seen: list[list[Commit]] = [[], []]

    def _spawn(self) -> Process:
        tail = LaneTail(keep=4)
        return Process(self.WRITER(LANE, self.store, tail, patience=PATIENCE), tail)

    def _append(self, process: Process, commits: Sequence[Commit]) -> None:
        self.asked.append(commits)
        process.waiting.append(Ticket(commits, self.loop.create_task(process.writer.append(commits))))
        self.loop.settle()

    def _history(self, stream: str) -> list[Commit]:
        return [commit for commit in self.store.stored()[: self.store.durable] if commit.stream == stream]

    # What clients do.

    @rule(who=which, drafts=drafts, behind=st.tuples(behind, behind))
    def decide(self, who: int, drafts: tuple[tuple[str, int], ...], behind: tuple[int, int]) -> None:
        """Decide commits one on top of the other, on the streams as they are or as they were."""
        hands = {}
        for stream, commits_behind in zip(STREAMS, behind, strict=True):
            history = self._history(stream)
            hands[stream] = Hand.on(stream, LANE, history[: max(0, len(history) - commits_behind)])
        commits = [
            hands[stream].commit(f"cause-{len(self.asked)}.{n}", facts=facts)
            for n, (stream, facts) in enumerate(drafts)
        ]
        self._append(self.processes[who % 3], commits)

    @precondition(lambda self: self.asked)
    @rule(who=which, one=which)
    def send_again(self, who: int, one: int) -> None:
        """The same call, unchanged: a caller that never heard."""
        self._append(self.processes[who % 3], self.asked[-1 - one % len(self.asked)])

    @precondition(lambda self: self.asked)
    @rule(who=which, one=which, facts=few)
    def decide_again(self, who: int, one: int, facts: int) -> None:
        """The same cause, decided anew on the stream as it is now."""
        before = self.asked[-1 - one % len(self.asked)][0]
        hand = Hand.on(before.stream, LANE, self._history(before.stream))
        self._append(self.processes[who % 3], [hand.commit(before.cause.id, facts=facts)])

    @rule(who=which)
    def crash(self, who: int) -> None:
        """kill -9: nobody hears of what was in flight; the server may go on with it."""
        process = self.processes[who % 3]
        for task in [t.task for t in process.waiting] + [t for t in (getattr(process.writer, "_task", None),) if t]:
            task.cancel()
        self.loop.settle()
        self.processes[who % 3] = self._spawn()

    # What the server and the network do.

    def _call(self, one: int) -> Call:
        return self.store.calls[one % len(self.store.calls)]

    @precondition(lambda self: self.store.calls)
    @rule(one=which)
    def answer(self, one: int) -> None:
        self.store.reply(self._call(one))
        self.loop.settle()

    @precondition(lambda self: self.store.calls)
    @rule()
    def answer_all(self) -> None:
        for call in list(self.store.calls):
            self.store.reply(call)
        self.loop.settle()

    @precondition(lambda self: self.store.calls)
    @rule(one=which, count=few)
    def store_some(self, one: int, count: int) -> None:
        call = self._call(one)
        if isinstance(call, Insert):
            self.store.serve(call, count)

    @precondition(lambda self: self.store.calls)
    @rule(one=which, goes_on=st.booleans(), served=st.integers(min_value=0, max_value=4))
    def lose_the_answer(self, one: int, goes_on: bool, served: int) -> None:
        """Not applied, partly applied, applied, or still on its way: the client hears the same."""
        call = self._call(one)
        if isinstance(call, Insert):
            self.store.serve(call, served)
        self.store.cut(call, goes_on=goes_on)
        self.loop.settle()

    @precondition(lambda self: any(not isinstance(call, Insert) for call in self.store.calls))
    @rule(one=which)
    def lose_a_question(self, one: int) -> None:
        questions = [call for call in self.store.calls if not isinstance(call, Insert)]
        self.store.cut(questions[one % len(questions)], goes_on=False)
        self.loop.settle()

    @precondition(lambda self: self.store.calls)
    @rule(one=which)
    def miss_the_majority(self, one: int) -> None:
        call = self._call(one)
        if isinstance(call, Insert):
            self.store.doubt(call)
            self.loop.settle()

    @precondition(lambda self: self.store.zombies)
    @rule(one=which, count=few)
    def land_late(self, one: int, count: int) -> None:
        self.store.haunt(self.store.zombies[one % len(self.store.zombies)], count)

    @rule(count=few)
    def replicate(self, count: int) -> None:
        self.store.replicate(count)

    @rule()
    def fail_over(self) -> None:
        self.store.fail_over()
        self.loop.settle()

    @rule(seconds=st.sampled_from((0.01, 0.1, 1.0, PATIENCE)))
    def let_time_pass(self, seconds: float) -> None:
        self.loop.advance(seconds)

    # What readers do.

    @rule(limit=few)
    def read(self, limit: int) -> None:
        """Ask `_id > cursor` now and then, as relay and views do."""
        self._read(self.seen[0], limit)

    @invariant()
    def a_reader_that_reads_all_the_time_misses_nothing(self) -> None:
        self._read(self.seen[1], 100)

    @rule(who=which)
    def read_the_tail(self, who: int) -> None:
        """Ask a process's own window first, as its runners do."""
        process = self.processes[who % 3]
        page = process.tail.after(process.cursor, 3)
        if page is None:
            page = [c for c in self.store.visible() if c.position > process.cursor][:3]
        for commit in page:
            assert commit.position == process.cursor + 1, "the tail leaves out a commit"
            assert commit in self.store.visible(), "the tail shows what no majority has"
            process.cursor = commit.position

    def _read(self, seen: list[Commit], limit: int) -> None:
        cursor = seen[-1].position if seen else lane_start(LANE)
        for commit in [c for c in self.store.visible() if c.position > cursor][:limit]:
            expected = (seen[-1].position if seen else lane_start(LANE)) + 1
            assert commit.position == expected, "a reader passes over a position"
            seen.append(commit)

    # What must hold at every moment.

    @invariant()
    def every_stored_prefix_is_sound(self) -> None:
        require_sound(LANE, self.store.stored())
        require_sound(LANE, self.store.visible())

    @invariant()
    def results_are_true(self) -> None:
        for process in self.processes:
            for ticket in [t for t in process.waiting if t.task.done()]:
                process.waiting.remove(ticket)
                if not ticket.task.cancelled():
                    self._note(ticket)
        durable = {commit.position: commit for commit in self.store.stored()[: self.store.durable]}
        for position, commit in self.acknowledged.items():
            assert durable.get(position) == commit.at_position(position), "an acknowledged commit is lost"

    def _note(self, ticket: Ticket) -> None:
        error = ticket.task.exception()
        if error is not None:
            assert isinstance(error, AppendUncertainError), repr(error)
            return
        results = ticket.task.result()
        assert len(results) == len(ticket.commits), "every commit has its own result"
        lost: set[str] = set()
        for commit, result in zip(ticket.commits, results, strict=True):
            match result:
                case Appended(position=position):
                    assert commit.stream not in lost, "a commit stands on one that did not happen"
                    self.acknowledged[position] = commit
                case AlreadyDone(commit=done):
                    assert done.cause.id == commit.cause.id, "the result of something else"
                    self.acknowledged[done.position] = done
                    lost.add(commit.stream)
                case StreamClash():
                    lost.add(commit.stream)

    def teardown(self) -> None:
        try:
            self._heal()
        finally:
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.settle()
            self.loop.close()

    def _heal(self) -> None:
        """The faults end: every caller gets its answer, and every reader everything that is stored."""
        for _ in range(200):
            for zombie in list(self.store.zombies):
                self.store.haunt(zombie, len(zombie.documents))
            self.store.replicate(len(self.store.documents))
            for call in list(self.store.calls):
                self.store.reply(call)
            self.loop.advance(PATIENCE / 10)
            self.results_are_true()
            if not any(process.waiting for process in self.processes):
                break
        assert not any(process.waiting for process in self.processes), "a caller is left without an answer"
        self.every_stored_prefix_is_sound()
        for seen in self.seen:
            for _ in range(len(self.store.documents)):
                self._read(seen, 5)
            assert seen == self.store.visible(), "a reader has not seen what is stored"


def explore(plant: Plant, examples: int, steps: int = 50) -> None:
    """Run the machine on a writer and a collection, the same way every time."""
    machine = type("Machine", (LogMachine,), {"WRITER": plant.writer, "STORE": plant.lane})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_interleaving_breaks_a_lane() -> None:
    """INVARIANT: every stored prefix of a lane is gap-free, nothing acknowledged is lost, nothing is stored twice.

    Two inserts in flight, a position kept by a commit that was not stored, an append repeated without asking for its
    cause, or a decision kept on top of one that did not happen would each break it.
    """
    explore(Plant("none"), examples=400)


def test_an_append_that_finds_no_free_position_ends_uncertain() -> None:
    """A position taken by a commit that no majority confirms must not keep a caller waiting for ever."""
    loop = SteppedLoop()
    store = SimulatedLane(LANE)
    first, second = (LaneWriter(LANE, store, LaneTail(), patience=PATIENCE) for _ in range(2))

    def answer_all() -> None:
        for call in list(store.calls):
            store.reply(call)
        loop.settle()

    taking = loop.create_task(first.append([Hand("case-a", LANE).commit("taken")]))
    loop.settle()
    answer_all()
    (insert,) = store.calls
    assert isinstance(insert, Insert)
    store.serve(insert, 1)
    store.calls.remove(insert)
    waiting = loop.create_task(second.append([Hand("case-b", LANE).commit("late")]))
    for _ in range(2000):
        loop.advance(0.005)
        answer_all()
        if waiting.done():
            break

    assert waiting.done(), f"still waiting after {loop.time():.1f} s with a patience of {PATIENCE} s"
    assert isinstance(waiting.exception(), AppendUncertainError)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.settle()
    assert taking.cancelled()
    loop.close()


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_the_machine_finds(plant: Plant) -> None:
    with pytest.raises(AssertionError):
        explore(plant, examples=1000)
