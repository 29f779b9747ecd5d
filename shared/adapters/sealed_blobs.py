"""Blobs under their person's key: AES-256-GCM in chunks, so that any part can be read and no part changed unseen.

A sealed blob is a header (`RSB1` and a random salt) and chunks of 64 KiB, each with its tag. The key is derived from
the person's by HKDF-SHA256 with the salt, so no two blobs share one; a chunk's nonce is its number and whether it is
the last, so chunks cannot be cut off, repeated or moved. Without the person's key nothing of it can be read.
"""

import secrets
from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.eventing.blobs import Blob, Blobs, FileDamagedError, even, joined
from shared.eventing.ports import Keys, KeysMissingError, PersonErasedError

CHUNK: Final = 64 * 1024
"""Bytes of the content in a chunk."""
_MAGIC: Final = b"RSB1"
_SALT: Final = 32
_HEADER: Final = len(_MAGIC) + _SALT
_TAG: Final = 16
_INFO: Final = b"redress sealed blob v1 "


class SealedBlobs:
    """The `Blobs` port over another: what is marked as sealed goes through it, the rest passes."""

    def __init__(self, inner: Blobs, keys: Keys | None) -> None:
        self._inner = inner
        self._keys = keys

    async def write(self, blob: Blob, content: AsyncIterable[bytes]) -> int:
        if not blob.sealed:
            return await self._inner.write(blob, content)
        salt = secrets.token_bytes(_SALT)
        cipher = self._cipher(await self._own_keys().key_of(blob.person), salt, blob)
        return _plain_size(await self._inner.write(blob, _sealed(content, salt, cipher)))

    async def size(self, blob: Blob) -> int | None:
        stored = await self._inner.size(blob)
        return _plain_size(stored) if blob.sealed and stored is not None else stored

    async def read(self, blob: Blob, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if not blob.sealed:
            async for piece in self._inner.read(blob, start, stop):
                yield piece
            return
        key = (await self._own_keys().known([blob.person])).get(blob.person)
        if key is None:
            raise PersonErasedError(f"blob {blob.id} lay under a key that was destroyed")
        header = await joined(self._inner.read(blob, 0, _HEADER))
        size = await self.size(blob)
        if size is None or size < 0 or header[: len(_MAGIC)] != _MAGIC:
            raise FileDamagedError(f"blob {blob.id} is no sealed blob")
        cipher = self._cipher(key, header[len(_MAGIC) :], blob)
        end = size if stop is None else min(stop, size)
        if start >= end and size:
            return
        # An empty blob has one chunk too, whose tag says that it is empty.
        first, last = start // CHUNK, max(end - 1, 0) // CHUNK
        raw = self._inner.read(blob, _HEADER + first * (CHUNK + _TAG), _HEADER + (last + 1) * (CHUNK + _TAG))
        number = first
        async for sealed in even(raw, CHUNK + _TAG):
            plain = _opened(cipher, sealed, number, last=(number + 1) * CHUNK >= size, blob=blob)
            yield plain[max(start - number * CHUNK, 0) : end - number * CHUNK]
            number += 1
        if number <= last:
            raise FileDamagedError(f"chunk {number} of blob {blob.id} is missing")

    async def delete(self, blob: Blob) -> None:
        await self._inner.delete(blob)

    def _own_keys(self) -> Keys:
        if self._keys is None:
            raise KeysMissingError("a file is sealed, and no master key is configured here")
        return self._keys

    @staticmethod
    def _cipher(key: bytes, salt: bytes, blob: Blob) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, salt, _INFO + blob.id.encode()).derive(key))


async def _sealed(content: AsyncIterable[bytes], salt: bytes, cipher: AESGCM) -> AsyncIterator[bytes]:
    yield _MAGIC + salt
    number, held = 0, b""
    async for piece in even(content, CHUNK):
        # The last chunk is known only when no other follows.
        if held:
            yield cipher.encrypt(_nonce(number, last=False), held, None)
            number += 1
        held = piece
    yield cipher.encrypt(_nonce(number, last=True), held, None)


def _opened(cipher: AESGCM, sealed: bytes, number: int, *, last: bool, blob: Blob) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), sealed, None)
    except InvalidTag as changed:
        raise FileDamagedError(f"chunk {number} of blob {blob.id} was changed or cut short") from changed


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _plain_size(stored: int) -> int:
    """How many bytes the content has; negative for what cannot be a sealed blob."""
    chunks = max(-(-(stored - _HEADER) // (CHUNK + _TAG)), 1)
    return stored - _HEADER - chunks * _TAG
