"""Eight processes append to the same lanes while they, and the server, are killed without warning."""

import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid1

import pytest
from bson.int64 import Int64

from shared.adapters.mongo_client import Database, open_database
from shared.adapters.mongo_documents import from_document
from shared.eventing.commits import Commit
from shared.kernel.lanes import lane_start
from tests.kit.logs import UnsoundError, require_sound

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
SERVERS = Path(os.environ.get("TEST_STACK_SERVERS", ROOT.parent / "shared" / "stack" / "servers"))
SECONDS = float(os.environ.get("REDRESS_FAULT_SECONDS", "30"))
SEED = int(os.environ.get("REDRESS_FAULT_SEED", "20261102"))
APPENDERS = 8
LANES = 3
STACK = {
    "STACK_INSTANCE": os.environ.get("STACK_INSTANCE", "logproof"),
    "STACK_PORT": os.environ.get("STACK_PORT", "23092"),
    "MONGO_PORT": os.environ.get("MONGO_PORT", "27617"),
}
URL = f"mongodb://127.0.0.1:{STACK['MONGO_PORT']}/?directConnection=true"


def control(*words: str) -> None:
    """Tell our own instance of the stack what to do."""
    subprocess.run([SERVERS, *words], env={**os.environ, **STACK}, check=True, timeout=60, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    if not SERVERS.exists():
        pytest.skip("needs the stack's control script: set TEST_STACK_SERVERS to it")
    control("start", "mongo")
    yield
    if "STACK_INSTANCE" not in os.environ:
        # Only a server of our own goes: an instance that was named may have brokers that others go on with.
        control("down")


@pytest.fixture
async def database(server: None) -> AsyncIterator[Database]:
    opened = await open_database(URL, f"kills_{uuid1().hex[:12]}")
    yield opened
    await opened.client.drop_database(opened.name)
    opened.client.close()


@dataclass
class Worker:
    """A process and its journal."""

    process: "subprocess.Popen[bytes]"
    journal: Path

    def dead(self) -> bool:
        return self.process.poll() is not None

    def at_work(self) -> bool:
        return self.journal.exists() and self.journal.stat().st_size > 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Crowd:
    """The processes, their journals, and the hand that kills them."""

    folder: Path
    database: str
    what: str
    rng: random.Random
    workers: list[Worker] = field(default_factory=list)
    spawned: int = 0
    kills: int = 0
    server_kills: int = 0

    def spawn(self, what: str) -> Worker:
        self.spawned += 1
        journal = self.folder / f"{what}-{self.spawned}"
        seed = self.rng.randrange(2**32)
        words = [what, URL, self.database, str(LANES), str(journal), str(seed), str(self.folder / f"stop-{what}")]
        return Worker(subprocess.Popen([sys.executable, "-m", "tests.kit.log_worker", *words], cwd=ROOT), journal)

    def run(self, seconds: float, *, kill_server: bool) -> None:
        """Once all are at work, kill and replace for so long; then let those that live come to an end."""
        self.workers = [self.spawn("read"), *(self.spawn(self.what) for _ in range(APPENDERS))]
        self._until(lambda: all(worker.at_work() for worker in self.workers), 60)
        end = time.monotonic() + seconds
        server_dies = [end - seconds * share for share in (0.65, 0.3)] if kill_server else []
        while (now := time.monotonic()) < end:
            if server_dies and now >= server_dies[0]:
                server_dies.pop(0)
                control("kill", "mongo")
                control("start", "mongo")
                self.server_kills += 1
            self._kill_one(self.rng.randrange(1, len(self.workers)))
            self._look_on(min(end, time.monotonic() + self.rng.uniform(0.1, 1.5)))
        reader, *appenders = self.workers
        for what, some in ((self.what, appenders), ("read", [reader])):
            (self.folder / f"stop-{what}").touch()
            assert [worker.process.wait(timeout=60) for worker in some] == [0] * len(some)

    def _kill_one(self, n: int) -> None:
        if self.workers[n].at_work():
            self.workers[n].kill()
            self.kills += 1
            self.workers[n] = self.spawn(self.what)

    def _look_on(self, until: float) -> None:
        self._until(lambda: time.monotonic() >= until, 60)

    def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Look on until it holds; no process may end by itself meanwhile."""
        deadline = time.monotonic() + seconds
        while not holds():
            for worker in self.workers:
                assert not worker.dead(), f"{worker.journal.name} ended by itself with {worker.process.returncode}"
            assert time.monotonic() < deadline, f"at work: {[w.journal.name for w in self.workers if w.at_work()]}"
            time.sleep(0.02)

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()

    def lines(self, kind: str) -> list[tuple[str, int, str]]:
        """What the journals say of one kind: cause, position, digest."""
        found = []
        for journal in sorted(self.folder.iterdir()):
            for line in journal.read_text().split("\n")[:-1]:
                word, cause, position, digest = line.split(" ")
                if word == kind:
                    found.append((cause, int(position), digest))
        return found


async def stored(database: Database) -> list[list[Commit]]:
    """The lanes as they stand in the store, past the log's own reader: it would not look behind a hole."""
    found: list[list[Commit]] = [[] for _ in range(LANES)]
    async for document in database["log"].find({}, sort=[("_id", 1)]):
        found[document["lane"]].append(from_document(document))
    return found


def require_all_true(crowd: Crowd, lanes: list[list[Commit]]) -> None:
    """Fail unless the log is sound, has all that was acknowledged, and the reader saw exactly the log."""
    gaps = [
        line for path in crowd.folder.iterdir() for line in path.read_text().splitlines() if line.startswith("gap ")
    ]
    if gaps:
        raise UnsoundError(f"a reader passed over a position: {gaps[:3]}")
    for lane, commits in enumerate(lanes):
        require_sound(lane, commits)
    by_cause = {commit.cause.id: commit for commits in lanes for commit in commits}
    for cause, position, digest in crowd.lines("ack"):
        commit = by_cause.get(cause)
        if commit is None or (commit.position, commit.digest) != (position, digest):
            raise UnsoundError(f"cause {cause} was acknowledged at {position}, but the log has {commit}")
    saw = crowd.lines("saw")
    for lane, commits in enumerate(lanes):
        expected = [(c.cause.id, c.position, c.digest) for c in commits]
        seen = [line for line in saw if lane_start(lane) < line[1] < lane_start(lane + 1)]
        if seen != expected:
            raise UnsoundError(f"the reader of lane {lane} saw {len(seen)} commits, not the {len(expected)} stored")


async def test_the_log_survives_the_death_of_its_writers_and_of_its_server(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """INVARIANT: whatever dies, positions stay dense, nothing acknowledged is lost or doubled, readers miss nothing.

    A number taken before it is stored, an append repeated blindly, or a write answered before it is durable breaks it.
    """
    crowd = Crowd(tmp_path, database.name, "append", random.Random(SEED))
    try:
        crowd.run(SECONDS, kill_server=True)
    finally:
        crowd.end()

    lanes = await stored(database)
    require_all_true(crowd, lanes)
    total = sum(map(len, lanes))
    answers = crowd.lines("ack")
    acknowledged = len({cause for cause, _, _ in answers})
    assert total >= acknowledged > 0
    assert crowd.kills > 0
    assert crowd.server_kills == 2
    with capsys.disabled():
        print(  # noqa: T201
            f"\nseed {SEED}: {SECONDS:g} s, {APPENDERS} appenders, {crowd.kills} killed, server killed "
            f"{crowd.server_kills} times; {total} commits in {LANES} lanes, {acknowledged} acknowledged, "
            f"{total - acknowledged} stored unheard, {len(answers) - acknowledged} repeats answered alike, "
            f"{len(crowd.lines('clash'))} stream clashes, 0 lost, 0 doubled, {len(crowd.lines('saw'))} read in order"
        )


async def test_the_same_run_finds_a_counter_incremented_before_the_insert(database: Database, tmp_path: Path) -> None:
    """The check can fail: the classic bug does not survive a few seconds of it."""
    await database["counters"].insert_many([{"_id": lane, "n": Int64(0)} for lane in range(LANES)])
    crowd = Crowd(tmp_path, database.name, "count", random.Random(SEED))
    try:
        crowd.run(min(SECONDS, 5.0), kill_server=False)
    finally:
        crowd.end()

    lanes = await stored(database)
    assert sum(map(len, lanes)) > 0
    with pytest.raises(UnsoundError, match="position"):
        require_all_true(crowd, lanes)
