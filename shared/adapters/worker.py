"""The process that does what may go wrong: one job at a time, within limits, and nothing it could harm in reach.

It is started by `WorkerPool` with one socket and no environment, and ends when the socket does.
"""

import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from shared.adapters.worker_frames import LENGTH, pack

READY: Final = "ready"
_FILES: Final = 64


def serve(channel: socket.socket, *, memory: int, cpu_seconds: int, wall_seconds: int, modules: list[str]) -> None:
    """Import what jobs need, say so, and do jobs until nobody asks for more."""
    try:
        for name in modules:
            import_module(name)
        confine(memory)
    except Exception as error:  # noqa: BLE001  # whatever it is, the pool tells it
        channel.sendall(pack(_failed(error)))
        return
    channel.sendall(pack({"outcome": READY}))
    while (job := _receive(channel)) is not None:
        function, args = pickle.loads(job)  # noqa: S301  # from our own service, over our own socket
        allow(cpu_seconds, wall_seconds)
        answer = do(function, args)
        signal.alarm(0)
        channel.sendall(answer)


def do(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """The answer to one job, as a frame."""
    try:
        return pack({"outcome": "done", "result": function(*args)})
    except MemoryError:
        return pack({"outcome": "over_limit", "limit": "memory"})
    except Exception as error:  # noqa: BLE001  # a job's failure is an answer; the pool raises it
        return pack(_failed(error))


def confine(memory: int) -> None:
    """Let this process take so much more memory than it has now, write no file, and leave no core.

    Only Linux limits memory; elsewhere, where one tries things out, the bounds of each decoder must do.
    """
    if sys.platform == "linux":
        # A container that runs out of memory loses this process, and never the service.
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123
            file.write("1000")
        has = _virtual_bytes()
        resource.setrlimit(resource.RLIMIT_AS, (has + memory, has + memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))


def allow(cpu_seconds: int, wall_seconds: int) -> None:
    """Give the next job its time: past it the kernel ends this process, whoever still waits for it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds + 1, hard))
    # The pool kills a late worker itself; this is for a worker whose service was killed.
    signal.alarm(wall_seconds + 5)


def _failed(error: Exception) -> dict[str, str]:
    return {"outcome": "failed", "error": type(error).__name__, "message": str(error)[:1000]}


def _virtual_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # before any path is needed
        return int(file.read().split()[0]) * resource.getpagesize()


def _receive(channel: socket.socket) -> bytes | None:
    head = _exactly(channel, LENGTH.size)
    return head and _exactly(channel, LENGTH.unpack(head)[0])


def _exactly(channel: socket.socket, length: int) -> bytes | None:
    """So many bytes, or None when the other end is gone."""
    content = bytearray(length)
    view, got = memoryview(content), 0
    while got < length:
        more = channel.recv_into(view[got:])
        if not more:
            return None
        got += more
    return bytes(content)


def main() -> None:
    """Serve the pool that started this process."""
    number, memory, cpu_seconds, wall_seconds, modules = sys.argv[1:]
    os.chdir("/")
    with socket.socket(fileno=int(number)) as channel:
        serve(
            channel,
            memory=int(memory),
            cpu_seconds=int(cpu_seconds),
            wall_seconds=int(wall_seconds),
            modules=[name for name in modules.split(",") if name],
        )


if __name__ == "__main__":
    main()
