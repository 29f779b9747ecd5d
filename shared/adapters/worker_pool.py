"""Work on hostile bytes in processes of its own: bounded in number, time and memory, replaced when one is lost.

A worker that hangs, crashes or takes too much is killed, and its job answered with which limit it met. Workers start
when they are first needed, by exec and never by fork; they see no environment, and their answers are plain data.
"""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from signal import SIGALRM, SIGXCPU
from typing import Any, Final

from shared.adapters.worker import READY
from shared.adapters.worker_frames import HEAD, LENGTH, FrameError, names_of, unpack
from shared.eventing.ports import StoreUnavailableError, Telemetry

_START_SECONDS: Final = 60.0
_HEADER_BYTES: Final = 16 * 1024 * 1024
_PIECE: Final = 256 * 1024


class PoolBusyError(StoreUnavailableError):
    """As much work waits as may wait. Trying again later can succeed."""


class OverLimitError(Exception):
    """A job met a limit of its worker: `time`, `cpu`, `memory`, or `crash` when the worker was lost."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class JobFailedError(Exception):
    """A job raised an error, which is a fault of the job and not of its input."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one job may take. `memory` in bytes is beyond what the worker has when it starts."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 20
    wall_seconds: int = 30
    answer: int = 64 * 1024 * 1024
    jobs: int = 500
    """After so many jobs a worker is replaced, so that nothing a decoder leaks can add up."""


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    jobs: int = 0


@dataclass(slots=True)
class WorkerPool:
    """At most `size` workers and `queue` waiting jobs; `modules` are imported by a worker before its first job."""

    limits: WorkerLimits = field(default_factory=WorkerLimits)
    size: int = 2
    queue: int = 64
    modules: Sequence[str] = ()
    telemetry: Telemetry | None = None
    _slots: asyncio.Semaphore = field(init=False)
    _idle: list[_Worker] = field(init=False, default_factory=list)
    _leaving: set["asyncio.Task[int]"] = field(init=False, default_factory=set)
    _waiting: int = field(init=False, default=0)
    _running: int = field(init=False, default=0)
    _closed: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.size)

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """What a module-level function answers, as plain data.

        Raises OverLimitError, JobFailedError, and PoolBusyError when too much waits already.
        """
        async with _Turn(self):
            # Not before its turn: what waits would hold its content twice.
            job = pickle.dumps((function, args), protocol=5)
            worker = self._idle.pop() if self._idle else await self._start()
            try:
                answer = await self._do(worker, job)
            except BaseException as error:
                self._discard(worker)
                raise await self._meaning(error, worker) from error
            self._put_back(worker, answer)
            return self._result(answer)

    async def close(self) -> None:
        """End every worker, busy ones too, and wait until they are gone."""
        self._closed = True
        while self._idle:
            self._discard(self._idle.pop())
        if self._leaving:
            await asyncio.wait(list(self._leaving))

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return self._waiting

    @property
    def running(self) -> int:
        """How many jobs a worker has in hand."""
        return self._running

    @property
    def pids(self) -> Sequence[int]:
        """The processes of workers that wait for a job."""
        return [worker.process.pid for worker in self._idle]

    async def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            limits = self.limits
            arguments = [theirs.fileno(), limits.memory, limits.cpu_seconds, limits.wall_seconds]
            process = subprocess.Popen(  # noqa: ASYNC220, S603  # exec'd at once; reading goes through the loop
                [sys.executable, "-m", "shared.adapters.worker", *map(str, arguments), names_of(self.modules)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = _Worker(process, reader, writer)
        try:
            async with asyncio.timeout(_START_SECONDS):
                _must_be_ready(await self._read(reader))
        except BaseException as error:
            self._discard(worker)
            raise await self._meaning(error, worker) from error
        self._count("workers_started")
        return worker

    async def _do(self, worker: _Worker, job: bytes) -> dict[str, Any]:
        async with asyncio.timeout(self.limits.wall_seconds):
            worker.writer.write(LENGTH.pack(len(job)))
            for at in range(0, len(job), _PIECE):
                worker.writer.write(memoryview(job)[at : at + _PIECE])
                await worker.writer.drain()
            return await self._read(worker.reader)

    async def _read(self, reader: asyncio.StreamReader) -> dict[str, Any]:
        text, beside = HEAD.unpack(await reader.readexactly(HEAD.size))
        if text > _HEADER_BYTES or beside > self.limits.answer:
            raise FrameError(f"an answer of {text + beside} bytes is too large")
        said = unpack(await reader.readexactly(text), await reader.readexactly(beside))
        if not isinstance(said, dict):
            raise FrameError("an answer is no mapping")
        return said

    def _result(self, answer: dict[str, Any]) -> Any:
        match answer:
            case {"outcome": "done", "result": result}:
                return result
            case {"outcome": "over_limit", "limit": limit}:
                self._count("worker_limits_met", limit=str(limit))
                raise OverLimitError(str(limit))
            case _:
                raise JobFailedError(f"{answer.get('error')}: {answer.get('message')}")

    def _put_back(self, worker: _Worker, answer: dict[str, Any]) -> None:
        worker.jobs += 1
        # What ran out of memory once may hold what it could not free.
        if self._closed or worker.jobs >= self.limits.jobs or answer.get("outcome") == "over_limit":
            self._discard(worker)
        else:
            self._idle.append(worker)

    def _discard(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.writer.transport.abort()
        # Reaped beside the loop: a killed process may take a moment to give back a large memory.
        leaving = asyncio.ensure_future(asyncio.to_thread(worker.process.wait))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _meaning(self, error: BaseException, worker: _Worker) -> BaseException:
        """Which limit a lost worker met; other failures mean what they say."""
        match error:
            case TimeoutError():
                limit = "time"
            case asyncio.IncompleteReadError() | ConnectionError():
                ended = await asyncio.to_thread(worker.process.wait)
                limit = {-SIGXCPU: "cpu", -SIGALRM: "time"}.get(ended, "crash")
            case FrameError():
                limit = "crash"
            case _:
                return error
        self._count("worker_limits_met", limit=limit)
        return OverLimitError(limit)

    def _count(self, name: str, **labels: str) -> None:
        if self.telemetry is not None:
            self.telemetry.count(name, 1, **labels)


class _Turn:
    """One job's place: first among those that wait, then among those that run."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> None:
        pool = self._pool
        if pool._closed:  # noqa: SLF001  # a part of the pool
            raise PoolBusyError("the service is stopping")
        if pool._waiting >= pool.queue:  # noqa: SLF001
            pool._count("worker_jobs_turned_away")  # noqa: SLF001
            raise PoolBusyError(f"{pool.queue} files wait to be looked at already")
        pool._waiting += 1  # noqa: SLF001
        try:
            await pool._slots.acquire()  # noqa: SLF001
        finally:
            pool._waiting -= 1  # noqa: SLF001
        pool._running += 1  # noqa: SLF001

    async def __aexit__(self, *_: object) -> None:
        self._pool._running -= 1  # noqa: SLF001
        self._pool._slots.release()  # noqa: SLF001


def _must_be_ready(said: dict[str, Any]) -> None:
    if said.get("outcome") != READY:
        raise JobFailedError(f"a worker could not start: {said.get('error')}: {said.get('message')}")


def _environment() -> dict[str, str]:
    """No secret and no setting of the service; one thread for each library that would start more."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),  # noqa: PTH109
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
