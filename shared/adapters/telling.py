"""What a process tells beside its facts: answers to commands that came by topic, and what it parked."""

from dataclasses import replace
from typing import Any

import orjson
from aiokafka.errors import MessageSizeTooLargeError

from shared.adapters.relay import Producers
from shared.contracts.topology import group_of
from shared.eventing.parking import Parked


class Telling:
    """Sends through the process's producer; each returns when the broker has it."""

    def __init__(self, service: str, producers: Producers, *, sealed: bool) -> None:
        self._service = service
        self._producers = producers
        self._sealed = sealed

    async def reply(self, case: str, answer: dict[str, Any]) -> None:
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", f"{answer['command_id']}.reply".encode()),
            ("ce_source", self._service.encode()),
            ("ce_type", b"command.answered.v1"),
            ("ce_subject", case.encode()),
            ("content-type", b"application/json"),
        ]
        await self._producers.send(f"{self._service}.replies", orjson.dumps(answer), case.encode(), headers)

    async def announce(self, parked: Parked) -> None:
        why = [
            ("parked-id", parked.id.encode()),
            ("parked-reason", parked.reason.encode()),
            ("parked-attempts", str(parked.attempts).encode()),
            ("parked-sequence", str(parked.seq).encode()),
        ]
        topic, key = f"{group_of(self._service)}.parked", parked.key or b""
        if self._sealed:
            parked = replace(parked, value=None)
            why.append(("parked-left-out", b"value: it lies sealed in the park"))
        try:
            headers = [(name, value or b"") for name, value in parked.headers]
            await self._producers.send(topic, parked.value, key, [*headers, *why])
        except MessageSizeTooLargeError:
            # With why it is parked it is larger than it came. The park has it byte for byte; the topic says that it is.
            await self._producers.send(topic, None, key, [*why, ("parked-left-out", b"value and headers: too large")])
