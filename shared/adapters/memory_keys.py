"""People's keys in memory, for wiring tests: made at random, and destroyed for good."""

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256

from shared.adapters.clock import SystemClock
from shared.eventing.ports import Clock, DestroyedKey, PersonErasedError


class MemoryKeys:
    """The `Keys` port without a vault."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._keys: dict[str, bytes] = {}
        self._destroyed: dict[str, DestroyedKey] = {}
        self._clock = clock or SystemClock()

    async def key_of(self, person: str) -> bytes:
        if person in self._destroyed:
            raise PersonErasedError(f"{person} was erased, and nothing more of theirs can be kept")
        return self._keys.setdefault(person, secrets.token_bytes(32))

    async def known(self, persons: Sequence[str]) -> Mapping[str, bytes]:
        return {person: self._keys[person] for person in persons if person in self._keys}

    async def destroy(self, person: str) -> DestroyedKey:
        if person not in self._destroyed:
            key = self._keys.pop(person, None)
            self._destroyed[person] = DestroyedKey(self._clock.now(), sha256(key).hexdigest() if key else None)
        return self._destroyed[person]
