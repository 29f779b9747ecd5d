"""A park whose records lie sealed: what could not be read may hold what a person wrote, and nobody knows whose."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from hmac import digest
from typing import Final

from shared.adapters.boxes import boxed, unboxed
from shared.eventing.parking import Action, Lineage, Park, Parked
from shared.eventing.ports import Keys

_MARK: Final = b"\0redress-park-1\0"
"""What a sealed value begins with; one that was parked before there were keys does not."""


class SealedPark:
    """The `Park` port over another one. Values lie under a key of the service, each bound to its record's place."""

    def __init__(self, inner: Park, keys: Keys, service: str) -> None:
        self._inner = inner
        self._keys = keys
        # No person: an id holds no space.
        self._owner = f"park of {service}"

    async def put(self, parked: Parked) -> None:
        if parked.value is not None:
            parked = replace(parked, value=_MARK + boxed(parked.value, await self._key(), parked.id))
        await self._inner.put(parked)

    async def blocked(self) -> Mapping[Lineage, int]:
        return await self._inner.blocked()

    async def asked(self) -> Sequence[Parked]:
        return await self._opened(await self._inner.asked())

    async def of(self, lineage: Lineage) -> Sequence[Parked]:
        return await self._opened(await self._inner.of(lineage))

    async def every(self, limit: int = 1000) -> Sequence[Parked]:
        return await self._opened(await self._inner.every(limit))

    async def remove(self, parked_id: str) -> None:
        await self._inner.remove(parked_id)

    async def ask(self, parked_id: str, action: Action | None) -> bool:
        return await self._inner.ask(parked_id, action)

    async def attempt(self, mark: str, offset: int) -> int:
        return await self._inner.attempt(mark, offset)

    async def begun(self, mark: str) -> int:
        return await self._inner.begun(mark)

    async def _opened(self, found: Sequence[Parked]) -> Sequence[Parked]:
        if not any(is_sealed(parked) for parked in found):
            return found
        key = await self._key()
        return [_open(parked, key) if is_sealed(parked) else parked for parked in found]

    async def _key(self) -> bytes:
        return digest(await self._keys.key_of(self._owner), b"redress park v1", sha256)


def is_sealed(parked: Parked) -> bool:
    """Whether a record, as it lies in the store, can be read only with the key of its service."""
    return parked.value is not None and parked.value.startswith(_MARK)


def _open(parked: Parked, key: bytes) -> Parked:
    return replace(parked, value=unboxed((parked.value or b"")[len(_MARK) :], key, parked.id))
