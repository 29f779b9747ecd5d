"""Small things sealed as one: AES-256-GCM, a nonce before the ciphertext, bound to the place that it stands in."""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12


def boxed(plain: bytes, key: bytes, place: str, nonce: bytes | None = None) -> bytes:
    """A box that opens under this key and in this place only. A nonce of one's own must differ for every text."""
    nonce = nonce or secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unboxed(box: bytes, key: bytes, place: str) -> bytes:
    """What is in a box; raises InvalidTag for another key, another place or a changed box."""
    return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], place.encode())
