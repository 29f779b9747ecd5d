"""Telling a group's parked topic what was put away, for operators."""

from collections.abc import Callable
from dataclasses import replace

from aiokafka.errors import MessageSizeTooLargeError

from shared.adapters.relay import Producers
from shared.eventing.parking import Parked


class Announcer:
    """Sends each parked record, with why it is parked. `sealed` says that values lie sealed, and are left out here."""

    def __init__(self, topic: str, producers: Callable[[], Producers], *, sealed: bool) -> None:
        self._topic = topic
        self._producers = producers
        self._sealed = sealed

    async def __call__(self, parked: Parked) -> None:
        """Return when the broker has it."""
        why = [
            ("parked-id", parked.id.encode()),
            ("parked-reason", parked.reason.encode()),
            ("parked-attempts", str(parked.attempts).encode()),
            ("parked-sequence", str(parked.seq).encode()),
        ]
        key, send = parked.key or b"", self._producers().send
        if self._sealed:
            parked = replace(parked, value=None)
            why.append(("parked-left-out", b"value: it lies sealed in the park"))
        try:
            headers = [(name, value or b"") for name, value in parked.headers]
            await send(self._topic, parked.value, key, [*headers, *why])
        except MessageSizeTooLargeError:
            # With why it is parked it is larger than it came. The park has it byte for byte; the topic says that it is.
            await send(self._topic, None, key, [*why, ("parked-left-out", b"value and headers: too large")])
