"""Long-running tasks under supervision: when one dies, the process ends, and says why."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

import structlog

_log = structlog.get_logger(__name__)


class Supervisor:
    """Holds the tasks of a process. `failed` is done as soon as one of them ended by itself."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.failed: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def fail(self, error: BaseException) -> None:
        """Report a failure that happened outside of a task."""
        if not self.failed.done():
            _log.critical("the process will end", error=repr(error), exc_info=error)
            self.failed.set_result(error)

    async def stop(self, tasks: Iterable[asyncio.Task[None]] | None = None) -> None:
        """Cancel tasks, all by default, and wait until they are gone."""
        stopping = list(self._tasks if tasks is None else tasks)
        for task in stopping:
            task.cancel()
        if stopping:
            await asyncio.wait(stopping)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        self.fail(task.exception() or RuntimeError(f"{task.get_name()} ended by itself"))
