"""What a process tells beside its facts and its park: answers to commands that came by topic."""

from collections.abc import Callable
from typing import Any

import orjson

from shared.adapters.relay import Producers


class Telling:
    """Answers through the process's producer, and returns when the broker has it."""

    def __init__(self, service: str, producers: Callable[[], Producers]) -> None:
        self._service = service
        self._producers = producers

    async def reply(self, case: str, answer: dict[str, Any]) -> None:
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", f"{answer['command_id']}.reply".encode()),
            ("ce_source", self._service.encode()),
            ("ce_type", b"command.answered.v1"),
            ("ce_subject", case.encode()),
            ("content-type", b"application/json"),
        ]
        await self._producers().send(f"{self._service}.replies", orjson.dumps(answer), case.encode(), headers)
