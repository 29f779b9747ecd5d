"""People's keys in memory, for wiring tests: made at random, and destroyed for good."""

import secrets
from collections.abc import Mapping, Sequence

from shared.eventing.ports import PersonErasedError


class MemoryKeys:
    """The `Keys` port without a vault."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes | None] = {}

    async def key_of(self, person: str) -> bytes:
        key = self._keys.setdefault(person, secrets.token_bytes(32))
        if key is None:
            raise PersonErasedError(f"the key of {person} was destroyed")
        return key

    async def known(self, persons: Sequence[str]) -> Mapping[str, bytes]:
        return {person: key for person in persons if (key := self._keys.get(person)) is not None}

    async def destroy(self, person: str) -> None:
        """Make what lies under the person's key unreadable; repeating it changes nothing."""
        self._keys[person] = None
